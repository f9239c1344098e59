"""Digits to be read aloud or typed elsewhere: large, in groups that are never split."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from whisp_desktop.ui import theme
from whisp_desktop.ui.views.focus_ring import ring_control

_SPACING_PX, _ABOVE_PX, _BESIDE_PX = 4, 22, 8


class DigitGroups(QWidget):
    """Groups in one row; where there is no room, one below the other."""

    def __init__(self, name: str, size_px: int, between: str) -> None:
        super().__init__()
        self._size_px = size_px
        self._between = f" {between} " if between else "  "
        self._groups: list[str] = []
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        ring_control(self, 12)
        theme.current().changed.connect(self.update)

    def show_digits(self, words: str) -> None:
        """Show groups with blanks between them, or none."""
        self._groups = words.split()
        self.setAccessibleDescription(", ".join(" ".join(group) for group in self._groups))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return one row."""
        width = self._row_px()
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return the widest group in a row of its own."""
        return QSize(self._width_px("0" * 4), self._line_px() + 2 * _ABOVE_PX)

    def heightForWidth(self, width: int) -> int:
        """One line or one for each group."""
        return len(self._lines(width)) * self._line_px() + 2 * _ABOVE_PX

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines, from left to right in every language."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color("sunken"))
        painter.drawRoundedRect(QRectF(self.rect()), 12, 12)
        painter.setFont(colors.digits_font(self._size_px, _SPACING_PX))
        painter.setPen(colors.color("text"))
        for place, line in enumerate(self._lines(self.width())):
            top = _ABOVE_PX + place * self._line_px()
            box = QRectF(0, top, self.width(), self._line_px())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, line)

    def _lines(self, width: int) -> list[str]:
        if self._row_px() <= width:
            return [self._between.join(self._groups)]
        return self._groups

    def _row_px(self) -> int:
        return self._width_px(self._between.join(self._groups))

    def _width_px(self, words: str) -> int:
        font = theme.current().digits_font(self._size_px, _SPACING_PX)
        return QFontMetrics(font).horizontalAdvance(words) + 2 * _BESIDE_PX

    def _line_px(self) -> int:
        return theme.current().px(self._size_px * 1.25)
