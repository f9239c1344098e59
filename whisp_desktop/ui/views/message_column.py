"""Where each row of a conversation stands, and how it is painted; the first line above them all.

Heights are kept, so that a row which comes or goes costs no more than its own.
"""

from bisect import bisect_right
from itertools import accumulate
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QTextLayout
from PySide6.QtWidgets import QListView, QStyle

from whisp_desktop.session.commands import MessageId
from whisp_desktop.ui import theme
from whisp_desktop.ui.viewmodels.messages import MessageList, MessageRow
from whisp_desktop.ui.views.dissolve import height_left
from whisp_desktop.ui.views.message_row import BubblePainter
from whisp_desktop.ui.views.text_block import lay_out

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


class MessageColumn:
    """Measures each row once a width; `place` is the number of a row, 0 that of the first line."""

    def __init__(self, view: QListView, messages: MessageList) -> None:
        self._view = view
        self._messages = messages
        self._width_px = 0
        self._bubbles = BubblePainter(0)
        self._heights: list[int] = []
        self._bottoms: list[int] = []
        self.painted: set[MessageId] = set()
        """Messages whose last line was painted since this was emptied."""

    # Heights

    @property
    def height(self) -> int:
        """How high all rows are together."""
        return self._bottoms[-1] if self._bottoms else 0

    def bottom(self, place: int) -> int:
        """Return where a row ends, from the top of the first one."""
        return self._bottoms[place]

    def place_at(self, y: int) -> int:
        """Return the row at this depth; what is above the first one is the first one's."""
        return bisect_right(self._bottoms, y)

    def __len__(self) -> int:
        return len(self._heights)

    def forget_sizes(self) -> None:
        """Measure everything anew at the next `measure`: another theme, or another font."""
        self._width_px = 0

    def measure(self) -> None:
        """Take the heights of all rows for the view's width."""
        if self._width_px != self._view.width():
            self._width_px = self._view.width()
            self._bubbles = BubblePainter(self._column().width())
        self._heights = [self._height(place) for place in range(self._messages.rowCount())]
        self._add_up()

    def insert(self, first: int, last: int) -> None:
        """Measure rows that came at the end."""
        self._heights += [self._height(place) for place in range(first, last + 1)]
        self._add_up()

    def remove(self, first: int, last: int) -> None:
        """Drop rows that are gone; the gap above the next one may be another now."""
        del self._heights[first : last + 1]
        if first < len(self._heights):
            self._heights[first] = self._height(first)
        self._add_up()

    def close_gaps(self) -> None:
        """Take the heights of rows that go."""
        for place, row in enumerate(self._messages.rows, 1):
            if row.going_since is not None:
                self._heights[place] = self._height(place)
        self._add_up()

    def forget(self, message: MessageId) -> None:
        """Drop the size of a row that is about to be no more."""
        self._bubbles.forget(message)

    def row_rect(self, place: int) -> QRect:
        """Return a row in the viewport; the first one takes what the others leave free."""
        bottom = self._bottoms[place] - self._view.verticalOffset()
        height = self._heights[place]
        top = min(0, bottom - height) if place == 0 else bottom - height
        return QRect(0, top, self._view.viewport().width(), bottom - top)

    def _add_up(self) -> None:
        self._bottoms = list(accumulate(self._heights))

    def _height(self, place: int) -> int:
        if place == 0:
            return self._first_height()
        row = self._messages.rows[place - 1]
        height = self._gap(place) + self._bubbles.shape(row).bubble.height()
        if row.going_since is None or theme.current().reduced_motion:
            return height
        return int(height * height_left((self._messages.clock() - row.going_since) * 1000))

    def _gap(self, place: int) -> int:
        if place == 1:
            return 0
        before, row = self._messages.rows[place - 2 : place]
        return _SAME_SPEAKER_PX if before.mine == row.mine else _OTHER_SPEAKER_PX

    def _first_width(self) -> int:
        return min(self._column().width(), theme.current().px(_FIRST_LINE_PX))

    def _first_height(self) -> int:
        return _ABOVE_FIRST_PX + self._first_words_px() + _BELOW_FIRST_PX

    def _first_words_px(self) -> int:
        line_px = theme.current().line_height_px("caption")
        return self._lay_out_first().lineCount() * line_px

    def _lay_out_first(self) -> QTextLayout:
        colors = theme.current()
        return lay_out(
            self._messages.first_line,
            colors.font("caption"),
            colors.line_height_px("caption"),
            self._first_width(),
            Qt.AlignmentFlag.AlignHCenter,
            self._view.layoutDirection(),
        )

    # Bubbles

    def bubble(self, index: _Index) -> QRect:
        """Return where the bubble of a message stands in the viewport."""
        row = self._messages.row_at(index)
        return QRect() if row is None else self._bubble(row, index.row())

    def meta(self, index: _Index) -> QRect:
        """Return where the time, the mark and the ring of a message stand in the viewport."""
        return self._bubbles.meta_box(self.bubble(index))

    def _bubble(self, row: MessageRow, place: int) -> QRect:
        rect = self.row_rect(place)
        size = self._bubbles.shape(row).bubble
        column = self._column()
        x = column.right() + 1 - size.width() if row.mine else column.left()
        box = QRect(x, rect.top() + self._gap(place), size.width(), size.height())
        whole = QRect(0, rect.top(), self._width_px, rect.height())
        mirrored = QStyle.visualRect(self._view.layoutDirection(), whole, box)
        # With a scroll bar at the leading side the viewport begins after it.
        return mirrored.translated(-self._view.viewport().x(), 0)

    def _column(self) -> QRect:
        """Return the column of messages; a scroll bar takes nothing of it."""
        inset = _NARROW_INSET_PX if self._width_px < theme.current().px(_NARROW_PX) else _INSET_PX
        width = min(theme.current().px(_COLUMN_PX), self._width_px - 2 * inset)
        return QRect((self._width_px - width) // 2, 0, width, 0)

    # Painting

    def paint(self, painter: QPainter, place: int, exposed: QRect, *, focused: bool) -> None:
        """Draw a row, of whose words only those in `exposed`."""
        if place == 0:
            self._paint_first(painter, focused=focused)
            return
        row = self._messages.rows[place - 1]
        bubble = self._bubble(row, place)
        now = self._messages.clock()
        if row.going_since is not None:
            self._bubbles.paint_going(painter, row, bubble, now)
            return
        self._bubbles.paint(painter, row, bubble, now, exposed)
        if focused:
            self._bubbles.paint_focus(painter, bubble)
        if bubble.bottom() <= self._view.viewport().height():
            self.painted.add(row.message)

    def _paint_first(self, painter: QPainter, *, focused: bool) -> None:
        layout = self._lay_out_first()
        height = self._first_words_px()
        bottom = self.row_rect(0).bottom() + 1 - _BELOW_FIRST_PX
        left = (self._width_px - self._first_width()) // 2 - self._view.viewport().x()
        painter.setPen(theme.current().color("text2"))
        layout.draw(painter, QPointF(left, bottom - height))
        if focused:
            words = QRect(left, bottom - height, self._first_width(), height)
            self._bubbles.paint_focus(painter, words.adjusted(-8, -4, 8, 4))
