"""What an attacker computes from stolen bytes: the wire page once more, without our code.

Nothing here comes from the product. The attacker tries every key that he can derive on every
recorded frame, and believes what opens.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

NAME = b"Whisp_PQXDH_25519_MLKEM768_ChaChaPoly_SHA256_v1"
ZERO_NONCE = bytes(12)
FRAMES_TRIED = 40
"""How far he follows a chain: further than any test's turn is long."""


def expand(prk: bytes, info: bytes, size: int) -> bytes:
    whole, block = b"", b""
    for place in range(1, 256):
        block = hmac.digest(prk, block + info + bytes([place]), "sha256")
        whole += block
        if len(whole) >= size:
            return whole[:size]
    raise AssertionError("HKDF gives no more")


def hkdf(salt: bytes, ikm: bytes, info: bytes, size: int) -> bytes:
    return expand(hmac.digest(salt, ikm, "sha256"), info, size)


def dh(private: bytes, public: bytes) -> bytes:
    key = X25519PrivateKey.from_private_bytes(private)
    return key.exchange(X25519PublicKey.from_public_bytes(public))


def public_of(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def decapsulated(seed: bytes, ciphertext: bytes) -> bytes:
    return MLKEM768PrivateKey.from_seed_bytes(seed).decapsulate(ciphertext)


def encapsulated(ek: bytes) -> tuple[bytes, bytes]:
    """Return ct and ss."""
    ss, ct = MLKEM768PublicKey.from_public_bytes(ek).encapsulate()
    return ct, ss


def opened(key: bytes, ad: bytes, sealed: bytes) -> bytes | None:
    try:
        return ChaCha20Poly1305(key).decrypt(ZERO_NONCE, sealed, ad)
    except InvalidTag:
        return None


class Tap:
    """Randomness that remembers: 32 bytes make an X25519 key, 64 bytes an ML-KEM key."""

    def __init__(self) -> None:
        self.given: dict[int, list[bytes]] = {12: [], 32: [], 64: []}

    def __call__(self, size: int) -> bytes:
        made = secrets.token_bytes(size)
        self.given.setdefault(size, []).append(made)
        return made


class Run:
    """The symmetric state of a handshake, in the attacker's hands."""

    def __init__(self, cert_b: bytes, bundle_b: bytes) -> None:
        self.h = self.ck = hashlib.sha256(NAME).digest()
        self.k = bytes(32)
        self.mix(cert_b)
        self.mix(bundle_b)

    def mix(self, data: bytes) -> None:
        self.h = hashlib.sha256(self.h + data).digest()

    def key(self, *secrets: bytes) -> None:
        for secret in secrets:
            both = hkdf(self.ck, secret, b"", 64)
            self.ck, self.k = both[:32], both[32:]

    def seal(self, text: bytes) -> bytes:
        sealed = ChaCha20Poly1305(self.k).encrypt(ZERO_NONCE, text, self.h)
        self.mix(sealed)
        return sealed

    def open(self, sealed: bytes) -> bytes | None:
        text = opened(self.k, self.h, sealed)
        self.mix(sealed)
        return text

    def split(self) -> dict[str, bytes]:
        whole = expand(self.ck, b"whisp/v1/split\0" + self.h, 192)
        names = ("rk", "hka", "nhkb", "fa", "fb", "kpair")
        return {name: whole[32 * i : 32 * i + 32] for i, name in enumerate(names)}


@dataclass
class Eavesdropper:
    """He has recorded m1 and m2, knows who both are, and breaks what a test lets him break.

    privates -- X25519 private keys, by their public ones
    seeds -- of the ML-KEM pairs, in the order in which they are used: B's bundle, then A's
    """

    privates: dict[bytes, bytes] = field(default_factory=dict)
    seeds: tuple[bytes, ...] = ()

    def listen(self, run: Run, m1: bytes, m2: bytes, *publics: bytes) -> tuple[set[int], Run]:
        """Return which of cert_A, P1 and P2 (0, 1, 2) he reads, and his state after m2.

        publics -- SPK_B, DKd_B and DKd_A
        """
        spk, dkd_b, dkd_a = publics
        ephemeral, ct1, *sealed = m1_parts(m1)
        eb, ct2 = m2[1:33], m2[33:1121]
        steps = (
            (m1[:1129], self._dh(ephemeral, spk), self._dh(ephemeral, dkd_b), self._ss(0, ct1)),
            (b"", self._dh(dkd_a, spk), bytes(32)),
            (m2[:1121], self._dh(eb, ephemeral), self._dh(eb, dkd_a), self._ss(1, ct2)),
        )
        read = set()
        for place, (clear, *agreed) in enumerate(steps):
            if clear:
                run.mix(clear)
            run.key(*agreed)
            if run.open((*sealed, m2[1121:])[place]) is not None:
                read.add(place)
        return read, run

    def _dh(self, one: bytes, other: bytes) -> bytes:
        return dh(self.privates[one], other) if one in self.privates else bytes(32)

    def _ss(self, place: int, ciphertext: bytes) -> bytes:
        return decapsulated(self.seeds[place], ciphertext) if self.seeds else bytes(32)


def m1_parts(m1: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Return EA, ct1, the sealed certificate and the sealed P1."""
    return m1[9:41], m1[41:1129], m1[1129:1397], m1[1397:]


@dataclass(frozen=True)
class Recorded:
    """A frame from the wire. Of a turn's first one its header is given to the attacker as well."""

    frame: bytes
    turn: int
    header: bytes | None = None

    @property
    def prefix_size(self) -> int:
        return 69 if self.header is None else 2341


@dataclass
class Loot:
    """All secrets of one side's ratchet at one moment, and what else somebody gave away.

    Header keys are missing on purpose: the headers themselves are given with the frames.
    """

    sid: bytes
    roots: set[bytes] = field(default_factory=set)
    chain_keys: set[bytes] = field(default_factory=set)
    message_keys: set[bytes] = field(default_factory=set)
    dh_privates: set[bytes] = field(default_factory=set)
    kem_seeds: set[bytes] = field(default_factory=set)
    dh_publics: set[bytes] = field(default_factory=set)

    def read(self, frames: Iterable[Recorded]) -> set[int]:
        """Return the places of all frames that he can open. Only what opens teaches him more."""
        recorded = list(frames)
        self.dh_publics |= {each.header[:32] for each in recorded if each.header is not None}
        done: set[int] = set()
        for chain_key in list(self.chain_keys):
            self._follow(chain_key)
        progress = True
        while progress:
            before = len(done)
            for place, each in enumerate(recorded):
                if place not in done and (self._open(each) or self._turn(each)):
                    done.add(place)
            progress = len(done) > before
        return done

    def _follow(self, chain_key: bytes) -> None:
        for _ in range(FRAMES_TRIED):
            step = expand(chain_key, b"whisp/v1/ck\0", 64)
            chain_key = step[:32]
            self.message_keys.add(step[32:])

    def _open(self, each: Recorded) -> bool:
        return any(self._opens(key, each) for key in self.message_keys)

    def _opens(self, key: bytes, each: Recorded) -> bool:
        at = each.prefix_size
        return opened(key, self.sid + each.frame[:at], each.frame[at:]) is not None

    def _turn(self, first: Recorded) -> bool:
        """Try each root with each DH and each KEM secret that he can compute for this turn."""
        if first.header is None:
            return False
        ciphertext = first.header[-1088:]
        agreed = {dh(own, their) for own in self.dh_privates for their in self.dh_publics}
        shared = {decapsulated(seed, ciphertext) for seed in self.kem_seeds}
        for root in list(self.roots):
            for one in agreed:
                for other in shared:
                    step = hkdf(root, one + other, b"whisp/v1/rk\0", 96)
                    first_key = expand(step[32:64], b"whisp/v1/ck\0", 64)[32:]
                    if self._opens(first_key, first):
                        self.roots.add(step[:32])
                        self._follow(step[32:64])
                        return True
        return False
