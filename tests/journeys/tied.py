"""Programs that end with the one that started them, even if that is killed."""

import shutil

_SETPRIV = shutil.which("setpriv")


def tied(*command: str, end: str = "TERM") -> tuple[str, ...]:
    """Return the command that runs `command` until it ends or we do; `end` is the signal then."""
    if _SETPRIV is None:
        return command
    return (_SETPRIV, "--pdeathsig", end, "--", *command)
