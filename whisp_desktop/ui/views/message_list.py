"""The messages of a conversation: a list whose rows are painted, and that knows what was seen."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu, QWidget

from whisp_desktop.ui import forget, icons, theme
from whisp_desktop.ui.viewmodels.messages import Mark, MessageList, MessageRow
from whisp_desktop.ui.views.clipboard import copy_words
from whisp_desktop.ui.views.dissolve import LIFT_PX
from whisp_desktop.ui.views.message_delegate import MessageDelegate
from whisp_desktop.ui.views.row_motion import RowMotion

_Index = QModelIndex | QPersistentModelIndex
_NEAR_END_PX: Final = 8
_STEP_PX: Final = 24


class MessageListView(QListView):
    """Stays at the newest message unless somebody scrolled away from it."""

    seen = Signal(list)
    """Ids of messages of the other side that were painted uncovered in the active window."""
    delete_asked = Signal(str)

    def __init__(self, messages: MessageList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._at_end = True
        self._delegate = MessageDelegate(self, messages)
        self._motion = RowMotion(messages, self)
        self._tell_seen = QTimer(self)
        self._tell_seen.setSingleShot(True)
        self._tell_seen.timeout.connect(self._emit_seen)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setTabKeyNavigation(False)
        self.setItemDelegate(self._delegate)
        self.setModel(messages)
        self._connect()

    def _connect(self) -> None:
        bar = self.verticalScrollBar()
        bar.setSingleStep(_STEP_PX)
        bar.valueChanged.connect(self._note_place)
        bar.rangeChanged.connect(self._keep_place)
        self._messages.rowsInserted.connect(self._take_rows)
        self._messages.rowsAboutToBeRemoved.connect(self._lose_rows)
        self._messages.modelReset.connect(self._begin_anew)
        self._motion.ring_moved.connect(self._repaint_ring)
        self._motion.shape_moved.connect(self._repaint_shape)
        self._motion.heights_changed.connect(self.doItemsLayout)
        theme.current().changed.connect(self._dress)

    @property
    def motion(self) -> RowMotion:
        """What moves in the list."""
        return self._motion

    # Painting, and what follows from it

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the exposed rows; what was seen by it is told afterwards."""
        self._delegate.exposed = event.rect()
        super().paintEvent(event)
        if self._delegate.painted and self.isActiveWindow():
            self._tell_seen.start(0)
        else:
            self._delegate.painted.clear()

    def dataChanged(
        self, top_left: _Index, bottom_right: _Index, roles: Sequence[int] = ()
    ) -> None:
        """Paint rows again; QListView would lay out all of them, though no height has changed."""
        QAbstractItemView.dataChanged(self, top_left, bottom_right, roles)

    def changeEvent(self, event: QEvent) -> None:
        """Paint again what came meanwhile when the window becomes active."""
        if event.type() == QEvent.Type.ActivationChange:
            self.viewport().update()
        super().changeEvent(event)

    def _emit_seen(self) -> None:
        painted, self._delegate.painted = self._delegate.painted, set()
        seen = [
            row.message
            for row in self._messages.rows
            if row.message in painted and row.mark == Mark.RECEIVED
        ]
        if seen:
            self.seen.emit(seen)

    def _repaint_ring(self, index: QModelIndex) -> None:
        self.viewport().update(self._delegate.meta(index))

    def _repaint_shape(self, index: QModelIndex) -> None:
        lift = int(LIFT_PX)
        self.viewport().update(self._delegate.bubble(index).adjusted(-lift, -lift, lift, 0))

    # Where one stands in the list

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for this width; who was at the end stays there."""
        super().resizeEvent(event)
        self.doItemsLayout()

    def _note_place(self, value: int) -> None:
        self._at_end = value >= self.verticalScrollBar().maximum() - _NEAR_END_PX

    def _keep_place(self) -> None:
        if self._at_end:
            self.scrollToBottom()

    def _take_rows(self, _parent: QModelIndex, first: int, last: int) -> None:
        rows = self._messages.rows[first - 1 : last]
        self._at_end = self._at_end or any(row.mine for row in rows)
        self.doItemsLayout()
        self._keep_place()

    def _lose_rows(self, _parent: QModelIndex, first: int, last: int) -> None:
        for row in self._messages.rows[first - 1 : last]:
            self._delegate.forget(row.message)
        forget.trim_soon()
        QTimer.singleShot(0, self, self.doItemsLayout)

    def _begin_anew(self) -> None:
        self._at_end = True
        self._delegate.forget_sizes()
        self._delegate.painted.clear()
        forget.trim_soon()

    def _dress(self) -> None:
        self._delegate.forget_sizes()
        self.doItemsLayout()

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
        menu.addAction(self.tr("Copy")).triggered.connect(lambda: copy_words(row.text.read()))
        if row.mine:
            delete = menu.addAction(icons.icon("cancel"), self.tr("Delete on both computers"))
            delete.triggered.connect(lambda: self.delete_asked.emit(row.message))
        return menu
