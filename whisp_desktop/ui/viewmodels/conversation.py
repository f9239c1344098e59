"""One conversation as the pane shows it: from asking, through talking, to what is said after it."""

import time
from collections.abc import Awaitable, Sequence
from functools import singledispatchmethod
from typing import Literal

from PySide6.QtCore import QCoreApplication, QObject, Signal

from whisp_desktop.chat.buffer import MessageText, encode_text
from whisp_desktop.chat.happenings import MessageEnd
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session import commands, events
from whisp_desktop.session.commands import MessageId, RequestId
from whisp_desktop.session.events import Event, SessionEnd, Step
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.names import in_sentence, plain_name
from whisp_desktop.ui.viewmodels.endings import Ending, ending
from whisp_desktop.ui.viewmodels.errands import Errands
from whisp_desktop.ui.viewmodels.messages import Mark, MessageList, MessageRow

translate = QCoreApplication.translate

State = Literal["connecting", "open", "closed"]


class ConversationViewModel(QObject):
    """What is known of a conversation, and what can be asked of the core about it.

    route -- `direct` or `relayed`, empty until it is open
    capture -- what the peer's computer declares: `enforced`, `best-effort`, `absent` or empty
    work -- how far the work for the request is, 0 to 1; None where there is none or no more
    quiet -- a heartbeat of the other side is overdue
    memory_full -- the oldest messages had to make room
    unsent -- own messages that are not known to have arrived, once it ends
    ending -- what is to be said when it is over; None if it was taken back before it began
    request -- the own request behind it, which `cancel` withdraws
    """

    changed = Signal()
    closed = Signal()
    refused = Signal(str, str)
    """Words that were not sent (empty if it was about something else), and why."""

    def __init__(
        self, bridge: Bridge, peer: str, account_key: str, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._errands = Errands()
        self._reported: set[MessageId] = set()
        self.peer = peer
        self.account_key = account_key
        self.verified = False
        self.state: State = "connecting"
        self.step = Step.ASKING
        self.request: RequestId | None = None
        self.work: float | None = None
        self._has_worked = False
        self.route = ""
        self.capture = ""
        self.lifetime_s = 0
        self.quiet = False
        self.typing = False
        self.memory_full = False
        self.unsent = 0
        self.ending: Ending | None = None
        self.ended: SessionEnd | None = None
        self.messages = MessageList(parent=self)
        bridge.event.connect(self.take)

    @property
    def title(self) -> str:
        """The name as it stands alone."""
        return plain_name(self.peer)

    @property
    def who(self) -> str:
        """The name as it stands in a sentence."""
        return in_sentence(self.peer)

    def know(self, account_key: str, *, verified: bool) -> None:
        """Show whose account it is, and whether the numbers have been compared by now."""
        self.account_key, self.verified = account_key, verified
        self.changed.emit()

    # What the person does

    def check(self, words: str) -> None:
        """RefusedError where these words could not be sent however often one tries."""
        encode_text(words)

    def send(self, words: str, lifetime_s: int | None = None) -> None:
        """Send words; those that the core refuses come back by `refused`."""
        answer = self._bridge.do(commands.Send(self.peer, words, lifetime_s))
        self._errands.start(self._or_refuse(answer, words))

    def mark_seen(self, messages: Sequence[MessageId]) -> None:
        """Tell the core what was painted uncovered in the active window, once for each."""
        new = tuple(message for message in messages if message not in self._reported)
        if new and self.state == "open":
            self._reported.update(new)
            self._do(commands.MarkSeen(self.peer, new))

    def set_timer(self, lifetime_s: int) -> None:
        """Let new messages last this long, on both sides."""
        if lifetime_s != self.lifetime_s:
            self._do(commands.SetTimer(self.peer, lifetime_s))

    def delete(self, message: MessageId) -> None:
        """Delete an own message on both sides."""
        self._do(commands.DeleteMessage(self.peer, message))

    def leave(self) -> None:
        """End it: what was said is off the screen before the core is asked."""
        self.messages.clear()
        self._do(commands.Leave(self.peer))

    def cancel(self) -> None:
        """Take back what has not begun."""
        if self.request is not None:
            self._do(commands.Withdraw(self.request))
        else:
            self._do(commands.Leave(self.peer))

    def _do(self, command: commands.Command[None]) -> None:
        self._errands.start(self._or_refuse(self._bridge.do(command), ""))

    async def _or_refuse(self, answer: Awaitable[object], words: str) -> None:
        try:
            await answer
        except RefusedError as error:
            if self.state != "closed":
                self.refused.emit(words, error.say)

    # What the core tells

    def take(self, event: Event) -> None:
        """Take an event that names nobody or this peer; others are passed over."""
        if self.state != "closed" and getattr(event, "peer", self.peer) == self.peer:
            self._take(event)

    @singledispatchmethod
    def _take(self, event: Event) -> None:
        """Events that this pane does not show."""

    @_take.register
    def _(self, event: events.Connecting) -> None:
        self.step = event.step
        self.changed.emit()

    @_take.register
    def _(self, event: events.Solving) -> None:
        """While one asks, the first work is for that; what comes later is for something else."""
        if self.state == "connecting" and self.step == Step.ASKING and not self._has_worked:
            self._has_worked = event.fraction >= 1.0
            self.work = None if self._has_worked else event.fraction
            self.changed.emit()

    @_take.register
    def _(self, event: events.Opened) -> None:
        self.state = "open"
        self.account_key = event.account_key
        self.verified = event.verified
        self.route = event.route
        since = time.strftime("%H:%M", time.localtime(event.since))
        self.messages.open(
            translate(
                "Conversation",
                "You are both here since {since}. When either of you leaves, both computers erase "
                "everything below.",
            ).format(since=since)
        )
        self.changed.emit()

    @_take.register
    def _(self, event: events.Written) -> None:
        self._add(event.message, event.text, event.lifetime_s, mine=True)

    @_take.register
    def _(self, event: events.Arrived) -> None:
        self._add(event.message, event.text, event.lifetime_s, mine=False)

    @_take.register
    def _(self, event: events.Delivered) -> None:
        self.messages.mark(event.message, Mark.DELIVERED)

    @_take.register
    def _(self, event: events.Seen) -> None:
        self.messages.mark(event.message, Mark.SEEN if event.shown else Mark.DELIVERED)

    @_take.register
    def _(self, event: events.TimerStarted) -> None:
        self.messages.start_timer(event.message, event.expires_at)

    @_take.register
    def _(self, event: events.Gone) -> None:
        self._reported.discard(event.message)
        if event.why in (MessageEnd.EXPIRED, MessageEnd.DELETED):
            self.messages.let_go(event.message)
            return
        self.messages.drop(event.message)
        if event.why == MessageEnd.EVICTED and not self.memory_full:
            self.memory_full = True
            self.changed.emit()

    @_take.register
    def _(self, event: events.NotSent) -> None:
        self.unsent += 1
        self.messages.mark(event.message, Mark.NOT_SENT)

    @_take.register
    def _(self, event: events.TimerChanged) -> None:
        self.lifetime_s = event.lifetime_s
        self.changed.emit()

    @_take.register
    def _(self, event: events.TypingChanged) -> None:
        self.typing = event.typing
        self.changed.emit()

    @_take.register
    def _(self, event: events.Quiet) -> None:
        self.quiet = event.quiet
        self.changed.emit()

    @_take.register
    def _(self, event: events.PeerShields) -> None:
        self.capture = event.capture
        self.changed.emit()

    @_take.register
    def _(self, event: events.Closed) -> None:
        taken_back = self.state == "connecting" and event.by_me
        self.messages.clear()
        self._reported.clear()
        self._bridge.event.disconnect(self.take)
        self.state = "closed"
        self.ended = event.why
        self.quiet = self.typing = False
        if not taken_back:
            at = time.strftime("%H:%M")
            self.ending = ending(event.why, self.peer, by_me=event.by_me, at=at)
        self.closed.emit()
        self.changed.emit()

    def _add(self, message: MessageId, text: MessageText, lifetime_s: int, *, mine: bool) -> None:
        mark = Mark.SENDING if mine else Mark.RECEIVED
        author = self.title
        self.typing = self.typing and mine
        self.messages.add(MessageRow(message, mine, author, text, lifetime_s, time.time(), mark))
