"""A safety number: 60 digits in 12 groups of five, to be compared by eye or read aloud."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from whisp_desktop.ui import theme
from whisp_desktop.ui.views.focus_ring import ring_control

GROUP = 5
_SIZE_PX, _SPACING_PX, _GAP_PX = 18, 2, 38
_ROW_PX, _ABOVE_PX = 33, 5
MARK_PX = 7
"""By so much a marked group's ground is wider on either side: the inset that it needs."""
_COLUMNS = (4, 3, 2, 1)


def groups(number: str) -> tuple[str, ...]:
    """Split the digits into groups of five."""
    return tuple(number[at : at + GROUP] for at in range(0, len(number), GROUP))


def spoken(number: str) -> str:
    """Return the digits as a screen reader should say them, with a pause after each group."""
    return ", ".join(" ".join(group) for group in groups(number))


class SafetyDigits(QWidget):
    """Paints the groups in four columns, fewer where there is no room; never splits a group."""

    def __init__(self, gap_px: int = _GAP_PX, inset_px: int = 0) -> None:
        super().__init__()
        self._gap_px = gap_px
        self._inset_px = inset_px
        self._groups: tuple[str, ...] = ()
        self._other: tuple[str, ...] = ()
        self._ink = "text"
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        ring_control(self)
        theme.current().changed.connect(self.update)

    def show_number(self, number: str) -> None:
        """Show these 60 digits."""
        self._groups = groups(number)
        self.setAccessibleName(self.tr("Safety number"))
        self.setAccessibleDescription(spoken(number))
        self.updateGeometry()
        self.update()

    def show_difference(self, number: str, other: str) -> None:
        """Show these digits, and mark the groups that are not those of the other number."""
        self._other = groups(other)
        self.show_number(number)

    def set_ink(self, token: str) -> None:
        """Take another colour of words."""
        self._ink = token
        self.update()

    def sizeHint(self) -> QSize:
        """Four columns."""
        width = self._width_px(_COLUMNS[0])
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return the fewest columns."""
        return QSize(self._width_px(_COLUMNS[-1]), theme.current().px(_ROW_PX))

    def heightForWidth(self, width: int) -> int:
        """As many rows as the columns that fit leave."""
        rows = -(-len(self._groups) // self._columns(width))
        return _ABOVE_PX + theme.current().px(_ROW_PX) * rows

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the groups, from left to right in every language."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setFont(colors.digits_font(_SIZE_PX, _SPACING_PX))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        columns, row_px = self._columns(self.width()), colors.px(_ROW_PX)
        pitch = self._column_px()
        for place, group in enumerate(self._groups):
            row, column = divmod(place, columns)
            box = QRectF(self._inset_px + column * pitch, _ABOVE_PX + row * row_px, pitch, row_px)
            if self._other and group != self._other[place]:
                self._mark(painter, box)
            painter.setPen(colors.color(self._ink))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, group)

    def _mark(self, painter: QPainter, box: QRectF) -> None:
        colors = theme.current()
        around = QRectF(box)
        around.setWidth(self._width_px(1) - 2 * self._inset_px + 2 * MARK_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color("danger_tint"))
        painter.drawRoundedRect(around.translated(-MARK_PX, 0).adjusted(0, 3, 0, -3), 4, 4)

    def _column_px(self) -> int:
        font = theme.current().digits_font(_SIZE_PX, _SPACING_PX)
        return QFontMetrics(font).horizontalAdvance("0" * GROUP) + theme.current().px(self._gap_px)

    def _columns(self, width: int) -> int:
        return next((n for n in _COLUMNS if self._width_px(n) <= width), _COLUMNS[-1])

    def _width_px(self, columns: int) -> int:
        digits_px = columns * self._column_px() - theme.current().px(self._gap_px)
        return digits_px + 2 * self._inset_px
