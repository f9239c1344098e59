"""What two peers say inside the ratchet: one frozen dataclass a kind of message.

`encode` and `decode` are all that a session needs. What is said in words, about files and to groups
stands in `chat_messages`, `file_messages` and `group_messages`; words are to be had here as well.
"""

from dataclasses import dataclass
from enum import IntEnum
from struct import Struct
from typing import ClassVar, Self

from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import DeviceCert, Manifest, unproven_body
from whisp_desktop.protocol.chat_messages import (
    MOST_TEXT_BYTES,
    Delete,
    Receipt,
    Text,
    Timer,
    Typing,
)
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.file_messages import FileAccept, FileCancel, FileDone, FileOffer
from whisp_desktop.protocol.group_messages import Group, GroupJoin, GroupLeave
from whisp_desktop.protocol.message_fields import FieldReader, PeerMessage, check_utf8
from whisp_desktop.protocol.statements import split_statements

__all__ = [
    "MOST_PETNAME_BYTES",
    "MOST_TEXT_BYTES",
    "Bye",
    "ByeReason",
    "Contact",
    "Delete",
    "Nothing",
    "PeerMessage",
    "Receipt",
    "Renew",
    "State",
    "Statements",
    "Text",
    "Timer",
    "Typing",
    "Wake",
    "decode",
    "encode",
]

MOST_PETNAME_BYTES = 64

_CERT_KEYS_BYTES = 96
_CERT_DATES = Struct(">QQI")  # issued, expires, epoch
_CERT_BODY_BYTES = 181
_WAKE_BYTES = 16


@dataclass(frozen=True, slots=True)
class Nothing(PeerMessage):
    """A heartbeat."""

    kind: ClassVar = 0x00

    def body(self) -> bytes:
        """Return nothing."""
        return b""

    @classmethod
    def _read(cls, reader: FieldReader) -> Self:
        reader.end()
        return cls()


class ByeReason(IntEnum):
    """Why a side ends the session."""

    LEFT = 0
    PROTOCOL_ERROR = 1
    REVOKED = 2


@dataclass(frozen=True, slots=True)
class Bye(PeerMessage):
    """The last message: the link closes."""

    kind: ClassVar = 0x01
    reason: ByeReason

    def body(self) -> bytes:
        """Return `reason u8`."""
        return bytes((self.reason,))

    @classmethod
    def _read(cls, reader: FieldReader) -> Self:
        return cls(ByeReason(reader.at_most(1, max(ByeReason))))


@dataclass(frozen=True, slots=True)
class Statements(PeerMessage):
    """One or more whole statements, one after the other; their form alone is checked here."""

    kind: ClassVar = 0x02
    statements: bytes

    def body(self) -> bytes:
        """Return the statements."""
        return self.statements

    @classmethod
    def _read(cls, reader: FieldReader) -> Self:
        statements = reader.rest()
        if not split_statements(statements):
            raise PeerError("no statement where there must be one")
        return cls(statements)


@dataclass(frozen=True, slots=True)
class State(PeerMessage):
    """What a side's app is and shows.

    `version` is the app's wire version, here 1. `capture`: 0 absent, 1 best effort, 2 enforced.
    `lock`: 0 none, 1 app lock. `marks`: bits 1 typing, 2 seen are shown.
    """

    kind: ClassVar = 0x03
    version: int
    capture: int
    lock: int
    marks: int
    away: bool

    def body(self) -> bytes:
        """Return `version u16`, then a byte for each of the rest."""
        rest = bytes((self.capture, self.lock, self.marks, self.away))
        return self.version.to_bytes(2, "big") + rest

    @classmethod
    def _read(cls, reader: FieldReader) -> Self:
        version = reader.number(2)
        capture, lock, marks = (reader.at_most(1, most) for most in (2, 1, 3))
        return cls(version, capture, lock, marks, away=reader.flag())


@dataclass(frozen=True, slots=True)
class Renew(PeerMessage):
    """Asks a device of one's own account for the certificate with this body (181 bytes)."""

    kind: ClassVar = 0x04
    cert_body: bytes

    def body(self) -> bytes:
        """Return the certificate's body."""
        return self.cert_body

    def check(self, old: DeviceCert, manifest: Manifest) -> None:
        """PeerError unless this asks for `old` with new dates, one epoch after the newest manifest.

        Whether the asking device is of one's own account and admitted is the session's question.
        """
        issued, expires, epoch = _CERT_DATES.unpack_from(self.cert_body, _CERT_KEYS_BYTES)
        keys = (old.signing_key, old.agreement_key)
        expected = unproven_body(
            old.account_key, keys, issued=issued, expires=expires, epoch=epoch, flags=old.flags
        )
        if epoch != manifest.epoch + 1 or not self.cert_body.startswith(expected):
            raise PeerError("a renewal asks for more than new dates")

    @classmethod
    def _read(cls, reader: FieldReader) -> Self:
        return cls(reader.take(_CERT_BODY_BYTES))


@dataclass(frozen=True, slots=True)
class Wake(PeerMessage):
    """16 bytes with which the server can be asked to wake this device; zeros: withdrawn."""

    kind: ClassVar = 0x05
    wake: bytes

    def body(self) -> bytes:
        """Return the 16 bytes."""
        return self.wake

    @classmethod
    def _read(cls, reader: FieldReader) -> Self:
        return cls(reader.take(_WAKE_BYTES))


@dataclass(frozen=True, slots=True)
class Contact(PeerMessage):
    """A contact handed to another device of one's own account; the card's signature is good."""

    kind: ClassVar = 0x06
    card: Card
    verified: bool
    petname: str

    def body(self) -> bytes:
        """Return `len u16 | card | verified u8 | len u8 | petname`."""
        card, petname = self.card.whole, self.petname.encode()
        return b"".join(
            (len(card).to_bytes(2, "big"), card, bytes((self.verified, len(petname))), petname)
        )

    @classmethod
    def _read(cls, reader: FieldReader) -> Self:
        card = Card.parse(reader.take(reader.number(2)))
        verified = reader.flag()
        petname = reader.take(reader.at_most(1, MOST_PETNAME_BYTES))
        return cls(card, verified, check_utf8(petname, 0, MOST_PETNAME_BYTES).decode())


_KINDS: dict[int, type[PeerMessage]] = {
    known.kind: known
    for known in (
        *(Nothing, Bye, Statements, State, Renew, Wake, Contact),
        *(Text, Receipt, Typing, Timer, Delete),
        *(FileOffer, FileAccept, FileDone, FileCancel),
        *(Group, GroupJoin, GroupLeave),
    )
}


def encode(message: PeerMessage) -> tuple[int, bytes]:
    """Return kind and body of a message."""
    return message.kind, message.body()


def decode(kind: int, body: bytes) -> PeerMessage | None:
    """Return the message, None if its kind is unknown. PeerError for a known kind's wrong body."""
    known = _KINDS.get(kind)
    return None if known is None else known.parse(body)
