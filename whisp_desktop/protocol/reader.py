"""Reads the fields of foreign bytes one after the other, and exactly to their end."""

from whisp_desktop.protocol.errors import PeerError


class Reader:
    """A place in some bytes. Every method raises PeerError when too few are left."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size_bytes: int) -> bytes:
        """Return the next bytes."""
        end = self._at + size_bytes
        if end > len(self._data):
            raise PeerError("a field is cut short")
        field = self._data[self._at : end]
        self._at = end
        return field

    def number(self, size_bytes: int) -> int:
        """Return the next unsigned number, big-endian."""
        return int.from_bytes(self.take(size_bytes), "big")

    def text(self) -> str:
        """Return the next text: its length in one byte, then UTF-8."""
        try:
            return self.take(self.number(1)).decode()
        except UnicodeDecodeError:
            raise PeerError("a text is not UTF-8") from None

    def end(self) -> None:
        """Refuse bytes that are left."""
        if self._at != len(self._data):
            raise PeerError("there are bytes too many")

    def end_with_zeros(self) -> None:
        """Refuse what is left unless it is zeros alone."""
        if any(self._data[self._at :]):
            raise PeerError("what fills the bytes is not zero")
