"""Where each row of a conversation stands, and the first line above them all."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from whisp_desktop.session.commands import MessageId
from whisp_desktop.ui import theme
from whisp_desktop.ui.viewmodels.messages import MessageList, MessageRow
from whisp_desktop.ui.views.dissolve import height_left
from whisp_desktop.ui.views.message_row import BubblePainter

_Index = QModelIndex | QPersistentModelIndex

_INSET_PX: Final = 24
_NARROW_INSET_PX: Final = 16
_NARROW_PX: Final = 560
_COLUMN_PX: Final = 880
_SAME_SPEAKER_PX: Final = 4
_OTHER_SPEAKER_PX: Final = 14
_FIRST_LINE_PX: Final = 480
_ABOVE_FIRST_PX: Final = 16
_BELOW_FIRST_PX: Final = 12


class MessageDelegate(QStyledItemDelegate):
    """Measures rows once a width, paints what is exposed."""

    def __init__(self, view: QListView, messages: MessageList) -> None:
        super().__init__(view)
        self._view = view
        self._messages = messages
        self._width_px = 0
        self._bubbles = BubblePainter(0)
        self.exposed = QRect()
        """The part of the viewport that is being painted."""
        self.painted: set[MessageId] = set()
        """Messages whose last line was painted since this was emptied."""

    def forget_sizes(self) -> None:
        """Measure everything anew: another theme, or another font."""
        self._width_px = 0

    def forget(self, message: MessageId) -> None:
        """Drop the size of a row that is no more."""
        self._bubbles.forget(message)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return the height of a row; the first one fills what the others leave free."""
        self._fit_width()
        row = self._messages.row_at(index)
        height = self._first_height() if row is None else self._height(row, index.row())
        return QSize(1, height)

    def bubble(self, index: _Index) -> QRect:
        """Return where the bubble of a message stands in the viewport."""
        row = self._messages.row_at(index)
        if row is None:
            return QRect()
        return self._place(row, index.row(), self._view.visualRect(index))

    def meta(self, index: _Index) -> QRect:
        """Return where the time, the mark and the ring of a message stand in the viewport."""
        return self._bubbles.meta_box(self.bubble(index))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw a row."""
        self._fit_width()
        rect: QRect = option.rect
        row = self._messages.row_at(index)
        painter.setLayoutDirection(self._view.layoutDirection())
        if row is None:
            self._paint_first(painter, rect)
            return
        bubble = self._place(row, index.row(), rect)
        now = self._messages.clock()
        if row.going_since is not None:
            self._bubbles.paint_going(painter, row, bubble, now)
            return
        self._bubbles.paint(painter, row, bubble, now, self.exposed)
        if option.state & QStyle.StateFlag.State_HasFocus:
            self._bubbles.paint_focus(painter, bubble)
        if bubble.bottom() <= self._view.viewport().height():
            self.painted.add(row.message)

    def _fit_width(self) -> None:
        if self._width_px != self._view.width():
            self._width_px = self._view.width()
            self._bubbles = BubblePainter(self._column().width())

    def _column(self) -> QRect:
        """Return the column of messages; a scroll bar takes nothing of it."""
        inset = _NARROW_INSET_PX if self._width_px < _NARROW_PX else _INSET_PX
        width = min(_COLUMN_PX, self._width_px - 2 * inset)
        return QRect((self._width_px - width) // 2, 0, width, 0)

    def _gap(self, row: MessageRow, place: int) -> int:
        if place == 1:
            return 0
        same = self._messages.rows[place - 2].mine == row.mine
        return _SAME_SPEAKER_PX if same else _OTHER_SPEAKER_PX

    def _height(self, row: MessageRow, place: int) -> int:
        height = self._gap(row, place) + self._bubbles.shape(row).bubble.height()
        if row.going_since is None or theme.current().reduced_motion:
            return height
        return int(height * height_left((self._messages.clock() - row.going_since) * 1000))

    def _place(self, row: MessageRow, place: int, rect: QRect) -> QRect:
        size = self._bubbles.shape(row).bubble
        column = self._column()
        x = column.right() + 1 - size.width() if row.mine else column.left()
        box = QRect(x, rect.top() + self._gap(row, place), size.width(), size.height())
        whole = QRect(0, rect.top(), self._width_px, rect.height())
        mirrored = QStyle.visualRect(self._view.layoutDirection(), whole, box)
        # With a scroll bar at the leading side the viewport begins after it.
        return mirrored.translated(-self._view.viewport().x(), 0)

    def _first_width(self) -> int:
        return min(self._column().width(), theme.current().px(_FIRST_LINE_PX))

    def _first_height(self) -> int:
        metrics = QFontMetrics(theme.current().font("caption"))
        room = QRect(0, 0, self._first_width(), 1_000_000)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        words_px = metrics.boundingRect(room, flags, self._messages.first_line).height()
        natural = _ABOVE_FIRST_PX + words_px + _BELOW_FIRST_PX
        free = self._view.viewport().height()
        for place, row in enumerate(self._messages.rows, 1):
            free -= self._height(row, place)
            if free <= natural:
                return natural
        return free

    def _paint_first(self, painter: QPainter, rect: QRect) -> None:
        colors = theme.current()
        painter.setFont(colors.font("caption"))
        painter.setPen(colors.color("text2"))
        box = QRect(0, rect.top(), self._first_width(), rect.height() - _BELOW_FIRST_PX)
        box.moveLeft((self._width_px - box.width()) // 2 - self._view.viewport().x())
        flags = (
            Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
        )
        painter.drawText(box, flags, self._messages.first_line)
