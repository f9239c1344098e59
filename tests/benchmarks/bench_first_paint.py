"""What the first painted window costs beside a bare PySide6 window, in CPU time of the process.

`python tests/benchmarks/bench_first_paint.py`; every run is a process of its own, the two kinds in
turns, on the platform of `QT_QPA_PLATFORM` (offscreen if it is not set).
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNS = 11

BARE = """
import resource, time
began = time.monotonic()
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

class Window(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, application.quit)

application = QApplication([])
window = Window()
window.resize(1120, 720)
window.show()
application.exec()
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, time.monotonic() - began)
"""
WHISP = """
import resource, sys, time
began = time.monotonic()
from pathlib import Path
from whisp_desktop.app import show_window
application, window = show_window(Path(sys.argv[1]))
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, time.monotonic() - began)
"""


def measure(program: str, folder: str) -> tuple[float, float]:
    """CPU and wall seconds of one process up to its first paint."""
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "PYTHONPATH": str(ROOT)}
    answer = subprocess.run(
        [sys.executable, "-c", program, folder],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        timeout=60,
    )
    cpu_s, wall_s = answer.stdout.split()
    return float(cpu_s), float(wall_s)


def main() -> None:
    """Print both medians and their ratio."""
    bare: list[tuple[float, float]] = []
    whisp: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for program in (BARE, WHISP):
            measure(program, folder)  # the first of each fills caches
        for _ in range(RUNS):
            bare.append(measure(BARE, folder))
            whisp.append(measure(WHISP, folder))
    bare_cpu, bare_wall = (statistics.median(column) for column in zip(*bare, strict=True))
    whisp_cpu, whisp_wall = (statistics.median(column) for column in zip(*whisp, strict=True))
    lines = (
        f"first paint, median of {RUNS} runs in turns",
        f"bare PySide6 window  {bare_cpu * 1000:6.0f} ms CPU  {bare_wall * 1000:6.0f} ms",
        f"Whisp                {whisp_cpu * 1000:6.0f} ms CPU  {whisp_wall * 1000:6.0f} ms",
        f"ratio                {whisp_cpu / bare_cpu:6.2f}     {whisp_wall / bare_wall:6.2f}",
    )
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
