"""The command line: which front end, which profile, which server. Nothing secret is taken here.

Each front end is imported only when it is the one asked for: the headless one loads no Qt, and the
window none of what would keep it from being painted at once.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from whisp_desktop import __version__
from whisp_desktop.config import default_profile

_ABOUT = "Two people talk while both are online, and then it is gone."
_PROFILE = "the folder of this profile"
_SERVER = "where an account is made or found: https://host, or http:// on this computer"
_WORK = "solve"
_LINK = "whisp:"
_ABOUT_LINKS = "An invite link, whisp:…, may stand at the end: the window shows it, and asks."


def run(arguments: Sequence[str]) -> int:
    """Parse and obey; return the exit status. SystemExit 2 where the arguments are wrong."""
    if list(arguments) == [_WORK]:
        return _solve()
    arguments = list(arguments)
    link = arguments.pop() if arguments and arguments[-1].lower().startswith(_LINK) else ""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.front_end == "headless":
        if link:
            parser.error("an invite link is for the window: without one, say add")
        return _headless(asked.profile, asked.server)
    return _window(asked.profile or default_profile(), asked.server, link)


def _parser() -> argparse.ArgumentParser:
    whisp = argparse.ArgumentParser(
        prog="whisp", description=_ABOUT, epilog=_ABOUT_LINKS, allow_abbrev=False
    )
    whisp.add_argument("--version", action="version", version=f"whisp {__version__}")
    whisp.add_argument("--profile", type=Path, metavar="DIR", help=f"{_PROFILE} (yours, if none)")
    whisp.add_argument("--server", metavar="URL", help=_SERVER)
    others = whisp.add_subparsers(dest="front_end", metavar="headless")
    headless = others.add_parser(
        "headless",
        allow_abbrev=False,
        help="without a window: JSON Lines on standard input and output",
        description="The same person without a window: JSON Lines on standard input and output.",
    )
    headless.add_argument("--profile", type=Path, metavar="DIR", help=_PROFILE, required=True)
    headless.add_argument("--server", metavar="URL", help=_SERVER, default=argparse.SUPPRESS)
    return whisp


def _headless(profile: Path, server_url: str | None) -> int:
    from whisp_desktop.headless.main import run_headless  # noqa: PLC0415 -- see above

    return run_headless(profile, server_url)


def _window(profile: Path, server_url: str | None, link: str) -> int:
    from whisp_desktop.app import run_window  # noqa: PLC0415 -- see above

    return run_window(profile, server_url, link)


def _solve() -> int:
    """Be the child process that does the proof of work in a bundle, which has no `python -m`."""
    from whisp_desktop.session.work import main  # noqa: PLC0415 -- see above

    return main()
