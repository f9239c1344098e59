"""A picture, and words beside it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from whisp_desktop.ui import theme


class Halves(QWidget):
    """A picture and words beside it, or under it where there is no room."""

    def __init__(self, picture: QWidget, words: QWidget) -> None:
        super().__init__()
        self._least_px = picture.sizeHint().width() + theme.current().px(200)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(24)
        self._box.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self._box.addWidget(words, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn where it gets narrow."""
        super().resizeEvent(event)
        beside = self.width() >= self._least_px
        self._box.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )
