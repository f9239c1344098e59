"""Where the rows of a conversation stand in the view, and what moves them.

QListView is the base for what a screen reader and the keyboard need of a list. It would lay out all
rows for each one that comes, and paint all of them; so `MessageColumn` alone knows their places.
"""

from typing import Final, NamedTuple

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from whisp_desktop.ui import forget, theme
from whisp_desktop.ui.viewmodels.messages import MessageList, MessageRow
from whisp_desktop.ui.views.message_column import MessageColumn

_Index = QModelIndex | QPersistentModelIndex
_Cursor = QAbstractItemView.CursorAction
_Hint = QAbstractItemView.ScrollHint
_NEAR_END_PX: Final = 8
_STEP_PX: Final = 24
_BACKWARDS: Final = (_Cursor.MoveUp, _Cursor.MoveLeft, _Cursor.MovePrevious)
_FORWARDS: Final = (_Cursor.MoveDown, _Cursor.MoveRight, _Cursor.MoveNext)


class _Standing(NamedTuple):
    """A row in sight: None is the first line; px are those of the viewport."""

    row: MessageRow | None
    bottom_px: int
    height_px: int


class MessageRows(QListView):
    """Stays at the newest message unless somebody scrolled away from it."""

    def __init__(self, messages: MessageList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._column = MessageColumn(self, messages)
        self._at_end = True
        self._arranging = False
        self._before_loss: list[_Standing] = []
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.verticalScrollBar().setSingleStep(_STEP_PX)
        # Connected first: the base class and a screen reader ask for places when they hear of it.
        messages.rowsRemoved.connect(self._lose_rows)
        messages.modelReset.connect(self._begin_anew)
        self.setModel(messages)
        theme.current().changed.connect(self._dress)

    # Where rows stand

    def verticalOffset(self) -> int:
        """Return what is hidden above; negative where rows stand at the end of a higher view."""
        spare = max(0, self.viewport().height() - self._column.height)
        return self.verticalScrollBar().value() - spare

    def visualRect(self, index: _Index) -> QRect:
        """Return a row in the viewport."""
        known = index.isValid() and index.row() < len(self._column)
        return self._column.row_rect(index.row()) if known else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        """Return the row at a point of the viewport."""
        return self._messages.index(self._column.place_at(point.y() + self.verticalOffset()))

    def scrollTo(self, index: _Index, _hint: _Hint = _Hint.EnsureVisible) -> None:
        """Show a row with the least movement; of one higher than the view its beginning."""
        rect, bar = self.visualRect(index), self.verticalScrollBar()
        below_px = rect.bottom() + 1 - self.viewport().height()
        if rect.top() < 0:
            bar.setValue(bar.value() + rect.top())
        elif below_px > 0:
            bar.setValue(bar.value() + min(below_px, rect.top()))

    def scrollContentsBy(self, _dx: int, dy: int) -> None:
        """Move what is painted; only what comes into sight is painted then."""
        if not self._arranging:
            self._note_place()
            self.viewport().scroll(0, dy)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Return the row that a key goes to, the last in sight at first; none that goes."""
        here, last = self.currentIndex().row(), len(self._column) - 1
        page_px = self.viewport().height()
        step = -1 if action in (*_BACKWARDS, _Cursor.MoveEnd, _Cursor.MovePageDown) else 1
        if here < 0 and action not in (_Cursor.MoveHome, _Cursor.MoveEnd):
            step, place = -1, self._column.place_at(self.verticalOffset() + page_px - 1)
        elif action in (_Cursor.MovePageUp, _Cursor.MovePageDown):
            page_px = -page_px if action == _Cursor.MovePageUp else page_px
            place = self._column.place_at(self._column.bottom(here) - 1 + page_px)
        elif action in (*_BACKWARDS, *_FORWARDS):
            place = here + step
        else:
            place = last if action == _Cursor.MoveEnd else 0
        place = max(0, min(place, last))
        while 0 <= place <= last and not self._can_be_current(place):
            place += step
        return self._messages.index(place)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select nothing: there is a current row, and that is all."""

    # What moves them

    def doItemsLayout(self) -> None:
        """Take all places anew; QListView would ask the delegate for every row."""
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:
        """Measure for the width of now, and keep in its place what is read."""
        if not self._arranging:  # only its scroll bar has come or gone, and takes nothing of it
            before = self._in_sight()
            self._column.measure()
            self._arrange(before)

    def rowsInserted(self, parent: _Index, first: int, last: int) -> None:
        """Take rows in at the end: what is painted moves, and only they are painted."""
        before = self._in_sight()
        self._at_end = self._at_end or any(row.mine for row in self._messages.rows[first - 1 :])
        self._column.insert(first, last)
        self._arrange(before)
        if before:
            row, bottom_px, _ = before[-1]
            now_px = self._column.row_rect(self._messages.place_of(row)).bottom() + 1
            self.viewport().scroll(0, now_px - bottom_px)
        for place in range(first, last + 1):
            self.viewport().update(self._column.row_rect(place))
        QAbstractItemView.rowsInserted(self, parent, first, last)

    def rowsAboutToBeRemoved(self, parent: _Index, first: int, last: int) -> None:
        """Keep in mind where rows stand."""
        self._before_loss = self._in_sight()
        QAbstractItemView.rowsAboutToBeRemoved(self, parent, first, last)
        for row in self._messages.rows[first - 1 : last]:
            self._column.forget(row.message)

    def _lose_rows(self, _parent: QModelIndex, first: int, last: int) -> None:
        before, self._before_loss = self._before_loss, []
        self._column.remove(first, last)
        self._arrange(before)
        self._paint_if_moved(before)
        forget.trim_soon()

    def _close_gaps(self) -> None:
        before = self._in_sight()
        self._column.close_gaps()
        self._arrange(before)
        self._paint_if_moved(before)

    def _begin_anew(self) -> None:
        self._at_end = True
        self._column.forget_sizes()
        self._column.painted.clear()
        self._column.measure()
        self._arrange([])
        self.viewport().update()
        forget.trim_soon()

    def _dress(self) -> None:
        self._column.forget_sizes()
        self.doItemsLayout()

    def _in_sight(self) -> list[_Standing]:
        found = []
        for place in range(self._column.place_at(self.verticalOffset()), len(self._column)):
            rect = self._column.row_rect(place)
            if rect.top() >= self.viewport().height():
                break
            row = self._messages.rows[place - 1] if place else None
            found.append(_Standing(row, rect.bottom() + 1, rect.height()))
        return found

    def _arrange(self, before: list[_Standing]) -> None:
        """Scroll to the end if that is where one was, else so that the first row stays."""
        bar, height_px = self.verticalScrollBar(), self.viewport().height()
        stays = next((each for each in before if self._messages.is_staying(each.row)), None)
        self._arranging = True
        bar.setPageStep(height_px)
        bar.setRange(0, max(0, self._column.height - height_px))
        if self._at_end:
            bar.setValue(bar.maximum())
        elif stays is not None:
            place = self._messages.place_of(stays.row)
            bar.setValue(self._column.bottom(place) - stays.bottom_px)
        self._arranging = False
        self._note_place()

    def _paint_if_moved(self, before: list[_Standing]) -> None:
        if self._in_sight() != before:
            self.viewport().update()

    def _note_place(self) -> None:
        bar = self.verticalScrollBar()
        self._at_end = bar.value() >= bar.maximum() - _NEAR_END_PX

    def _can_be_current(self, place: int) -> bool:
        flags = self._messages.flags(self._messages.index(place))
        return bool(flags & Qt.ItemFlag.ItemIsEnabled)
