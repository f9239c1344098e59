"""The window: it is shown first, and everything else comes after its first paint."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from whisp_desktop.ui import theme
from whisp_desktop.ui.views.mark import Mark
from whisp_desktop.ui.window_place import WindowPlace

FIRST_SIZE = QSize(1120, 720)
LEAST_SIZE = QSize(360, 520)


class MainWindow(QWidget):
    """Holds one scene at a time; its title never says more than *Whisp*."""

    painted = Signal()
    """The window has been painted for the first time."""
    closing = Signal()
    """Somebody closes it: it is hidden already, and conversations are to end."""

    def __init__(self, place: WindowPlace) -> None:
        super().__init__()
        self.place = place
        self.setObjectName("window")
        self.setWindowTitle("Whisp")
        self.setProperty("ground", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(LEAST_SIZE)
        if place.geometry.isEmpty() or not self.restoreGeometry(place.geometry):
            self.resize(FIRST_SIZE)
        self._is_painted = False
        self._is_closing = False
        self.opening = _Opening()
        self._scenes = QStackedWidget()
        self._scenes.addWidget(self.opening)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scenes)

    @property
    def scene(self) -> QWidget | None:
        """What fills the window now."""
        return self._scenes.currentWidget()

    def show_scene(self, scene: QWidget) -> None:
        """Let `scene` fill the window; the window owns it from now on."""
        if self._scenes.indexOf(scene) < 0:
            self._scenes.addWidget(scene)
        self._scenes.setCurrentWidget(scene)

    def drop_scene(self, scene: QWidget) -> None:
        """Forget a scene that is over."""
        self._scenes.removeWidget(scene)
        scene.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Hide at once; the program ends when the conversations have ended."""
        event.ignore()
        if not self._is_closing:
            self._is_closing = True
            self.hide()
            self.closing.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell of the first paint."""
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self.painted.emit)


class _Opening(QWidget):
    """What stands there while the core starts: the mark on an empty ground."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.addWidget(Mark(), 0, Qt.AlignmentFlag.AlignCenter)
        theme.current().changed.connect(self.update)
