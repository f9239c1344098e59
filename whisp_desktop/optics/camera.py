"""The camera: a thread of its own looks for a code and hands out what a preview needs.

Frames live in memory only, and each is overwritten before the next one.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any

import numpy as np

from whisp_desktop.config import camera_file
from whisp_desktop.optics.opencv import load_opencv
from whisp_desktop.optics.preview import Preview
from whisp_desktop.optics.qr_reading import read
from whisp_desktop.protocol.errors import RefusedError

WIDTH, HEIGHT = 1280, 720
PREVIEW_WIDTH = 640
_DARK = 40
"""Of 255, on average: a code can hardly be read then."""
_MOST_DEVICES = 4
_DEFAULT_RATE = 30.0
_CLOSE_S = 1.0
_V4L = Path("/sys/class/video4linux")

Source = int | str
"""A number of the system's, or in a development build the path of a video."""


@dataclass(frozen=True, slots=True)
class Device:
    """A camera that can be chosen."""

    source: Source
    name: str


def devices() -> tuple[Device, ...]:
    """Return the cameras of this computer. It may take its time: never on the window's thread."""
    video = camera_file()
    if video is not None:
        return (Device(video, Path(video).name),)
    return _listed() if sys.platform == "linux" else _probed()


def _listed() -> tuple[Device, ...]:
    """Ask Linux, which has two nodes for most cameras: the first gives pictures."""
    found = []
    for node in sorted(_V4L.glob("video*"), key=lambda node: int(node.name.removeprefix("video"))):
        if (node / "index").read_text().strip() == "0":
            name = (node / "name").read_text().strip()
            found.append(Device(int(node.name.removeprefix("video")), name))
    return tuple(found)


def _probed() -> tuple[Device, ...]:
    """Try the first few: OpenCV knows no names on Windows and macOS."""
    cv2 = load_opencv()
    found = []
    for number in range(_MOST_DEVICES):
        capture = cv2.VideoCapture(number)
        if capture.isOpened():
            found.append(Device(number, f"Camera {number + 1}"))
        capture.release()
    return tuple(found)


class Camera:
    """Runs from `open` to `close`. The three callables are called on the camera's own thread.

    seen -- a frame for the preview; found -- the text of a code; failed -- why it ended by itself:
    `camera_missing`, `camera_busy`, `camera_not_allowed`, `camera_lost`
    """

    def __init__(
        self,
        seen: Callable[[Preview], None],
        found: Callable[[str], None],
        failed: Callable[[RefusedError], None],
    ) -> None:
        self._seen = seen
        self._found = found
        self._failed = failed
        self._closing = Event()
        self._thread: Thread | None = None

    def open(self, source: Source | None) -> None:
        """Begin with a camera; None: there is none."""
        self._closing.clear()
        self._thread = Thread(target=self._run, args=(source,), name="camera", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Switch the camera off, within a frame's time; closing twice does nothing."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(_CLOSE_S)
            self._thread = None

    def _run(self, source: Source | None) -> None:
        try:
            if source is None:
                raise _missing()
            capture = _open(source)
        except RefusedError as refused:
            self._failed(refused)
            return
        try:
            self._look(capture, source)
        finally:
            capture.release()

    def _look(self, capture: Any, source: Source) -> None:  # noqa: ANN401 -- OpenCV is loaded late
        cv2 = load_opencv()
        is_video = isinstance(source, str)
        pause_s = 1 / (capture.get(cv2.CAP_PROP_FPS) or _DEFAULT_RATE) if is_video else 0.0
        due, frame = monotonic(), None
        while not self._closing.wait(max(0.0, due - monotonic())):
            due = max(due + pause_s, monotonic())
            is_first = frame is None
            is_there, frame = capture.read(frame)
            if not is_there and is_video:
                capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
                is_there, frame = capture.read(frame)
            if not is_there:
                say = "The camera has stopped. Connect it again, or enter a code instead."
                lost = RefusedError("camera_lost", say)
                self._failed(_why_not(source) if is_first else lost)
                return
            self._take(cv2, frame)
            frame.fill(0)

    def _take(self, cv2: Any, frame: Any) -> None:  # noqa: ANN401 -- as above
        grey = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
        text = read(grey)
        small = cv2.flip(_smaller(cv2, frame), 1)
        pixels = cv2.cvtColor(small, cv2.COLOR_BGR2RGB)
        height, width = pixels.shape[:2]
        dark = float(np.mean(grey)) < _DARK
        self._seen(Preview(bytearray(pixels), width, height, dark))
        for each in (grey, small, pixels):
            each.fill(0)
        if text is not None:
            self._found(text)


def _smaller(cv2: Any, frame: Any) -> Any:  # noqa: ANN401 -- as above
    height, width = frame.shape[:2]
    size = (PREVIEW_WIDTH, max(1, height * PREVIEW_WIDTH // width))
    return cv2.resize(frame, size, interpolation=cv2.INTER_AREA)


def _open(source: Source) -> Any:  # noqa: ANN401 -- as above
    cv2 = load_opencv()
    capture = cv2.VideoCapture(source)
    if not capture.isOpened():
        capture.release()
        raise _why_not(source)
    if isinstance(source, int):
        # over USB 2 most webcams give 10 uncompressed frames of this size a second, OpenCV's choice
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, WIDTH)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, HEIGHT)
    return capture


def _missing() -> RefusedError:
    return RefusedError("camera_missing", "No camera found. Enter a code instead.")


def _why_not(source: Source) -> RefusedError:
    """Tell a camera that may not be used from one that is busy or gone."""
    node = Path(f"/dev/video{source}") if isinstance(source, int) else Path(source)
    if sys.platform == "linux" and not node.exists():
        return _missing()
    try:
        if sys.platform == "linux":
            node.open("rb").close()
    except PermissionError:
        say = "Your system does not let Whisp use the camera. Allow it in the system’s settings."
        return RefusedError("camera_not_allowed", say)
    except OSError:
        pass
    return RefusedError("camera_busy", "Another program uses the camera. Close it and try again.")
