"""Memory that Qt and Python freed is given back, so that no copy of words stays in the heap."""

import sys
from functools import cache
from typing import Final

from PySide6.QtCore import QCoreApplication, QTimer

_AFTER_MS: Final = 500


class _Trimmer(QTimer):
    def __init__(self) -> None:
        super().__init__(QCoreApplication.instance())
        self.setSingleShot(True)
        self.setInterval(_AFTER_MS)
        self.timeout.connect(_trim)


@cache
def _trimmer() -> _Trimmer:
    return _Trimmer()


def trim_soon() -> None:
    """Give freed memory back half a second from now; many calls in that time count as one.

    Only glibc keeps what was freed (`malloc_trim`); elsewhere there is nothing to do.
    """
    if sys.platform == "linux" and not _trimmer().isActive():
        _trimmer().start()


def _trim() -> None:
    import ctypes  # noqa: PLC0415  # not needed for the first picture of the window

    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)
