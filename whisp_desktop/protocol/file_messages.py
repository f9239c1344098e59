"""What two peers say about files: the offer, the answer, the end. Contents go another way."""

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar, Self

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.protocol.message_fields import FieldReader, PeerMessage, check_utf8, u32

MOST_FILE_BYTES = 2**40
MOST_VIEWED_BYTES = 2**24
MOST_NAME_BYTES = 255

_FILE_ID_BYTES = 16
_HASH_BYTES = 32
_SECRET_BYTES = 32


class FileView(IntEnum):
    """Whether a file is kept, viewed once, or for as long as its message lives."""

    KEEP = 0
    ONCE = 1
    LIFETIME = 2


@dataclass(frozen=True, slots=True)
class FileOffer(PeerMessage):
    """A file that may be fetched; `file_id` is the same in every offer of that file."""

    kind: ClassVar = 0x20
    id: bytes
    file_id: bytes
    size_bytes: int
    view: FileView
    lifetime_s: int
    name: str

    def body(self) -> bytes:
        """Return `id 8 | file_id 16 | size u64 | view u8 | lifetime u32 | name`."""
        size, view = self.size_bytes.to_bytes(8, "big"), bytes((self.view,))
        return b"".join(
            (self.id, self.file_id, size, view, u32(self.lifetime_s), self.name.encode())
        )

    @classmethod
    def _read(cls, reader: FieldReader) -> Self:
        id_, file_id = reader.id(), reader.take(_FILE_ID_BYTES)
        size_bytes = reader.at_most(8, MOST_FILE_BYTES)
        view = FileView(reader.at_most(1, max(FileView)))
        if view is not FileView.KEEP and size_bytes > MOST_VIEWED_BYTES:
            raise PeerError("a file to view is too large")
        lifetime_s = reader.lifetime_s()
        name = check_utf8(reader.rest(), 1, MOST_NAME_BYTES).decode()
        return cls(id_, file_id, size_bytes, view, lifetime_s, name)


@dataclass(frozen=True, slots=True)
class FileAccept(PeerMessage):
    """Asks for the chunks from `first_chunk` on, under keys from a secret that is new each time.

    Whoever made or received it closes `secret` (32 bytes) once the keys of the pass are derived.
    """

    kind: ClassVar = 0x21
    file_id: bytes
    first_chunk: int
    secret: Secret

    def body(self) -> bytes:
        """Return `file_id 16 | from u32 | secret 32`."""
        return self.file_id + u32(self.first_chunk) + self.secret.data

    @classmethod
    def _read(cls, reader: FieldReader) -> Self:
        file_id, first_chunk = reader.take(_FILE_ID_BYTES), reader.number(4)
        return cls(file_id, first_chunk, Secret(reader.take(_SECRET_BYTES)))


@dataclass(frozen=True, slots=True)
class FileDone(PeerMessage):
    """All chunks were sent; `digest` is SHA-256 of the whole file."""

    kind: ClassVar = 0x22
    file_id: bytes
    digest: bytes

    def body(self) -> bytes:
        """Return `file_id 16 | digest 32`."""
        return self.file_id + self.digest

    @classmethod
    def _read(cls, reader: FieldReader) -> Self:
        return cls(reader.take(_FILE_ID_BYTES), reader.take(_HASH_BYTES))


class CancelReason(IntEnum):
    """Why a side wants no more of a file."""

    NO = 0
    PAUSED = 1
    TOO_LARGE = 2
    FAILED = 3


@dataclass(frozen=True, slots=True)
class FileCancel(PeerMessage):
    """No more of this file."""

    kind: ClassVar = 0x23
    file_id: bytes
    reason: CancelReason

    def body(self) -> bytes:
        """Return `file_id 16 | reason u8`."""
        return self.file_id + bytes((self.reason,))

    @classmethod
    def _read(cls, reader: FieldReader) -> Self:
        file_id = reader.take(_FILE_ID_BYTES)
        return cls(file_id, CancelReason(reader.at_most(1, max(CancelReason))))
