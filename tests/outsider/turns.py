"""The ratchet of one session, both ways, for a channel that loses nothing."""

import os
from dataclasses import dataclass, field

from nacl.bindings import crypto_aead_chacha20poly1305_ietf_decrypt

from tests.vectors.reference.primitives import (
    NO_NONCE,
    agree,
    agreement_public,
    decapsulate,
    encapsulate,
    expand,
    hkdf,
    kem_public,
    label,
    seal,
    u8,
    u16,
    u32,
)

_SIZES = (256, 512, 1024, 2048, 4096, 8192, 16384)
_FIRST = b"\x11"
_LATER = b"\x10"
_PREFIX = {_FIRST: 2341, _LATER: 69}


def unseal(key: bytes, nonce: bytes, ad: bytes, sealed: bytes) -> bytes:
    return crypto_aead_chacha20poly1305_ietf_decrypt(sealed, ad, nonce, key)


@dataclass
class Pairs:
    """One's own ratchet pairs: an X25519 private key and the seed of an ML-KEM-768 key."""

    dh: bytes = field(default_factory=lambda: os.urandom(32))
    kem: bytes = field(default_factory=lambda: os.urandom(64))


@dataclass
class Turns:
    """`own` are the pairs in use; A has none yet and knows `their_dh` and `their_ek` instead."""

    sid: bytes
    root: bytes
    next_send: bytes
    next_receive: bytes
    my_turn: bool
    own: Pairs = field(default_factory=Pairs)
    their_dh: bytes = b""
    their_ek: bytes = b""
    _send: tuple[bytes, bytes] = (b"", b"")
    _receive: tuple[bytes, bytes] = (b"", b"")
    _sent: int = 0
    _sent_before: int = 0

    def write(self, kind: int, body: bytes = b"") -> bytes:
        begun = self._begin() if self.my_turn else b""
        first = _FIRST if begun else _LATER
        header_key, chain = self._send
        step = expand(chain, label("ck"), 64)
        self._send = header_key, step[:32]
        nonce = os.urandom(12)
        header = agreement_public(self.own.dh) + u32(self._sent_before) + u32(self._sent) + begun
        head = first + nonce + seal(header_key, nonce, first + self.sid, header)
        self._sent += 1
        sizes = _SIZES[4:] if begun else _SIZES
        size = next(one for one in sizes if one >= len(head) + 3 + len(body) + 16)
        plain = (u8(kind) + u16(len(body)) + body).ljust(size - len(head) - 16, b"\0")
        return head + seal(step[32:], NO_NONCE, self.sid + head, plain)

    def _begin(self) -> bytes:
        self.my_turn, self.own = False, Pairs()
        self._sent_before, self._sent = self._sent, 0
        ct, ss = encapsulate(self.their_ek, os.urandom(32))
        chain = self._step(agree(self.own.dh, self.their_dh) + ss)
        self._send, self.next_send = (self.next_send, chain[0]), chain[1]
        return kem_public(self.own.kem) + ct

    def read(self, frame: bytes) -> tuple[int, bytes]:
        """Return kind and body."""
        first = frame[:1]
        head = frame[: _PREFIX[first]]
        if first == _FIRST:
            header = unseal(self.next_receive, head[1:13], first + self.sid, head[13:])
            self.their_dh, self.their_ek = header[:32], header[40:1224]
            ss = decapsulate(self.own.kem, header[1224:])
            chain = self._step(agree(self.own.dh, self.their_dh) + ss)
            self._receive, self.next_receive = (self.next_receive, chain[0]), chain[1]
            self.my_turn = True
        header_key, chain_key = self._receive
        unseal(header_key, head[1:13], first + self.sid, head[13:])
        step = expand(chain_key, label("ck"), 64)
        self._receive = header_key, step[:32]
        plain = unseal(step[32:], NO_NONCE, self.sid + head, frame[len(head) :])
        size = int.from_bytes(plain[1:3], "big")
        assert not any(plain[3 + size :])
        return plain[0], plain[3 : 3 + size]

    def _step(self, secrets: bytes) -> tuple[bytes, bytes]:
        whole = hkdf(self.root, secrets, label("rk"), 96)
        self.root = whole[:32]
        return whole[32:64], whole[64:]
