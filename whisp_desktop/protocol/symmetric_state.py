"""What both sides of a handshake keep in step (Noise, section 5.2, with one use of every key)."""

from typing import Self

from whisp_desktop.protocol.aead import NO_NONCE, open_sealed, seal
from whisp_desktop.protocol.kdf import BytesLike, expand, hkdf, label, sha256
from whisp_desktop.protocol.keys import Secret


class SymmetricState:
    """A hash `h` of all that was said, and a chaining key `ck` of all that was agreed."""

    __slots__ = ("_chaining_key", "_hash", "_key")

    def __init__(self, chaining_key: BytesLike, transcript_hash: BytesLike) -> None:
        self._chaining_key = bytearray(chaining_key)
        self._hash = bytearray(transcript_hash)
        self._key = bytearray(32)

    @classmethod
    def start(cls, protocol_name: bytes) -> Self:
        """Return the state in which every run of that protocol begins."""
        start = sha256(protocol_name)
        return cls(start, start)

    def fork(self) -> Self:
        """Return a copy: what a message that fails does to it is thrown away with it."""
        return type(self)(self._chaining_key, self._hash)

    @property
    def transcript_hash(self) -> bytes:
        """`h`, 32 bytes."""
        return bytes(self._hash)

    def mix(self, data: BytesLike) -> None:
        """Let `h` depend on the data: Mix(x)."""
        self._hash[:] = sha256(self._hash + data)

    def key(self, secret: BytesLike) -> None:
        """Let `ck`, and the key of the next `seal` or `open`, depend on the secret: Key(s)."""
        both = hkdf(self._chaining_key, secret, b"", 64)
        self._chaining_key[:] = both[:32]
        self._key[:] = both[32:]
        both[:] = bytes(64)

    def key_once(self, secret: Secret) -> None:
        """Do the same with a secret that is good for nothing else, and close it."""
        with secret:
            self.key(secret.data)

    def seal(self, text: BytesLike) -> bytes:
        """Encrypt under the newest key, 16 bytes longer: Enc(p)."""
        sealed = seal(self._key, NO_NONCE, self._hash, text)
        self.mix(sealed)
        return sealed

    def open(self, sealed: BytesLike) -> bytes:
        """Undo the other side's `seal`. PeerError if it was not made in this very state."""
        text = open_sealed(self._key, NO_NONCE, self._hash, sealed)
        self.mix(sealed)
        return text

    def derive(self, name: str, size_bytes: int) -> bytearray:
        """Return Expand(ck, <name> | h, size); the caller overwrites it."""
        return expand(self._chaining_key, label(name) + self._hash, size_bytes)

    def close(self) -> None:
        """Overwrite everything with zeros."""
        for secret in (self._hash, self._chaining_key, self._key):
            secret[:] = bytes(32)
