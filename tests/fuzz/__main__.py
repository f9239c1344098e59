"""`python -m tests.fuzz NAME SECONDS FOLDER`: one target under atheris. Without NAME: their names.

FOLDER keeps the inputs that reach new code, from one run to the next, and what ends a run: copy
such a `crash-…` into `tests/fuzz/corpus/NAME/` under a name that says what is wrong in it.
"""

import sys
from pathlib import Path

_MOST_INPUT_BYTES = 20_000


def _list() -> None:
    from tests.fuzz.targets import TARGETS

    sys.stdout.write("\n".join(TARGETS) + "\n")


def _fuzz(name: str, seconds: str, folder: Path) -> None:
    import atheris  # type: ignore[import-untyped]  # it has an environment of its own

    with atheris.instrument_imports(include=["whisp_desktop"]):
        from tests.fuzz.targets import TARGETS
    target = TARGETS[name]
    folder.mkdir(parents=True, exist_ok=True)
    kept = (*target.seeds, *target.corpus().values())
    for number, data in enumerate(kept):
        (folder / f"begin-{number}").write_bytes(data)
    options = (
        f"-max_total_time={seconds}",
        f"-max_len={_MOST_INPUT_BYTES}",
        f"-artifact_prefix={folder}-",
        "-timeout=10",
    )
    atheris.Setup([sys.argv[0], *options, str(folder)], target.feed)
    atheris.Fuzz()


if __name__ == "__main__":
    if len(sys.argv) == 1:
        _list()
    else:
        _fuzz(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
