"""One conversation: a channel, what is said over it, and their common end."""

import asyncio
import secrets
import time
from collections.abc import Iterable

from whisp_desktop.chat.buffer import MessageId as KeptId
from whisp_desktop.chat.conversation import Conversation
from whisp_desktop.chat.happenings import Happening, ToSend
from whisp_desktop.protocol.errors import PeerError, RefusedError
from whisp_desktop.protocol.handshake import Agreement
from whisp_desktop.protocol.message_fields import PeerMessage
from whisp_desktop.protocol.peer_messages import Bye, ByeReason, Nothing, State, Statements
from whisp_desktop.session import telling
from whisp_desktop.session.channel import Channel, Stage
from whisp_desktop.session.clock import Clock, LoopClock
from whisp_desktop.session.commands import HistoryEntry, MessageId
from whisp_desktop.session.events import (
    Connecting,
    Opened,
    Quiet,
    SessionEnd,
    Step,
    Written,
)
from whisp_desktop.session.owner import SessionOwner
from whisp_desktop.session.peer import Peer
from whisp_desktop.session.pulse import ANSWER_AFTER_S, HEARTBEAT_S, QUIET_S, SILENCE_S, Pulse
from whisp_desktop.transport.peer_link import PeerLink


class Session:
    """Listens to one link, from the first attempt to the last word; channel and words end together.

    `name` is the one shown; `state` and `statements` are what this side declares once it is open.
    `open` brings it up; `end` may come at any time.
    """

    def __init__(
        self,
        name: str,
        owner: SessionOwner,
        *,
        state: State,
        statements: bytes,
        clock: Clock | None = None,
    ) -> None:
        self.name = name
        self.is_ended = False
        self._owner = owner
        self._answers: list[ToSend] = []
        self._state = state
        self._statements = statements
        self._peer: Peer | None = None
        self._channel: Channel | None = None
        self._conversation = Conversation(secrets.token_bytes)
        self._clock = clock or LoopClock()
        self._pulse = Pulse(self._clock, self._wake)
        self._is_open = False

    @property
    def peer(self) -> Peer:
        """Who the other side is; known from `open` on."""
        assert self._peer is not None
        return self._peer

    # Opening

    async def open(self, peer: Peer, link: PeerLink, agreement: Agreement) -> None:
        """Wait for the channel (30 s) and the other's FIN (10 s); what fails ends the session."""
        if self.is_ended:
            agreement.close()
            link.close()
            return
        self._peer, self._channel = peer, Channel(link, agreement)
        try:
            await self._channel.reached()
            self._owner.emit(Connecting(self.name, Step.SECURING))
            if self._channel.begin_securing():
                self._secured(self._channel)
            await self._channel.secured()
        except (TimeoutError, RefusedError):
            self.end(SessionEnd.UNREACHABLE)
        except PeerError:
            self.end(SessionEnd.PROTOCOL)

    def _secured(self, channel: Channel) -> None:
        now = self._clock.now()
        self._pulse.heard_at = self._pulse.spoke_at = now
        self._owner.secured(self)
        if channel.initiator:
            self._send(Nothing())
            self._opened(channel)
        self._arm()

    def _opened(self, channel: Channel) -> None:
        self._is_open = True
        self.set_state(self._state)
        self._send(Statements(self._statements))
        self._owner.emit(
            Opened(
                peer=self.name,
                account_key=self.peer.cert.account_key.hex(),
                route=channel.kind,
                verified=self.peer.verified,
                post_quantum=True,
                since=int(time.time()),
            )
        )

    # What comes over the link (transport.peer_link.LinkListener)

    def frame(self, data: bytes) -> None:
        """Take one message of the channel; anything wrong ends the session."""
        channel = self._channel
        if channel is None:
            return
        try:
            if channel.stage is Stage.SECURED:
                self._take(channel, data)
            elif channel.take_opening(data):
                self._secured(channel)
        except PeerError:
            self.end(SessionEnd.PROTOCOL, bye=ByeReason.PROTOCOL_ERROR)

    def closed(self, *, by_misuse: bool) -> None:
        """End: the link is gone. Before the FINs this means that there was no way."""
        if by_misuse:
            self.end(SessionEnd.PROTOCOL, bye=ByeReason.PROTOCOL_ERROR)
            return
        secured = self._channel is not None and self._channel.stage is Stage.SECURED
        self.end(SessionEnd.LOST if secured else SessionEnd.UNREACHABLE)

    def _take(self, channel: Channel, data: bytes) -> None:
        turns = channel.turns_heard
        message = channel.take(data)
        self._pulse.heard_at = self._clock.now()
        if self._pulse.is_quiet:
            self._pulse.is_quiet = False
            self._owner.emit(Quiet(self.name, quiet=False))
        if channel.turns_heard != turns:
            self._turn_heard(channel)
        if not self._is_open:
            self._opened(channel)
        if message is not None:
            self._hear(message)

    def _turn_heard(self, channel: Channel) -> None:
        """Keep KPAIR: sure at B's first turn or A's second (wire: Finding each other again)."""
        if channel.turns_heard == 1:
            self._owner.kpair_agreed(self.peer, channel.kpair, confirmed=channel.initiator)
        elif channel.turns_heard == 2 and not channel.initiator:
            self._owner.kpair_confirmed(self.peer, channel.kpair)

    def _hear(self, message: PeerMessage) -> None:
        match message:
            case Bye(reason):
                left = reason is ByeReason.LEFT
                self.end(SessionEnd.LEFT if left else SessionEnd.PROTOCOL)
            case Statements(statements):
                if not self._owner.news(self.peer, statements):
                    self.end(SessionEnd.PROTOCOL, bye=ByeReason.REVOKED)
            case _:
                happenings = self._conversation.take(message, self._pulse.heard_at)
                self._answers += [each for each in happenings if isinstance(each, ToSend)]
                self._tell(each for each in happenings if not isinstance(each, ToSend))
                if self._answers:
                    asyncio.get_running_loop().call_later(ANSWER_AFTER_S, self._answer)

    def _answer(self) -> None:
        """Send receipts, once the front end had time to show what they are for."""
        if self._answers and not self.is_ended:
            answers, self._answers = self._answers, []
            self._tell(answers)

    def _send(self, message: PeerMessage) -> None:
        assert self._channel is not None
        self._channel.send(message)
        self._pulse.spoke_at = self._clock.now()

    def _tell(self, happenings: Iterable[Happening]) -> None:
        for happening in happenings:
            if isinstance(happening, ToSend):
                self._send(happening.message)
            else:
                self._owner.emit(telling.event(self.name, happening))
        self._arm()

    # What the person does

    def write(self, text: str, lifetime_s: int | None, reply_to: MessageId | None) -> MessageId:
        """Send text. RefusedError if it cannot be sent as it is."""
        self._check_open()
        replied = self._meant(reply_to) if reply_to else None
        written = self._conversation.write(text, lifetime_s, replied, self._clock.now())
        self._send(written.to_send)
        message = written.message
        self._conversation.mark_sent(message.id)
        name = telling.message_id(message.id)
        told_reply = telling.message_id(message.reply_to) if message.reply_to else None
        self._owner.emit(Written(self.name, name, message.text, message.lifetime_s, told_reply))
        self._tell(written.evicted)
        return name

    def mark_seen(self, ids: Iterable[MessageId]) -> None:
        """Note that messages of the other side were seen: their timers start here and there."""
        self._check_open()
        self._answer()
        self._tell(self._conversation.mark_seen(map(self._meant, ids), self._clock.now()))

    def delete(self, message: MessageId) -> None:
        """Delete an own message on both sides. RefusedError if there is none."""
        self._check_open()
        self._tell(self._conversation.delete(self._meant(message)))

    def set_timer(self, lifetime_s: int) -> None:
        """Set the default lifetime for both sides. RefusedError for a time that is not offered."""
        self._check_open()
        self._tell(self._conversation.set_timer(lifetime_s))

    def set_typing(self, *, typing: bool) -> None:
        """Tell that typing began or stopped, where both sides show it."""
        self._check_open()
        self._tell(self._conversation.set_typing(typing=typing))

    def set_state(self, state: State) -> None:
        """Declare what is shown here and protected here, now and at every change."""
        self._state = state
        if self._is_open:
            self._tell(self._conversation.declare(state))

    def set_statements(self, statements: bytes) -> None:
        """Tell the news of one's own account, now and when it opens."""
        self._statements = statements
        if self._is_open:
            self._send(Statements(statements))

    def history(self) -> tuple[HistoryEntry, ...]:
        """Return what the ring buffer holds now."""
        now = self._clock.now()
        return tuple(telling.history_entry(each, now) for each in self._conversation.messages)

    def _meant(self, message: MessageId) -> KeptId:
        return self._conversation.meant(telling.kept_id(message))

    def _check_open(self) -> None:
        if not self._is_open:
            say = f"There is no conversation with {self.name} yet. Wait until it is open."
            raise RefusedError("not_connected", say)

    # Time

    def _arm(self) -> None:
        if not self.is_ended:
            self._pulse.arm(speaks=self._is_open, expiry_at=self._conversation.next_expiry)

    def _wake(self) -> None:
        now = self._clock.now()
        if now >= self._pulse.heard_at + SILENCE_S:
            self.end(SessionEnd.LOST)
            return
        if self._is_open and now >= self._pulse.spoke_at + HEARTBEAT_S:
            self._send(Nothing())
        if not self._pulse.is_quiet and now >= self._pulse.heard_at + QUIET_S:
            self._pulse.is_quiet = True
            self._owner.emit(Quiet(self.name, quiet=True))
        self._tell(self._conversation.expire(now))

    # The end

    def end(self, why: SessionEnd, *, by_me: bool = False, bye: ByeReason | None = None) -> None:
        """Erase keys and messages now; a BYE, where it can be said, is the last frame."""
        if self.is_ended:
            return
        self.is_ended, self._is_open = True, False
        self._pulse.stop()
        if self._channel is not None:
            if bye is not None and self._channel.can_send:
                self._channel.send(Bye(bye))
            self._channel.close()
        for happening in self._conversation.close():
            self._owner.emit(telling.event(self.name, happening))
        self._owner.ended(self, why, by_me=by_me)
