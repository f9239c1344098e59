"""Words, and one thing beside them that goes under them where there is no room."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from whisp_desktop.ui import theme


class WordsBeside(QWidget):
    """Keeps at least `least_px` for the words, at the desktop's default font size."""

    def __init__(self, least_px: int, spacing_px: int) -> None:
        super().__init__()
        self._least_px = theme.current().px(least_px)
        self._leading: list[QWidget] = []
        self._beside: QWidget | None = None
        self._align = Qt.AlignmentFlag.AlignVCenter
        self._words = QVBoxLayout()
        self._words.setSpacing(0)
        self._words.addStretch(1)
        self._words.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(spacing_px)
        self._row.addLayout(self._words, 1)

    def add_words(self, widget: QWidget) -> None:
        """Put `widget` under the words that there are."""
        self._words.insertWidget(self._words.count() - 1, widget)

    def put_before(
        self, widget: QWidget, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter
    ) -> None:
        """Put `widget` at the leading end."""
        self._leading.append(widget)
        self._row.insertWidget(0, widget, 0, align)

    def put_beside(
        self, widget: QWidget, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter
    ) -> None:
        """Put `widget` at the trailing end."""
        self._beside, self._align = widget, align
        self._row.addWidget(widget, 0, align)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Move what is beside the words to where it fits."""
        super().resizeEvent(event)
        if self._beside is None:
            return
        fits = self._room_for_words(self._beside) >= self._least_px
        if fits == (self._row.indexOf(self._beside) >= 0):
            return
        if fits:
            self._words.removeWidget(self._beside)
            self._row.addWidget(self._beside, 0, self._align)
        else:
            self._row.removeWidget(self._beside)
            under = self._words.count() - 1
            self._words.insertWidget(under, self._beside, 0, Qt.AlignmentFlag.AlignLeading)

    def _room_for_words(self, beside: QWidget) -> int:
        margins = self._row.contentsMargins()
        taken = margins.left() + margins.right()
        for part in (*self._leading, beside):
            taken += part.sizeHint().width() + self._row.spacing()
        return self.width() - taken
