"""`python -m tests.vectors DIR`, on the public vectors and on folders that are not like them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.vectors.__main__ import check_file, known_files, main

VECTORS = Path(__file__).parents[1] / "vectors"


def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    status = main([str(folder)])
    return status, capsys.readouterr().out.splitlines()


def write(folder: Path, name: str, document: Any) -> None:
    (folder / name).write_text(json.dumps(document), encoding="utf-8")


def read(name: str) -> Any:
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(known_files()))
def test_public_vectors_pass(name: str) -> None:
    results = list(check_file(VECTORS / name, known_files()[name]))
    assert results
    assert results == [None] * len(results)


def test_the_command_counts_and_ends_well() -> None:
    command = [sys.executable, "-m", "tests.vectors", str(VECTORS)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=VECTORS.parents[1]
    )
    counts = done.stdout.splitlines()[-1].split()
    assert counts[1:] == ["passed,", "0", "failed"]
    assert int(counts[0]) > 100
    assert (done.returncode, done.stderr) == (0, "")


def test_files_of_other_names_are_named_and_count_neither_way(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "other.json", [])
    (tmp_path / "README.md").write_text("words")
    said = "other.json: a file of this name is not known here, and passed over."
    nothing = f"{tmp_path}: there is nothing in it that can be checked."
    assert run(tmp_path, capsys) == (1, [said, nothing, "0 passed, 0 failed"])
    write(tmp_path, "safety_number.json", read("safety_number.json")[:1])
    assert run(tmp_path, capsys) == (0, [said, "1 passed, 0 failed"])


def test_an_empty_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, lines = run(tmp_path, capsys)
    assert (status, len(lines), lines[-1]) == (1, 2, "0 passed, 0 failed")


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, lines = run(tmp_path / "nowhere", capsys)
    assert (status, lines[1:]) == (1, ["0 passed, 1 failed"])


def test_the_command_needs_one_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == main(["one", "two"]) == 2
    assert "DIR" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[1,",
        b"\xff\xfe{}",
        b"nonsense",
        b"[" * 100_000,
        b"9" * 5000,
        b'{"a": 1, "a": 1}',
        b'{"now": 1.0}',
        b'{"now": NaN}',
        b"[]",
        b"null",
        b"3",
        b'"text"',
        b"[null]",
        b"[[[]]]",
    ],
)
@pytest.mark.parametrize("name", ["session.json", "padding.json", "kdf_steps.json", "route.json"])
def test_damaged_files_fail_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    write(tmp_path, "safety_number.json", read("safety_number.json"))
    status, lines = run(tmp_path, capsys)
    assert status == 1
    assert lines[-1].endswith(" passed, 1 failed")
    assert not lines[-1].startswith("0 ")
    [failure] = lines[:-1]
    assert failure.startswith(f"{name}: ")
    assert failure.endswith(".")


def test_what_is_not_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "route.json").mkdir()
    os.mkfifo(tmp_path / "padding.json")
    (tmp_path / "session.json").symlink_to("nowhere")
    status, lines = run(tmp_path, capsys)
    assert (status, lines[-1], len(lines)) == (1, "0 passed, 3 failed", 4)


def test_whole_sessions_and_lists_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = read("session.json")[0]
    write(tmp_path, "session.json", session)
    assert run(tmp_path, capsys) == (0, ["1 passed, 0 failed"])
    write(tmp_path, "session.json", [session, session])
    assert run(tmp_path, capsys) == (0, ["2 passed, 0 failed"])


@pytest.mark.parametrize("wrong", ["0", "zz", "00 ", "AB" * 16, "0x00", 7, None, [], "\u00e9"])
def test_what_should_be_hex_and_is_not(tmp_path: Path, wrong: Any) -> None:
    entry = read("safety_number.json")[0]
    write(tmp_path, "safety_number.json", [entry | {"ak_one": wrong}])
    [failure] = check_file(tmp_path / "safety_number.json", known_files()["safety_number.json"])
    assert failure is not None
    assert failure.startswith("safety_number.json: number 1: ")
    assert failure.endswith(" is not bytes in hex.")


def test_each_entry_counts_by_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    routes, steps, padding = (read(f"{name}.json") for name in ("route", "kdf_steps", "padding"))
    routes["routes"][0]["sdp"] += " "
    routes["refused"].append({"why": "nothing", "bytes": routes["routes"][1]["bytes"]})
    steps["kdf_ck"]["MK_out"] = steps["kdf_ck"]["CK_out"]
    padding["padded"][0]["frame_size"] = 512
    padding["refused_plaintexts"].append("100000")
    for name, document in (("route", routes), ("kdf_steps", steps), ("padding", padding)):
        write(tmp_path, f"{name}.json", document)
    status, lines = run(tmp_path, capsys)
    assert status == 1
    assert lines[-1].endswith(" 5 failed")
    assert [line.split(": ")[1] for line in lines[:-1]] == [
        "kdf_ck",
        "T 16, 0 bytes",
        "refused 100000",
        "route one host",
        "refused",
    ]


def test_good_ones_among_the_refused_fail(tmp_path: Path) -> None:
    document = read("statements.json")
    names = "bundle", "manifest", "revocation_by_device", "token", "roster", "onion_card"
    document["refused"] = {name: document[name]["whole"] for name in names}
    document["refused"]["cert"] = document["device"]["cert"]
    document["invite"]["refused"] = [{"why": "it is good", "link": document["invite"]["link"]}]
    write(tmp_path, "statements.json", document)
    results = check_file(tmp_path / "statements.json", known_files()["statements.json"])
    failures = [failure for failure in results if failure is not None]
    assert len(failures) == 8
    assert all("must not" in failure for failure in failures)
