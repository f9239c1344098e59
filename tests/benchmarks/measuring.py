"""What a benchmark reads of processes, and how it prints what it found."""

import os
import platform
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

MIB = 1024 * 1024


def cpu_s(process_id: int) -> float:
    """Return user and system time of all threads, ended ones too (POSIX clock_getcpuclockid)."""
    return time.clock_gettime((~process_id << 3) | 2)


def own_bytes(process_id: int, kind: str = "Private_") -> int:
    """Return the memory that is this process's alone (USS).

    kind -- `Private_Dirty` for what it has written to; the rest are pages of files, which another
    process that opens them shares
    """
    lines = Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(kind)) * 1024


def wakeups(process_id: int) -> dict[str, int]:
    """Return how often each thread has waited so far, by thread id and name."""
    found: dict[str, int] = {}
    for task in Path(f"/proc/{process_id}/task").iterdir():
        name = (task / "comm").read_text().strip()
        for line in (task / "status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches"):
                found[f"{task.name} {name}"] = int(line.split()[1])
    return found


def say(line: str = "") -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def say_machine() -> None:
    """Print how busy this computer is: figures of a busy one are not worth much."""
    cores, busy = os.cpu_count(), os.getloadavg()[0]
    say(f"{cores} cores, Python {platform.python_version()}, load of the last minute {busy:.2f}")


def spread(figures: Sequence[float], unit: str, digits: int = 1) -> str:
    """Return the median and the quartiles."""
    low, median, high = statistics.quantiles(figures, n=4)
    return f"{median:9.{digits}f} {unit}  ({low:.{digits}f} to {high:.{digits}f})"


def percentile(figures: Sequence[float], hundredths: int) -> float:
    """Return the figure below which so many of a hundred lie."""
    return statistics.quantiles(figures, n=100, method="inclusive")[hundredths - 1]


def compare(title: str, rounds: dict[str, list[float]], unit: str, digits: int = 1) -> None:
    """Print one line each, with how many times the first that is: the first is ours."""
    say(title)
    ours = statistics.median(next(iter(rounds.values())))
    for name, figures in rounds.items():
        times = statistics.median(figures) / ours
        say(f"  {name:44}{spread(figures, unit, digits):40}{times:6.2f} times ours")
