"""The window's eye: camera and pictures are looked at on threads of their own."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from whisp_desktop.optics.preview import Preview
from whisp_desktop.protocol.errors import RefusedError

if TYPE_CHECKING:
    from whisp_desktop.optics.camera import Camera, Source


class Eye(QObject):
    """Its signals come on the window's thread.

    OpenCV is loaded when it is first used, and not by the window.
    """

    listed = Signal(object)
    """The cameras that there are: a tuple of `Device`."""
    seen = Signal()
    """There is a frame to be taken, the newest: a window that is late misses frames."""
    found = Signal(str)
    """The text of a code before the camera."""
    read = Signal(str)
    """The text of a code in a picture file."""
    failed = Signal(object)
    """A RefusedError: why the camera has stopped."""
    unread = Signal(object)
    """A RefusedError: why a picture file gave nothing."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._camera: Camera | None = None
        self._newest: Preview | None = None
        self._lock = Lock()

    def look_around(self) -> None:
        """Find the cameras."""
        _aside(self._list)

    def open(self, source: "Source | None") -> None:
        """Look through this camera, and through no other."""
        from whisp_desktop.optics.camera import Camera  # noqa: PLC0415 -- loaded by `_list` before

        self.close()
        self._camera = Camera(self._see, self.found.emit, self.failed.emit)
        self._camera.open(source)

    def close(self) -> None:
        """Switch the camera off, within a frame's time."""
        if self._camera is not None:
            self._camera.close()
            self._camera = None
        missed = self.take()
        if missed is not None:
            missed.close()

    def take(self) -> Preview | None:
        """Return the newest frame if nobody has taken it, to be wiped by whoever does."""
        return self._change(None)

    def read_picture(self, path: Path) -> None:
        """Look for a code in a picture file."""
        _aside(lambda: self._read(path))

    def _see(self, preview: Preview) -> None:
        missed = self._change(preview)
        if missed is None:
            self.seen.emit()
        else:
            missed.close()

    def _change(self, newest: Preview | None) -> Preview | None:
        with self._lock:
            before, self._newest = self._newest, newest
        return before

    def _list(self) -> None:
        from whisp_desktop.optics.camera import devices  # noqa: PLC0415 -- takes its time

        with suppress(RuntimeError):  # the window may have gone meanwhile
            self.listed.emit(devices())

    def _read(self, path: Path) -> None:
        from whisp_desktop.optics.picture import read_picture  # noqa: PLC0415 -- takes its time

        with suppress(RuntimeError):  # as above
            try:
                self.read.emit(read_picture(path))
            except RefusedError as refused:
                self.unread.emit(refused)


def _aside(work: Callable[[], None]) -> None:
    Thread(target=work, name="eye", daemon=True).start()
