"""The pane of one conversation: on the way to it, in it, and after it."""

from typing import Final

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from whisp_desktop.session.events import SessionEnd
from whisp_desktop.ui import theme
from whisp_desktop.ui.viewmodels.conversation import ConversationViewModel
from whisp_desktop.ui.viewmodels.endings import not_sent
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.closed import ClosedPage
from whisp_desktop.ui.views.composer import Composer
from whisp_desktop.ui.views.connecting import ConnectingPage
from whisp_desktop.ui.views.conversation_header import ConversationHeader
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.line import LineState, SignatureLine
from whisp_desktop.ui.views.message_list import MessageListView
from whisp_desktop.ui.views.notice import Notice
from whisp_desktop.ui.views.popover import Popover
from whisp_desktop.ui.views.turning_row import ButtonRow

_NARROW_PX: Final = 560
_LEAST_PX: Final = 320
_QUESTION_PX: Final = 320


class ConversationPage(QWidget):
    """Composed of header, line and what the state asks for."""

    back = Signal()
    closed = Signal()
    """Nothing is left to be shown here."""
    find_again = Signal()
    """Somebody wants to ask this person again."""

    def __init__(self, view_model: ConversationViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view_model = view_model
        self.header = ConversationHeader(view_model)
        self.line = SignatureLine()
        self.connecting = ConnectingPage(view_model)
        self.messages = MessageListView(view_model.messages)
        self.messages.setObjectName("messages.list")
        self.messages.setAccessibleName(self.tr("Messages with {who}").format(who=view_model.who))
        self.full = Notice(
            "sunken",
            "fact",
            self.tr("The oldest messages have gone, because memory for this conversation is full."),
        )
        self.composer = Composer(view_model, self)
        self.note = Words("", "caption", "text2")
        self.note.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.over = ClosedPage()
        self._open = QWidget()
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self.setFocusProxy(self._first_control())
        self.refresh()

    def _connect(self) -> None:
        self.header.back.connect(self.back)
        self.header.leave_asked.connect(self.leave)
        self.header.timer_asked.connect(self.open_timer_menu)
        self.messages.seen.connect(self.view_model.mark_seen)
        self.messages.delete_asked.connect(self.view_model.delete)
        self.over.closed.connect(self.closed)
        self.over.ask_again.connect(self.find_again)
        self.view_model.changed.connect(self.refresh)
        self.view_model.closed.connect(self._end)
        self.view_model.messages.rowsInserted.connect(self._announce_rows)

    def refresh(self) -> None:
        """Show the page of the state, and the line of it."""
        seen = self.view_model
        page = {"connecting": self.connecting, "open": self._open, "closed": self.over}[seen.state]
        if self._stack.currentWidget() is not page:
            self._stack.setCurrentWidget(page)
            self._move_focus()
        self.line.show_state(*self._pulse())
        self.full.setVisible(seen.memory_full)
        self.note.setText(self._note())

    def leave(self) -> None:
        """Ask once whether to leave; before it is open there is nothing to ask."""
        if self.view_model.state == "connecting":
            self.view_model.cancel()
        elif self.view_model.state == "open":
            LeaveQuestion(self, self.view_model).open_below(self.header.way_out())

    def open_timer_menu(self) -> None:
        """Ask how long messages last."""
        if self.view_model.state == "open":
            self.composer.open_timer_menu()

    def regions(self) -> list[QWidget]:
        """Return what F6 goes through."""
        if self.view_model.state == "open":
            return [self.header.trust, self.messages, self.composer.words]
        return [self.header.trust, self._first_control()]

    def set_one_column(self, *, one_column: bool) -> None:
        """Show the arrow back to the list, or not."""
        self.header.set_one_column(one_column=one_column)

    def minimumSizeHint(self) -> QSize:
        """Return the size of the smallest window's pane: what is folded there needs no more."""
        return QSize(_LEAST_PX, _LEAST_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold what has no room."""
        super().resizeEvent(event)
        narrow = self.width() < theme.current().px(_NARROW_PX)
        self.header.set_narrow(narrow=narrow)
        self.composer.set_narrow(narrow=narrow)
        inset = 12 if narrow else 20
        self._foot.setContentsMargins(inset, 16, inset, 8)

    def _first_control(self) -> QWidget:
        return {
            "connecting": self.connecting.cancel,
            "open": self.composer.words,
            "closed": self.over.close_button,
        }[self.view_model.state]

    def _move_focus(self) -> None:
        focused = QApplication.focusWidget()
        had_focus = focused is not None and self.isAncestorOf(focused)
        self.setFocusProxy(self._first_control())
        if had_focus:
            self._first_control().setFocus(Qt.FocusReason.OtherFocusReason)

    def _pulse(self) -> tuple[LineState, str]:
        seen = self.view_model
        if seen.state == "connecting":
            return LineState.REACHING, self.tr("Reaching {who}").format(who=seen.who)
        if seen.state == "closed":
            return LineState.GONE, seen.ending.title if seen.ending else ""
        if seen.quiet:
            return LineState.QUIET, self.tr("No sign of {who}").format(who=seen.who)
        return LineState.BOTH, self.tr("Both here")

    def _note(self) -> str:
        seen = self.view_model
        if seen.quiet:
            return self.tr("No sign of {who} for some seconds.").format(who=seen.who)
        if seen.typing:
            return self.tr("{who} is writing.").format(who=seen.who)
        return self.tr("Only you and {who}, only while you are both here.").format(who=seen.who)

    def _end(self) -> None:
        self.composer.wipe()
        for question in self.findChildren(Popover):
            question.dismiss()
        seen = self.view_model
        if seen.ending is None:
            self.closed.emit()
            return
        unsent = not_sent(seen.unsent, seen.peer) if seen.unsent else ""
        can_ask = seen.ended != SessionEnd.KEY_CHANGED
        self.over.show_ending(seen.ending, unsent, can_ask=can_ask)
        if seen.ended in (SessionEnd.LEFT, SessionEnd.LOST, SessionEnd.KEY_CHANGED):
            self._announce(seen.ending.title, assertive=True)
        if unsent:
            self._announce(unsent, assertive=True)

    def _announce_rows(self, _parent: QModelIndex, first: int, last: int) -> None:
        for row in self.view_model.messages.rows[first - 1 : last]:
            if row.mine:
                continue
            said = self.tr("Message from {who}").format(who=self.view_model.who)
            if self.messages.hasFocus():
                index = self.view_model.messages.index_of(row)
                said = str(index.data(Qt.ItemDataRole.AccessibleTextRole))
            self._announce(said, assertive=False)

    def _announce(self, said: str, *, assertive: bool) -> None:
        event = QAccessibleAnnouncementEvent(self, said)
        if assertive:
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)

    def _lay_out(self) -> None:
        self.setProperty("ground", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._foot = QVBoxLayout()
        self._foot.setSpacing(8)
        self._foot.addWidget(self.composer)
        self._foot.addWidget(self.note)
        notices = QVBoxLayout()
        notices.setContentsMargins(20, 0, 20, 0)
        notices.addWidget(self.full)
        talk = QVBoxLayout(self._open)
        talk.setContentsMargins(0, 0, 0, 0)
        talk.setSpacing(0)
        talk.addLayout(notices)
        talk.addWidget(self.messages, 1)
        talk.addLayout(self._foot)
        for page in (self.connecting, self._open, self.over):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.line)
        column.addWidget(self._stack, 1)


class LeaveQuestion(Popover):
    """Leaving asks once, at the button; what is safe has the focus."""

    def __init__(self, page: ConversationPage, view_model: ConversationViewModel) -> None:
        super().__init__(page)
        self.panel.setFixedWidth(theme.current().px(_QUESTION_PX))
        question = self.tr(
            "Leave? This computer erases the conversation, and {who}’s Whisp is told to."
        ).format(who=view_model.who)
        self.setAccessibleName(question)
        self.stay = Button(self.tr("Stay"))
        self.stay.setObjectName("conversation.stay")
        self.stay.clicked.connect(self.dismiss)
        self.leave = Button(self.tr("Leave"), "danger")
        self.leave.setObjectName("conversation.leaveYes")
        self.leave.clicked.connect(self._leave)
        self._view_model = view_model
        self.column.setContentsMargins(16, 16, 16, 16)
        self.column.setSpacing(16)
        self.column.addWidget(Words(question))
        buttons = ButtonRow()
        buttons.add_space()
        buttons.add(self.stay)
        buttons.add(self.leave)
        self.column.addWidget(buttons)

    def open_below(self, anchor: QWidget) -> None:
        """Show it under the control that asks."""
        self.open_at(anchor, self.stay, above=False, trailing=True)

    def _leave(self) -> None:
        self.dismiss()
        self._view_model.leave()
