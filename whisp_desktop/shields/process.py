"""What this process can keep to itself: no core dumps, no reader of the same user, trimmed heap."""

import ctypes
import sys
from enum import StrEnum

_PR_SET_DUMPABLE = 4


class Shield(StrEnum):
    """How far something is protected; never more than was read back from the system."""

    ENFORCED = "enforced"
    BEST_EFFORT = "best-effort"
    ABSENT = "absent"


def forbid_dumps() -> Shield:
    """Keep memory out of core dumps and from other programs of this user, where Linux lets us."""
    if not sys.platform.startswith("linux"):
        return Shield.ABSENT
    import resource  # noqa: PLC0415  # only Unix has it

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    done = ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0
    return Shield.ENFORCED if done else Shield.BEST_EFFORT


def trim_heap() -> None:
    """Give freed pages back, so that what was painted does not linger in glibc's heap."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
