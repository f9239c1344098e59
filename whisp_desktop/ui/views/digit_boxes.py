"""A field for digits that another screen shows: boxes of one or of several digits."""

import re
from itertools import accumulate

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QSizePolicy

from whisp_desktop.ui import theme

_NOT_DIGITS = re.compile(r"[^0-9]")
_HEIGHT_PX, _GAP_PX, _SIZE_PX, _SPACING_PX = 60, 10, 28, 3
_DIGIT_PX, _PADDING_PX = 24, 32


class DigitBoxes(QLineEdit):
    """One line to the keyboard and to a screen reader; what is pasted may hold blanks and dots."""

    filled = Signal()
    """The last digit has come."""

    def __init__(self, name: str, groups: tuple[int, ...]) -> None:
        super().__init__()
        self._groups = groups
        self.setAccessibleName(name)
        self.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.textChanged.connect(self._clean)
        self.cursorPositionChanged.connect(self.update)

    @property
    def is_full(self) -> bool:
        """Whether every digit is there."""
        return len(self.text()) == sum(self._groups)

    def forget(self) -> None:
        """Empty it, and what undoing could bring back."""
        self.setText("")

    def sizeHint(self) -> QSize:
        """As wide as the boxes like to be."""
        px = theme.current().px
        width = sum(px(_DIGIT_PX) * size + px(_PADDING_PX) for size in self._groups)
        return QSize(width + _GAP_PX * (len(self._groups) - 1), px(_HEIGHT_PX))

    def minimumSizeHint(self) -> QSize:
        """Boxes and digits become smaller where there is no room."""
        return QSize(theme.current().px(120), self.sizeHint().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go on behind the last digit."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.end(False)  # Qt's own

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the boxes; the one that is filled next has the edge of the focus."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        boxes = self._boxes()
        ends = list(accumulate(self._groups))
        at = min(self.cursorPosition(), ends[-1] - 1)
        font = colors.digits_font(_SIZE_PX, _SPACING_PX)
        room_px = min(box.width() / size for box, size in zip(boxes, self._groups, strict=True))
        if QFontMetrics(font).horizontalAdvance("0") > room_px - 4:
            font.setPixelSize(max(8, int(room_px)))
            font.setLetterSpacing(font.letterSpacingType(), 0)
        for box, size, end in zip(boxes, self._groups, ends, strict=True):
            is_next = self.hasFocus() and end - size <= at < end
            edge = QPen(colors.color("accent" if is_next else "line_strong"), 2 if is_next else 1)
            painter.setPen(edge)
            painter.setBrush(colors.color("card"))
            painter.drawRoundedRect(box, 8, 8)
            painter.setPen(colors.color("text"))
            painter.setFont(font)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text()[end - size : end])

    def _boxes(self) -> list[QRectF]:
        """Return where the boxes are: in the middle, narrower where there is no room."""
        hint = self.sizeHint()
        gaps = _GAP_PX * (len(self._groups) - 1)
        shrink = min(1.0, (self.width() - gaps) / (hint.width() - gaps))
        px = theme.current().px
        x = max(0.0, (self.width() - hint.width()) / 2)
        boxes = []
        for size in self._groups:
            width = (px(_DIGIT_PX) * size + px(_PADDING_PX)) * shrink
            boxes.append(QRectF(x + 1, 1, width - 2, self.height() - 2))
            x += width + _GAP_PX
        return boxes

    def _clean(self, typed: str) -> None:
        digits = _NOT_DIGITS.sub("", typed)[: sum(self._groups)]
        if digits != typed:
            self.setText(digits)
            return
        self.update()
        if self.is_full:
            self.filled.emit()
