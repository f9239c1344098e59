"""One open conversation: what is written, what comes, what is seen and what goes (wire: Messages).

No I/O and no clock: `now` is an instant of the caller's monotonic clock in seconds. A method
returns what happened and what is to be sent, in order; a `RefusedError` changes nothing.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from whisp_desktop.chat.buffer import (
    Message,
    MessageId,
    MessageState,
    MessageText,
    Ring,
    encode_text,
)
from whisp_desktop.chat.happenings import (
    Arrived,
    Delivered,
    Gone,
    Happening,
    MessageEnd,
    NotSent,
    Seen,
    TimerChanged,
    TimerStarted,
    ToSend,
)
from whisp_desktop.chat.lifetimes import UNSEEN_LIFE_S, Lifetimes, check_lifetime
from whisp_desktop.chat.marks import Declarations, Marks
from whisp_desktop.protocol import peer_messages
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Random
from whisp_desktop.protocol.message_fields import ID_BYTES, MOST_IDS, PeerMessage

MOST_USED_IDS = 8_192
_UNDELIVERED = (MessageState.SENDING, MessageState.SENT)


class Receipt(IntEnum):
    """What a RECEIPT says of the messages that it names."""

    DELIVERED = 1
    SEEN = 2


@dataclass(frozen=True, slots=True)
class Written:
    """An own message in the ring, what is to be sent for it, and what made room for it."""

    message: Message
    to_send: peer_messages.Text
    evicted: tuple[Gone, ...]


class Conversation:
    """Both sides' messages of one session, until it closes.

    On the wire each side's ids are its own: here a `MessageId` names the writer as well. One that
    was used before is ignored as long as it is remembered: the newest `MOST_USED_IDS`, far more
    than the ring holds.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._ring = Ring()
        self._lifetimes = Lifetimes()
        self._used_ids: OrderedDict[MessageId, None] = OrderedDict()
        self._declarations = Declarations()
        self.lifetime_s = 0

    # What one does here

    def write(
        self, text: str, lifetime_s: int | None, reply_to: MessageId | None, now: float
    ) -> Written:
        """Put an own message into the ring. `lifetime_s` None: the conversation's default.

        A reply to what has gone is a message like any other. RefusedError `text_empty`,
        `text_too_long` (above 12,000 bytes of UTF-8), `text_not_unicode`, `bad_lifetime`.
        """
        words = encode_text(text)
        lifetime_s = self.lifetime_s if lifetime_s is None else check_lifetime(lifetime_s)
        message = Message(
            id=self._new_id(),
            mine=True,
            text=MessageText(words),
            lifetime_s=lifetime_s,
            reply_to=reply_to if reply_to is not None and reply_to in self._ring else None,
            state=MessageState.SENDING,
            created_at=now,
        )
        told_reply = None if message.reply_to is None else _wire(message.reply_to)
        to_send = peer_messages.Text(_wire(message.id), lifetime_s, told_reply, words)
        return Written(message, to_send, tuple(self._keep(message)))

    def mark_sent(self, message: MessageId) -> None:
        """Note that the channel has the own message."""
        sent = self._ring.get(message)
        if sent is not None and sent.state is MessageState.SENDING:
            sent.state = MessageState.SENT

    def mark_seen(self, messages: Iterable[MessageId], now: float) -> list[Happening]:
        """Note which of the other side's messages were painted uncovered: their timers start.

        Own, gone and already seen ones are passed over. The receipts are sent whatever the marks
        say, because the other side's timers need them.
        """
        seen: list[bytes] = []
        started: list[Happening] = []
        for each in messages:
            message = self._ring.get(each)
            if message is not None and message.state is MessageState.RECEIVED:
                seen.append(_wire(each))
                started += self._see(message, now)
        frames = range(0, len(seen), MOST_IDS)
        receipts = (tuple(seen[first : first + MOST_IDS]) for first in frames)
        return [*(ToSend(peer_messages.Receipt(Receipt.SEEN, ids)) for ids in receipts), *started]

    def delete(self, message: MessageId) -> list[Happening]:
        """Wipe an own message on both sides. RefusedError `no_such_message`, `not_yours`."""
        found = self._ring.get(message)
        if found is None:
            raise RefusedError("no_such_message", "That message has gone already.")
        if not found.mine:
            raise RefusedError("not_yours", "You can delete only what you wrote yourself.")
        return [
            ToSend(peer_messages.Delete((_wire(message),))),
            self._drop(message, MessageEnd.DELETED),
        ]

    def set_timer(self, lifetime_s: int) -> list[Happening]:
        """Set the default lifetime of new messages for both sides. RefusedError `bad_lifetime`.

        It is sent even where nothing changes here: after two that crossed, something does there.
        """
        self.lifetime_s = check_lifetime(lifetime_s)
        return [ToSend(peer_messages.Timer(lifetime_s)), TimerChanged(lifetime_s, mine=True)]

    def set_typing(self, *, typing: bool) -> list[Happening]:
        """Tell that typing began or stopped; nothing is sent unless both sides show that."""
        return self._declarations.set_typing(typing=typing)

    def declare(self, state: peer_messages.State) -> list[Happening]:
        """Tell the other side what this app is and shows: first of all, and at every change."""
        return self._declarations.declare(state)

    # What comes from the other side

    def take(self, message: PeerMessage, now: float) -> list[Happening]:
        """Take one decoded message; kinds that are not a conversation's are passed over."""
        match message:
            case peer_messages.Text():
                happenings = self._take_text(message, now)
            case peer_messages.Receipt():
                happenings = self._take_receipt(message, now)
            case peer_messages.Typing():
                happenings = self._declarations.take_typing(typing=message.on)
            case peer_messages.Timer():
                self.lifetime_s = message.lifetime_s
                happenings = [TimerChanged(message.lifetime_s, mine=False)]
            case peer_messages.Delete():
                happenings = self._take_delete(message)
            case peer_messages.State():
                happenings = self._declarations.take_state(message)
            case _:
                happenings = []
        return happenings

    def _take_text(self, text: peer_messages.Text, now: float) -> list[Happening]:
        id_ = _theirs(text.id)
        if id_ in self._used_ids:
            return []
        message = Message(
            id=id_,
            mine=False,
            text=MessageText(text.text),
            lifetime_s=text.lifetime_s,
            reply_to=None if text.reply_to is None else self.meant(text.reply_to),
            state=MessageState.RECEIVED,
            created_at=now,
        )
        return [
            *self._declarations.take_typing(typing=False),
            *self._keep(message),
            Arrived(message),
            ToSend(peer_messages.Receipt(Receipt.DELIVERED, (text.id,))),
        ]

    def _take_receipt(self, receipt: peer_messages.Receipt, now: float) -> list[Happening]:
        happenings: list[Happening] = []
        for id_ in map(_mine, receipt.ids):
            message = self._ring.get(id_)
            if message is None or message.state is MessageState.SEEN:
                continue
            if receipt.what == Receipt.SEEN:
                happenings.append(Seen(id_, shown=self._declarations.both_show(Marks.SEEN)))
                happenings += self._see(message, now)
            elif message.state is not MessageState.DELIVERED:
                message.state = MessageState.DELIVERED
                happenings.append(Delivered(id_))
        return happenings

    def _take_delete(self, delete: peer_messages.Delete) -> list[Happening]:
        ids = [id_ for id_ in map(_theirs, dict.fromkeys(delete.ids)) if id_ in self._ring]
        return [self._drop(id_, MessageEnd.DELETED) for id_ in ids]

    # What time does

    @property
    def next_expiry(self) -> float | None:
        """When `expire` has something to do next, or None."""
        return self._lifetimes.next_at

    def expire(self, now: float) -> list[Gone]:
        """Wipe the messages whose time has come."""
        return [self._drop(each, MessageEnd.EXPIRED) for each in self._lifetimes.due(now)]

    def close(self) -> list[Happening]:
        """Wipe every message. It waits for nothing and may come from another thread (panic)."""
        unsent = [NotSent(each.id) for each in self._ring if each.state in _UNDELIVERED]
        gone = [Gone(each, MessageEnd.LEFT) for each in self._ring.close()]
        self._lifetimes.close()
        self._used_ids.clear()
        return [*unsent, *gone]

    @property
    def messages(self) -> tuple[Message, ...]:
        """What the ring holds now, oldest first."""
        return tuple(self._ring)

    def meant(self, id_: bytes) -> MessageId:
        """Return which message is meant; without its writer, an own one if there is one."""
        if len(id_) != ID_BYTES:
            return MessageId(id_)
        mine = _mine(id_)
        return mine if mine in self._ring else _theirs(id_)

    # Within

    def _new_id(self) -> MessageId:
        wire = self._random(8)
        while not any(wire) or _mine(wire) in self._used_ids:
            wire = self._random(8)
        return _mine(wire)

    def _keep(self, message: Message) -> list[Gone]:
        self._used_ids[message.id] = None
        if len(self._used_ids) > MOST_USED_IDS:
            self._used_ids.popitem(last=False)
        if message.lifetime_s:
            self._lifetimes.start(message.id, message.created_at + UNSEEN_LIFE_S)
        evicted = self._ring.add(message)
        for each in evicted:
            self._lifetimes.cancel(each.id)
        return [Gone(each.id, MessageEnd.EVICTED) for each in evicted]

    def _see(self, message: Message, now: float) -> list[Happening]:
        message.state = MessageState.SEEN
        if not message.lifetime_s:
            return []
        message.expires_at = now + message.lifetime_s
        self._lifetimes.start(message.id, message.expires_at)
        return [TimerStarted(message.id, message.expires_at)]

    def _drop(self, message: MessageId, why: MessageEnd) -> Gone:
        self._ring.remove(message)
        self._lifetimes.cancel(message)
        return Gone(message, why)


def _mine(wire: bytes) -> MessageId:
    return MessageId(b"\1" + wire)


def _theirs(wire: bytes) -> MessageId:
    return MessageId(b"\0" + wire)


def _wire(message: MessageId) -> bytes:
    return message[1:]
