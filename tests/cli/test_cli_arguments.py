"""The command line: what it takes, what it refuses, and what it does not load."""

import subprocess
import sys
from pathlib import Path

import pytest

from whisp_desktop import __version__, cli
from whisp_desktop.config import default_profile

HEAVY = {
    "PySide6", "aiohttp", "aiortc", "asyncio", "cryptography", "keyring", "msgspec", "nacl",
    "qasync", "uvloop",
}  # fmt: skip


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str | Path | None, ...]]:
    """What would have been started."""
    found: list[tuple[str | Path | None, ...]] = []

    def remember(front_end: str) -> None:
        def start(profile: Path, server: str | None, *link: str) -> int:
            found.append((front_end, profile, server, *filter(None, link)))
            return 0

        monkeypatch.setattr(cli, f"_{front_end}", start)

    remember("window")
    remember("headless")
    return found


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ([], ("window", default_profile(), None)),
        (["--profile", "p"], ("window", Path("p"), None)),
        (["--profile", "p", "--server", "u"], ("window", Path("p"), "u")),
        (["headless", "--profile", "p"], ("headless", Path("p"), None)),
        (["headless", "--profile", "p", "--server", "u"], ("headless", Path("p"), "u")),
        (["headless", "--server=u", "--profile=p"], ("headless", Path("p"), "u")),
        (["--server", "u", "headless", "--profile", "p"], ("headless", Path("p"), "u")),
        (["whisp:1#a.b"], ("window", default_profile(), None, "whisp:1#a.b")),
        (["--profile", "p", "WHISP:1#a"], ("window", Path("p"), None, "WHISP:1#a")),
    ],
)
def test_what_is_started(
    started: list[tuple[str | Path | None, ...]],
    arguments: list[str],
    wanted: tuple[str | Path | None, ...],
) -> None:
    assert cli.run(arguments) == 0
    assert started == [wanted]


@pytest.mark.parametrize(
    "arguments",
    [
        ["headless"],
        ["--nonsense"],
        ["--prof", "p"],
        ["dance"],
        ["solve", "more"],
        ["headless", "--profile", "p", "--passphrase", "x"],
        ["headless", "--profile", "p", "more"],
        ["headless", "--profile", "p", "whisp:1#a"],
        ["https://whisp.example"],
    ],
)
def test_what_is_refused(
    started: list[tuple[str | Path | None, ...]],
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.run(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: whisp")
    assert started == []


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.run(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"whisp {__version__}\n"


def test_the_command_line_loads_no_front_end() -> None:
    code = "import sys, whisp_desktop.__main__; print('\\n'.join(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=20, check=True, text=True
    ).stdout.split()
    assert "whisp_desktop.cli" in loaded
    assert not {name.partition(".")[0] for name in loaded} & HEAVY


def test_installed_programs_are_these() -> None:
    for program, says in (("whisp", f"whisp {__version__}"), ("whisp-server", "usage: ")):
        flag = "--version" if program == "whisp" else "--help"
        path = Path(sys.executable).with_name(program)
        said = subprocess.run(
            [str(path), flag], capture_output=True, timeout=20, check=True, text=True
        ).stdout
        assert said.startswith(says)
