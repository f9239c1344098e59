"""Logs that tell nothing of anybody: constant messages, and silence from every library."""

import logging

_ROOT = "whisp"


def get_log(room: str) -> logging.Logger:
    """Return the log of one room; its messages are constants without arguments."""
    return logging.getLogger(f"{_ROOT}.{room}")


def set_up_logs(*, verbose: bool) -> None:
    """Write our own log to standard error; libraries, which log addresses and ids, are silenced."""
    logging.raiseExceptions = False
    logging.lastResort = None
    libraries = logging.getLogger()
    libraries.handlers[:] = [logging.NullHandler()]
    libraries.setLevel(logging.CRITICAL + 1)
    own = logging.getLogger(_ROOT)
    own.propagate = False
    own.setLevel(logging.INFO if verbose else logging.WARNING)
    stream = logging.StreamHandler()
    stream.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
    own.handlers[:] = [stream]
