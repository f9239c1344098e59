"""`whisp-server`: start, say where it listens, drain on SIGTERM; `whisp-server check`."""

import argparse
import asyncio
import os
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, Final

from whisp_desktop.log import set_up_logs
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.server.check import wrong_settings
from whisp_desktop.server.settings import Settings, load_settings

_FILES: Final = 65_536
"""Files that a server may have open: every socket is one."""


def _read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="whisp-server", description="The directory and signaling server of Whisp."
    )
    parser.add_argument(
        "do",
        nargs="?",
        choices=("run", "check"),
        default="run",
        help="run (the default), or check the settings and say what is wrong with them",
    )
    parser.add_argument(
        "--env-file", type=Path, help="read settings that the environment does not name from here"
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit status: 0, or 1 if it refuses to start."""
    given = _read_arguments(arguments)
    try:
        settings = load_settings(given.env_file)
        wrong = wrong_settings(settings)
    except RefusedError as refused:
        wrong = refused.say.splitlines()
    if wrong:
        sys.stderr.write("\n".join(["whisp-server cannot start:", *wrong, ""]))
        return 1
    if given.do == "check":
        sys.stdout.write("Everything is in order.\n")
        return 0
    return _run_to_the_end(settings)


def _run_to_the_end(settings: Settings) -> int:
    from whisp_desktop.server.running import serve  # noqa: PLC0415 -- a check needs none of it

    set_up_logs(verbose=False)
    os.umask(0o077)
    _allow_many_sockets()
    try:
        _run(serve(settings))
    except RefusedError as refused:
        sys.stderr.write(f"whisp-server cannot start:\n{refused.say}\n")
        return 1
    return 0


def _allow_many_sockets() -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 -- there is none on Windows

    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if most == resource.RLIM_INFINITY else min(_FILES, most)
    if wanted > now:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _run(serving: Coroutine[Any, Any, None]) -> None:
    if sys.platform == "win32":
        asyncio.run(serving)
        return
    import uvloop  # noqa: PLC0415 -- there is none on Windows

    uvloop.run(serving)


if __name__ == "__main__":
    sys.exit(main())
