"""The messages of a conversation: a list whose rows are painted, and that knows what was seen."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget

from whisp_desktop.ui import icons, theme
from whisp_desktop.ui.names import in_sentence
from whisp_desktop.ui.viewmodels.messages import Mark, MessageList, MessageRow
from whisp_desktop.ui.views.clipboard import copy_words
from whisp_desktop.ui.views.dissolve import LIFT_PX
from whisp_desktop.ui.views.message_rows import MessageRows
from whisp_desktop.ui.views.row_motion import RowMotion

_Index = QModelIndex | QPersistentModelIndex
_FOCUS_PX: Final = 4
"""How far the ring of the current row reaches over its lower edge."""


class MessageListView(MessageRows):
    """Paints rows where they stand, and what is new only; keys and a menu copy and delete."""

    seen = Signal(list)
    """Ids of messages of the other side that were painted uncovered in the active window."""
    delete_asked = Signal(str)

    def __init__(self, messages: MessageList, parent: QWidget | None = None) -> None:
        super().__init__(messages, parent)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._tell_seen = QTimer(self)
        self._tell_seen.setSingleShot(True)
        self._tell_seen.timeout.connect(self._emit_seen)
        self._motion = RowMotion(messages, self)
        self._motion.ring_moved.connect(self._repaint_ring)
        self._motion.shape_moved.connect(self._repaint_shape)
        self._motion.heights_changed.connect(self._close_gaps)

    @property
    def motion(self) -> RowMotion:
        """What moves in the list."""
        return self._motion

    # Painting, and what follows from it

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the exposed rows; what was seen by it is told afterwards."""
        painter = QPainter(self.viewport())
        painter.setLayoutDirection(self.layoutDirection())
        exposed, region = event.rect(), event.region()
        painter.fillRect(exposed, theme.current().color("pane"))
        focused = self.currentIndex().row() if self.hasFocus() else -1
        first = self._column.place_at(exposed.top() - _FOCUS_PX + self.verticalOffset())
        for place in range(first, len(self._column)):
            reach = self._column.row_rect(place).adjusted(0, 0, 0, _FOCUS_PX)
            if reach.top() > exposed.bottom():
                break
            if region.intersects(reach):
                self._column.paint(painter, place, exposed, focused=place == focused)
        painter.end()
        if self._column.painted and self.isActiveWindow():
            self._tell_seen.start(0)
        else:
            self._column.painted.clear()

    def dataChanged(
        self, top_left: _Index, bottom_right: _Index, roles: Sequence[int] = ()
    ) -> None:
        """Paint rows again; no height has changed."""
        QAbstractItemView.dataChanged(self, top_left, bottom_right, roles)

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        """Paint the ring where it is now, and no longer where it was."""
        super().currentChanged(current, previous)
        for index in (current, previous):
            self.viewport().update(self.visualRect(index).adjusted(0, 0, 0, _FOCUS_PX))

    def changeEvent(self, event: QEvent) -> None:
        """Paint again what came meanwhile when the window becomes active."""
        if event.type() == QEvent.Type.ActivationChange:
            self.viewport().update()
        super().changeEvent(event)

    def _emit_seen(self) -> None:
        painted, self._column.painted = self._column.painted, set()
        seen = [
            row.message
            for row in self._messages.rows
            if row.message in painted and row.mark == Mark.RECEIVED
        ]
        if seen:
            self.seen.emit(seen)

    def _repaint_ring(self, index: QModelIndex) -> None:
        self.viewport().update(self._column.meta(index))

    def _repaint_shape(self, index: QModelIndex) -> None:
        lift = int(LIFT_PX)
        self.viewport().update(self._column.bubble(index).adjusted(-lift, -lift, lift, 0))

    # Keys and the menu of a row

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move; a message can be copied, an own one deleted."""
        row = self._messages.row_at(self.currentIndex())
        if row is not None and event.matches(QKeySequence.StandardKey.Copy):
            copy_words(row.text.read())
        elif row is not None and row.mine and event.key() == Qt.Key.Key_Delete:
            self.delete_asked.emit(row.message)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu of the message under the pointer."""
        row = self._messages.row_at(self.indexAt(event.pos()))
        if row is not None and not row.text.closed:
            self.row_menu(row).popup(event.globalPos())

    def row_menu(self, row: MessageRow) -> QMenu:
        """Return what can be done with a message."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        menu.addAction(self.tr("Copy")).triggered.connect(lambda: copy_words(row.text.read()))
        if row.mine:
            delete = menu.addAction(icons.icon("cancel"), self.tr("Delete on both computers"))
            erases = self.tr("{who}’s Whisp erases it. A changed one need not.")
            delete.setToolTip(erases.format(who=in_sentence(row.author)))
            delete.triggered.connect(lambda: self.delete_asked.emit(row.message))
        return menu
