"""File frames, the contents of the channel `whisp-files`: one pass of chunks under keys of its own.

Frame = 12 | pass 16 | index u32 | AEAD(key, 0^8 | index, sid | the 21 bytes before | size u64,
chunk of 16,384 bytes); the last chunk is filled with zeros. A pass begins with each FILE_ACCEPT.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.kdf import BytesLike, expand, label
from whisp_desktop.protocol.keys import Secret

CHUNK_BYTES = 16_384
FILE_FRAME_BYTES = 16_421

_TYPE = b"\x12"
_FILE = label("file")
_PASS_BYTES = 16
_HEAD_BYTES = 1 + _PASS_BYTES + 4
_INDEX = slice(1 + _PASS_BYTES, _HEAD_BYTES)
_NONCE_HEAD = bytes(8)


def chunk_count(size_bytes: int) -> int:
    """Return how many chunks a file of that size has: none if it is empty."""
    return -(-size_bytes // CHUNK_BYTES)


class _FilePass:
    """What both sides of a pass keep: its keys, and which chunk is next."""

    __slots__ = ("_ad_head", "_ad_tail", "_cipher", "_head", "_size_bytes", "count", "next_index")

    def __init__(
        self, secret: Secret, sid: bytes, file_id: bytes, size_bytes: int, first_chunk: int
    ) -> None:
        self.count = chunk_count(size_bytes)
        if first_chunk > self.count:
            raise PeerError("a file has fewer chunks than that")
        self.next_index = first_chunk
        keys = expand(secret.data, _FILE + sid + file_id, _PASS_BYTES + 32)
        self._head = _TYPE + keys[:_PASS_BYTES]
        self._cipher: ChaCha20Poly1305 | None = ChaCha20Poly1305(memoryview(keys)[_PASS_BYTES:])
        keys[:] = bytes(len(keys))
        self._size_bytes = size_bytes
        self._ad_head = sid + self._head
        self._ad_tail = size_bytes.to_bytes(8, "big")

    @property
    def done(self) -> bool:
        """Whether the last chunk has gone by."""
        return self.next_index == self.count

    def _open_cipher(self) -> ChaCha20Poly1305:
        if self._cipher is None:
            raise ValueError("the pass is closed")
        return self._cipher

    def close(self) -> None:
        """Forget the key: at DONE, CANCEL or the next ACCEPT. Closing twice does nothing."""
        self._cipher = None


class FileWriter(_FilePass):
    """The sender's side of a pass.

    `secret` is FILE_ACCEPT's, and stays the caller's; `first_chunk` is its `from`: PeerError if
    the file has fewer chunks. Closed by its owner.
    """

    __slots__ = ()

    def seal(self, chunk: BytesLike) -> bytes:
        """Return the frame of the next chunk: 16,384 bytes, or what is left in the last one.

        ValueError when closed, done, or the chunk has another length.
        """
        cipher, index = self._open_cipher(), self.next_index
        size_bytes = min(CHUNK_BYTES, self._size_bytes - index * CHUNK_BYTES)
        if self.done or len(chunk) != size_bytes:
            raise ValueError("this is not the next chunk")
        if size_bytes < CHUNK_BYTES:
            chunk = bytes(chunk).ljust(CHUNK_BYTES, b"\0")
        number = index.to_bytes(4, "big")
        ad = b"".join((self._ad_head, number, self._ad_tail))
        sealed = cipher.encrypt(_NONCE_HEAD + number, chunk, ad)
        self.next_index = index + 1
        return b"".join((self._head, number, sealed))


class FileReader(_FilePass):
    """The receiver's side of a pass; `secret` is the one in its own FILE_ACCEPT."""

    __slots__ = ()

    def takes(self, frame: bytes) -> bool:
        """Whether the frame is of this pass; others are left over, and dropped."""
        return frame.startswith(self._head)

    def open(self, frame: bytes) -> bytes:
        """Return the next chunk without what fills it. PeerError, and no change: cancel the file.

        ValueError when closed.
        """
        cipher, index = self._open_cipher(), self.next_index
        if len(frame) != FILE_FRAME_BYTES or not self.takes(frame) or self.done:
            raise PeerError("a file frame has another form")
        number = index.to_bytes(4, "big")
        if frame[_INDEX] != number:
            raise PeerError("a file frame is out of order")
        ad = b"".join((self._ad_head, number, self._ad_tail))
        sealed = memoryview(frame)[_HEAD_BYTES:]
        try:
            chunk = cipher.decrypt(_NONCE_HEAD + number, sealed, ad)
        except InvalidTag:
            raise PeerError("a file frame does not open") from None
        size_bytes = self._size_bytes - index * CHUNK_BYTES
        if size_bytes < CHUNK_BYTES:
            if any(memoryview(chunk)[size_bytes:]):
                raise PeerError("a file's last chunk is not filled with zeros")
            chunk = chunk[:size_bytes]
        self.next_index = index + 1
        return chunk
