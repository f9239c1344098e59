"""The fields that messages between peers are made of, read exactly."""

from abc import ABC, abstractmethod
from typing import ClassVar, Final, Self

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.reader import Reader

LIFETIMES_S: Final = (0, 5, 60, 3600, 86400)
"""How long a message lives after it was seen; 0: until the session ends."""

ID_BYTES: Final = 8
MOST_IDS: Final = 256

_NO_ID = bytes(ID_BYTES)


class FieldReader(Reader):
    """A place in a message's body. PeerError as soon as a field is not as it must be."""

    __slots__ = ()

    def rest(self) -> bytes:
        """Return all that is left."""
        return self.take(self._left_bytes)

    @property
    def _left_bytes(self) -> int:
        return len(self._data) - self._at

    def at_most(self, size_bytes: int, most: int) -> int:
        """Return a number of at most `most`."""
        value = self.number(size_bytes)
        if value > most:
            raise PeerError("a message has a value outside its table")
        return value

    def flag(self) -> bool:
        """Return what one byte says: 0 or 1."""
        return self.at_most(1, 1) == 1

    def id(self) -> bytes:
        """Return the id of a message: 8 bytes, not all zero."""
        value = self.take(ID_BYTES)
        if value == _NO_ID:
            raise PeerError("an id is zero")
        return value

    def id_or_none(self) -> bytes | None:
        """Return an id, or None for zeros."""
        value = self.take(ID_BYTES)
        return None if value == _NO_ID else value

    def ids(self) -> tuple[bytes, ...]:
        """Return 1 to 256 ids, as many as are left."""
        count = self._left_bytes // ID_BYTES
        if not 1 <= count <= MOST_IDS:
            raise PeerError("a message has no ids or too many")
        return tuple(self.id() for _ in range(count))

    def lifetime_s(self) -> int:
        """Return a lifetime in seconds, one of five."""
        value = self.number(4)
        if value not in LIFETIMES_S:
            raise PeerError("a lifetime is none of those that there are")
        return value

    def words(self, least: int, most: int) -> bytes:
        """Return all that is left: so many bytes of valid UTF-8."""
        return check_utf8(self.rest(), least, most)


def check_utf8(words: bytes, least: int, most: int) -> bytes:
    """Return the words; PeerError unless they are so many bytes of valid UTF-8."""
    if not least <= len(words) <= most:
        raise PeerError("a text is too short or too long")
    try:
        words.decode()
    except UnicodeDecodeError:
        raise PeerError("a text is not UTF-8") from None
    return words


def id_field(value: bytes | None) -> bytes:
    """Return the wire form of an id or of none."""
    return _NO_ID if value is None else value


def u32(value: int) -> bytes:
    """Return the number as u32."""
    return value.to_bytes(4, "big")


class PeerMessage(ABC):
    """One message between two peers; each kind is a frozen dataclass of its fields."""

    __slots__ = ()

    kind: ClassVar[int]

    @abstractmethod
    def body(self) -> bytes:
        """Return the wire form of the fields."""

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read a whole body. PeerError if it is wrong."""
        reader = FieldReader(body)
        message = cls._read(reader)
        reader.end()
        return message

    @classmethod
    @abstractmethod
    def _read(cls, reader: FieldReader) -> Self:
        """Read the fields, front to back."""
