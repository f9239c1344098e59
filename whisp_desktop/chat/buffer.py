"""Where the words of a conversation are, and nowhere else: bounded, in memory, wiped in the end."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.kdf import BytesLike
from whisp_desktop.protocol.peer_messages import MOST_TEXT_BYTES

MessageId = NewType("MessageId", bytes)
"""One byte for who wrote the message (1: oneself), and the 8 bytes of the id that they chose."""

MOST_MESSAGES = 500
MOST_BYTES = 4 * 1024 * 1024


def encode_text(text: str) -> bytes:
    """Return what a message may say as UTF-8: 1 to 12,000 bytes.

    RefusedError `text_empty`, `text_too_long`, `text_not_unicode` (a lone surrogate).
    """
    try:
        words = text.encode()
    except UnicodeEncodeError:
        say = "That text holds half a character, which cannot be sent. Remove it and try again."
        raise RefusedError("text_not_unicode", say) from None
    if not words:
        raise RefusedError("text_empty", "There is nothing to send yet. Write something first.")
    if len(words) > MOST_TEXT_BYTES:
        over = len(words) - MOST_TEXT_BYTES
        say = f"That is {over} byte{'s' * (over > 1)} too long. Send it in parts."
        raise RefusedError("text_too_long", say)
    return words


class MessageText:
    """The one closable buffer of a message's words (UTF-8).

    It is read by the window's thread while the core's may close it: without a lock, because a
    panic waits for none. Each access is one step of the interpreter, and `close` raises the flag
    before it overwrites: a reader gets all the words or none.
    """

    __slots__ = ("_closed", "_data")

    def __init__(self, data: BytesLike) -> None:
        self._data = bytearray(data)
        self._closed = False

    def read(self) -> str:
        """Return the words, or nothing when closed."""
        words = self._data.decode()
        return "" if self._closed else words

    @property
    def closed(self) -> bool:
        """Whether the words are gone."""
        return self._closed

    def close(self) -> None:
        """Overwrite the words with zeros; closing twice does nothing."""
        self._closed = True
        self._data[:] = bytes(len(self._data))

    def __len__(self) -> int:
        return len(self._data)

    def __repr__(self) -> str:
        return "MessageText(…)"


class MessageState(StrEnum):
    """How far a message has come: the first four are an own one's, the other's have two."""

    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    SEEN = "seen"
    RECEIVED = "received"


@dataclass(slots=True)
class Message:
    """A message of this conversation; only its `Conversation` changes it.

    `lifetime_s` runs from *seen* on (0: until the conversation ends). `created_at` and
    `expires_at` are seconds of the caller's monotonic clock; `expires_at` is None until the
    message was seen, and always without a lifetime.
    """

    id: MessageId
    mine: bool
    text: MessageText
    lifetime_s: int
    reply_to: MessageId | None
    state: MessageState
    created_at: float
    expires_at: float | None = None


class Ring:
    """The messages of one conversation, oldest first; the oldest make room for new ones.

    Whatever leaves it is closed. `close` may come from another thread (panic).
    """

    __slots__ = ("_closed", "_messages", "_most_bytes", "_most_messages", "size_bytes")

    def __init__(self, most_messages: int = MOST_MESSAGES, most_bytes: int = MOST_BYTES) -> None:
        self._most_messages = most_messages
        self._most_bytes = most_bytes
        self._messages: dict[MessageId, Message] = {}
        self._closed = False
        self.size_bytes = 0

    def add(self, message: Message) -> list[Message]:
        """Take a message whose id is not here yet; return those that made room, closed."""
        evicted = []
        while self._messages and (
            len(self._messages) >= self._most_messages
            or self.size_bytes + len(message.text) > self._most_bytes
        ):
            oldest = next(iter(self._messages.values()))
            self.remove(oldest.id)
            evicted.append(oldest)
        self._messages[message.id] = message
        self.size_bytes += len(message.text)
        if self._closed:
            message.text.close()
        return evicted

    def get(self, message: MessageId) -> Message | None:
        """Return the message, or None if it is not here (any more)."""
        return self._messages.get(message)

    def remove(self, message: MessageId) -> None:
        """Wipe the message and forget it. KeyError if it is not here."""
        gone = self._messages.pop(message)
        self.size_bytes -= len(gone.text)
        gone.text.close()

    def close(self) -> list[MessageId]:
        """Wipe everything; return the ids of what was here, oldest first."""
        self._closed = True
        messages = list(self._messages.values())
        for message in messages:
            message.text.close()
        self._messages.clear()
        self.size_bytes = 0
        return [message.id for message in messages]

    def __len__(self) -> int:
        return len(self._messages)

    def __contains__(self, message: MessageId) -> bool:
        return message in self._messages

    def __iter__(self) -> Iterator[Message]:
        return iter(list(self._messages.values()))
