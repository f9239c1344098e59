"""How smoothly the window shows what the camera sees, and what that costs.

    python -m tests.benchmarks.bench_preview [seconds]

A video stands in for the camera: a code that moves, 30 frames a second, with motion JPEG as most
webcams send it. Prints a row of resources/docs/codes.md for each size.
"""

import os
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from tests.benchmarks.measuring import percentile, say, say_machine
from tests.optics.frames import SIZES, frame
from whisp_desktop.ui import theme
from whisp_desktop.ui.views import scan_view
from whisp_desktop.ui.views.camera_preview import CameraPreview

RATE = 30.0
TURN_MS = 5
_TEXT = "W1:" + "Z" * 308


class TimedPreview(CameraPreview):
    """Notes when it is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.painted_s: list[float] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.painted_s.append(time.monotonic())


def write_video(path: Path, size: tuple[int, int]) -> None:
    """Write a second of a code in a hand that is never still."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), RATE, size)
    for seed in range(int(RATE)):
        grey = frame(_TEXT, "noise", size, seed)
        writer.write(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))
    writer.release()


def watch(application: QApplication, seconds: float) -> tuple[list[float], list[float], float]:
    """Return the gaps between paints and between the window's turns, and the camera's CPU a frame.

    All in ms. A turn is due every 5 ms: the longest says how long the window did nothing else.
    """
    view = scan_view.ScanView()
    view.resize(520, 520)
    view.show()
    found: list[str] = []
    view.found.connect(found.append)
    view.start()
    while not found:
        application.processEvents()
    (camera,) = (each for each in threading.enumerate() if each.name == "camera")
    clock = time.pthread_getcpuclockid(camera.ident)
    preview = view.findChild(TimedPreview)
    preview.painted_s.clear()
    turns_s: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: turns_s.append(time.monotonic()))
    timer.start(TURN_MS)
    began_s = time.clock_gettime(clock)
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()
    spent_s = time.clock_gettime(clock) - began_s
    timer.stop()
    view.hide()
    painted_s = preview.painted_s[:-1]
    return _gaps_ms(painted_s), _gaps_ms(turns_s), 1000 * spent_s / len(painted_s)


def _gaps_ms(moments_s: list[float]) -> list[float]:
    return [1000 * (after - before) for before, after in pairwise(moments_s)]


def main() -> None:
    """Watch a video of each size."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    os.environ["WHISP_ENV"] = "development"
    scan_view.CameraPreview = TimedPreview  # type: ignore[misc] -- the preview of this run is timed
    application = QApplication([])
    theme.install(application)
    say_machine()
    say("| video | frames a second | gap: median, p99, longest | turn of 5 ms | CPU ms a frame |")
    say("|---|---|---|---|---|")
    with TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder) / f"{size[1]}.avi"
            write_video(path, size)
            os.environ["WHISP_CAMERA"] = str(path)
            paints, turns, cpu_ms = watch(application, seconds)
            rate = 1000 * len(paints) / sum(paints)
            gaps = (
                f"{percentile(paints, 50):.0f}, {percentile(paints, 99):.0f}, {max(paints):.0f} ms"
            )
            late = f"{percentile(turns, 99):.1f}, {max(turns):.1f} ms"
            say(f"| {size[0]} by {size[1]} | {rate:.1f} | {gaps} | {late} | {cpu_ms:.1f} |")


if __name__ == "__main__":
    main()
