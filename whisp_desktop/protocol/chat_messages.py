"""What two peers say to each other in words, and about their messages."""

from dataclasses import dataclass
from typing import ClassVar, Self

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.message_fields import FieldReader, PeerMessage, id_field, u32

MOST_TEXT_BYTES = 12_000


@dataclass(frozen=True, slots=True)
class Text(PeerMessage):
    """Words of one person; `text` is 1 to 12,000 bytes of UTF-8."""

    kind: ClassVar = 0x10
    id: bytes
    lifetime_s: int
    reply_to: bytes | None
    text: bytes

    def body(self) -> bytes:
        """Return `id 8 | lifetime u32 | reply_to 8 | text`."""
        return b"".join((self.id, u32(self.lifetime_s), id_field(self.reply_to), self.text))

    @classmethod
    def _read(cls, reader: FieldReader) -> Self:
        return cls(
            reader.id(), reader.lifetime_s(), reader.id_or_none(), reader.words(1, MOST_TEXT_BYTES)
        )


@dataclass(frozen=True, slots=True)
class Receipt(PeerMessage):
    """`what`: 1 delivered, 2 seen; of 1 to 256 messages of the reader's."""

    kind: ClassVar = 0x11
    what: int
    ids: tuple[bytes, ...]

    def body(self) -> bytes:
        """Return `what u8 | ids`."""
        return bytes((self.what,)) + b"".join(self.ids)

    @classmethod
    def _read(cls, reader: FieldReader) -> Self:
        what = reader.at_most(1, 2)
        if what == 0:
            raise PeerError("a receipt of an unknown kind")
        return cls(what, reader.ids())


@dataclass(frozen=True, slots=True)
class Typing(PeerMessage):
    """Whether typing began or stopped."""

    kind: ClassVar = 0x12
    on: bool

    def body(self) -> bytes:
        """Return `on u8`."""
        return bytes((self.on,))

    @classmethod
    def _read(cls, reader: FieldReader) -> Self:
        return cls(reader.flag())


@dataclass(frozen=True, slots=True)
class Timer(PeerMessage):
    """The default lifetime of the chat from now on, for both."""

    kind: ClassVar = 0x13
    lifetime_s: int

    def body(self) -> bytes:
        """Return `lifetime u32`."""
        return u32(self.lifetime_s)

    @classmethod
    def _read(cls, reader: FieldReader) -> Self:
        return cls(reader.lifetime_s())


@dataclass(frozen=True, slots=True)
class Delete(PeerMessage):
    """1 to 256 messages of the sender's own are to be gone."""

    kind: ClassVar = 0x14
    ids: tuple[bytes, ...]

    def body(self) -> bytes:
        """Return the ids."""
        return b"".join(self.ids)

    @classmethod
    def _read(cls, reader: FieldReader) -> Self:
        return cls(reader.ids())
