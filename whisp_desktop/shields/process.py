"""What this process does not keep: pages that were freed."""

import ctypes
import sys


def trim_heap() -> None:
    """Give freed pages back, so that what was painted does not linger in glibc's heap."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
