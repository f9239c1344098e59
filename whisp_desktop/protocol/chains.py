"""Chains of message keys (KDF_CK), and the keys of frames that others have overtaken.

A header cipher has the only copy of its key, in memory that OpenSSL overwrites when it is let go.
"""

from contextlib import suppress

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.kdf import expand, label

MOST_SKIPPED = 32
"""Frames that one frame may overtake at once, in one chain."""

MOST_STORED = 64
"""Keys of overtaken frames that are kept in all."""

_CK = label("ck")


class SendingChain:
    """One turn of ours; all its headers begin with `header_head`."""

    __slots__ = ("_key", "header_cipher", "header_head", "sent")

    def __init__(self, header_cipher: ChaCha20Poly1305, key: bytearray, header_head: bytes) -> None:
        self.header_cipher = header_cipher
        self.header_head = header_head
        self._key = key
        self.sent = 0

    def next_step(self) -> bytearray:
        """Move on by one frame; return its `CK | MK`, 64 bytes, which the caller overwrites."""
        step = expand(self._key, _CK, 64)
        self._key[:] = step[:32]
        self.sent += 1
        return step

    def close(self) -> None:
        """Forget both keys."""
        overwrite(self._key)
        forget(self, "header_cipher")


class ReceivingChain:
    """One turn of theirs: it looks ahead to a frame, and moves on only when that has opened."""

    __slots__ = ("_key", "header_cipher", "next_n", "stored")

    def __init__(self, header_cipher: ChaCha20Poly1305, key: bytearray) -> None:
        self.header_cipher = header_cipher
        self._key = key
        self.next_n = 0
        self.stored: dict[int, bytearray] = {}  # message keys by n, the oldest first

    def look_ahead(self, n: int) -> list[bytearray]:
        """Return `CK | MK` for each frame from the next one to that before `n`; changes nothing.

        PeerError if `n` has been there or is too far. The caller overwrites the steps, or moves on
        by them with `skip`.
        """
        count = n - self.next_n
        if not 0 <= count <= MOST_SKIPPED:
            raise PeerError("a frame was opened before or overtakes too many")
        steps: list[bytearray] = []
        for _ in range(count):
            steps.append(self.step_after(steps))
        return steps

    def step_after(self, steps: list[bytearray]) -> bytearray:
        """Return `CK | MK` for the frame after these; the caller overwrites it, or uses it up."""
        return expand(memoryview(steps[-1])[:32] if steps else self._key, _CK, 64)

    def skip(self, steps: list[bytearray]) -> None:
        """Move on behind frames that did not come, and keep their keys."""
        for step in steps:
            self.stored[self.next_n] = step[32:]
            self.use(step)

    def use(self, step: bytearray) -> None:
        """Move on behind a frame that has opened."""
        self._key[:] = step[:32]
        self.next_n += 1
        overwrite(step)

    def drop(self, n: int) -> None:
        """Forget one stored key."""
        overwrite(self.stored.pop(n))

    def end(self) -> None:
        """Forget the chain key: no frame follows but those whose keys are stored."""
        overwrite(self._key)

    def close(self) -> None:
        """Forget every key."""
        overwrite_all(self._key, *self.stored.values())
        self.stored.clear()
        forget(self, "header_cipher")


def overwrite(secret: bytearray) -> None:
    """Fill with zeros."""
    secret[:] = bytearray(len(secret))


def forget(owner: object, *names: str) -> None:
    """Let go what these attributes hold; any of them may be gone already."""
    for name in names:
        with suppress(AttributeError):
            delattr(owner, name)


def overwrite_all(*secrets: bytearray) -> None:
    """Fill each with zeros."""
    for secret in secrets:
        overwrite(secret)
