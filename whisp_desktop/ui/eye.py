"""The window's eye: camera and pictures are looked at on threads of their own."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from whisp_desktop.protocol.errors import RefusedError

if TYPE_CHECKING:
    from whisp_desktop.optics.camera import Camera, Source


class Eye(QObject):
    """Its signals come on the window's thread.

    OpenCV is loaded when it is first used, and not by the window.
    """

    listed = Signal(object)
    """The cameras that there are: a tuple of `Device`."""
    seen = Signal(object)
    """A `Preview`, to be wiped."""
    found = Signal(str)
    """The text of a code before the camera."""
    read = Signal(str)
    """The text of a code in a picture file."""
    failed = Signal(object)
    """A RefusedError: the camera's, or the picture's."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._camera: Camera | None = None

    def look_around(self) -> None:
        """Find the cameras."""
        _aside(self._list)

    def open(self, source: "Source | None") -> None:
        """Look through this camera, and through no other."""
        from whisp_desktop.optics.camera import Camera  # noqa: PLC0415 -- loaded by `_list` before

        self.close()
        self._camera = Camera(self.seen.emit, self.found.emit, self.failed.emit)
        self._camera.open(source)

    def close(self) -> None:
        """Switch the camera off, within a frame's time."""
        if self._camera is not None:
            self._camera.close()
            self._camera = None

    def read_picture(self, path: Path) -> None:
        """Look for a code in a picture file."""
        _aside(lambda: self._read(path))

    def _list(self) -> None:
        from whisp_desktop.optics.camera import devices  # noqa: PLC0415 -- takes its time

        self.listed.emit(devices())

    def _read(self, path: Path) -> None:
        from whisp_desktop.optics.picture import read_picture  # noqa: PLC0415 -- takes its time

        try:
            self.read.emit(read_picture(path))
        except RefusedError as refused:
            self.failed.emit(refused)


def _aside(work: Callable[[], None]) -> None:
    Thread(target=work, name="eye", daemon=True).start()
