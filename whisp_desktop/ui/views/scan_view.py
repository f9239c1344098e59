"""Looking for a code: with the camera, in a picture, or as text that somebody pastes."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QHideEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.ui.eye import Eye
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.camera_preview import CameraPreview
from whisp_desktop.ui.views.choice import Choice
from whisp_desktop.ui.views.fields import Field, Words
from whisp_desktop.ui.views.turning_row import ButtonRow

if TYPE_CHECKING:
    from whisp_desktop.optics.camera import Device


class ScanView(QWidget):
    """Runs from `start` to `stop`; the camera is off when the view is hidden, whoever hides it."""

    found = Signal(str)
    """A code before the camera: each text once."""
    given = Signal(str)
    """A code out of a picture file, or pasted text: nobody knows who made it."""

    def __init__(self, eye: Eye | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._eye = eye or Eye(self)
        self._last = ""
        self._runs = False
        self._preview = CameraPreview()
        self._preview.setObjectName("scan.preview")
        self._devices = Choice(self.tr("Camera"), "camera")
        self._devices.setObjectName("scan.camera")
        self._devices.activated.connect(self._open)
        self._says = Words("", "caption", "text2")
        self._says.setObjectName("scan.says")
        self._unread = Words("", "caption", "danger")
        self._unread.setObjectName("scan.unread")
        self._text = Field(self.tr("Text of the code"), self.tr("Paste the text of the code"))
        self._text.line.setObjectName("scan.text")
        self._text.line.returnPressed.connect(self._give_text)
        self._paste = Button(self.tr("Paste the text"))
        self._paste.setObjectName("scan.paste")
        self._paste.clicked.connect(self._ask_for_text)
        self._picture = Button(self.tr("Read from a picture"), icon="photo")
        self._picture.setObjectName("scan.picture")
        self._picture.clicked.connect(self._choose_picture)
        self._lay_out()
        self._eye.listed.connect(self._list)
        self._eye.seen.connect(self._see)
        self._eye.found.connect(self._find)
        self._eye.read.connect(self._read)
        self._eye.failed.connect(self._fail)
        self._eye.unread.connect(self._say_unread)

    def start(self) -> None:
        """Look for cameras, and through the first."""
        self._last, self._runs = "", True
        self._say(self.tr("Starting the camera…"))
        self._eye.look_around()

    def stop(self) -> None:
        """Switch the camera off, and forget what was seen."""
        self._runs = False
        self._eye.close()
        self._preview.clear()
        self._text.line.clear()
        self._unread.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        """No camera runs that nobody sees."""
        self.stop()
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nor one of a window that closes."""
        self.stop()
        super().closeEvent(event)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        buttons = ButtonRow()
        for button in (self._paste, self._picture):
            buttons.add(button)
        buttons.add_space()
        for each in (self._preview, self._devices, self._says, buttons, self._unread, self._text):
            column.addWidget(each)
        self._devices.hide()
        self._unread.hide()
        self._text.hide()

    def _list(self, devices: "tuple[Device, ...]") -> None:
        if not self._runs:
            return
        self._devices.clear()
        for device in devices:
            self._devices.offer(device.name, device.source)
        self._devices.setVisible(bool(devices))
        self._open()

    def _open(self) -> None:
        self._eye.open(self._devices.currentData())

    def _see(self) -> None:
        preview = self._eye.take()
        if preview is None:
            return
        if not self._runs:
            preview.close()
            return
        self._preview.show_frame(preview)
        if preview.is_dark:
            self._say(self.tr("It is dark here. Turn a light on, or the other screen up."), "warn")
        else:
            self._say(
                self.tr("Looking for a code. Pictures stay in memory and are dropped at once.")
            )

    def _find(self, text: str) -> None:
        if self._runs and text != self._last:
            self._last = text
            self.found.emit(text)

    def _read(self, text: str) -> None:
        if self._runs:
            self.given.emit(text)

    def _fail(self, refused: RefusedError) -> None:
        self._preview.clear()
        self._say(refused.say, "danger")

    def _say_unread(self, refused: RefusedError) -> None:
        self._unread.setText(refused.say)
        self._unread.show()

    def _say(self, words: str, tone: str = "text2") -> None:
        if words != self._says.text():
            self._says.setText(words)
            self._says.set_tone(tone)

    def _ask_for_text(self) -> None:
        self._text.show()
        self._text.line.setFocus()

    def _give_text(self) -> None:
        text = self._text.line.text().strip()
        if text:
            self.given.emit(text)

    def _choose_picture(self) -> None:
        self._unread.hide()
        dialog = QFileDialog(self, self.tr("Read from a picture"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Pictures") + " (*.png *.jpg *.jpeg *.webp *.bmp)")
        dialog.fileSelected.connect(lambda path: self._eye.read_picture(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
