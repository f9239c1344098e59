"""The head of a page about somebody: face, name, a line under it, and one more thing."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from whisp_desktop.ui.views.face import Face

_FACE_PX = 56
_BESIDE_FROM_PX = 460


class PageHead(QWidget):
    """`more` stands at the trailing end, or under the words where there is no room."""

    def __init__(self, name: QWidget, line: QWidget, more: QWidget) -> None:
        super().__init__()
        self.face = Face(_FACE_PX)
        self._more = more
        self._words = QVBoxLayout()
        self._words.setSpacing(0)
        self._words.addStretch(1)
        self._words.addWidget(name)
        self._words.addWidget(line)
        self._words.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(15)
        self._row.addWidget(self.face)
        self._row.addLayout(self._words, 1)
        self._row.addWidget(more, 0, Qt.AlignmentFlag.AlignVCenter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Move `more` to where it fits."""
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE_FROM_PX
        if beside == (self._row.indexOf(self._more) >= 0):
            return
        if beside:
            self._words.removeWidget(self._more)
            self._row.addWidget(self._more, 0, Qt.AlignmentFlag.AlignVCenter)
        else:
            self._row.removeWidget(self._more)
            under = self._words.count() - 1
            self._words.insertWidget(under, self._more, 0, Qt.AlignmentFlag.AlignLeading)
