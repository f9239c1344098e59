"""Proof of work: what a server asks of whoever knocks, registers or looks up a name.

Challenge = bits u8 | expires u64 | salt 16 | mac 16; solution = eight nonces u64, each makes
a hash begin with bits - 3 zero bits: 2^bits hashes on average. The binding says what the work is
for: H of the first m1 of an attempt, of a card, of a username, or of statements.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from struct import Struct
from typing import Self

from whisp_desktop.protocol.errors import PeerError, RefusedError
from whisp_desktop.protocol.kdf import BytesLike, hmac_sha256, label, sha256
from whisp_desktop.protocol.keys import Random

CHALLENGE_LIFE_S = 120
LEAST_BITS = 3
MOST_BITS = 26
SOLUTION_BYTES = 64
GUEST_BINDING = sha256(label("guest"))
"""The binding of the work for a guest's token."""

_MAC = label("pow-mac")
_WORK = label("pow")
_CHALLENGE = Struct(">BQ16s16s")
_MACED_BYTES = 25
_PARTS = 8
_NONCE = Struct(">Q")
_HASHES_A_REPORT = 1 << 14


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a server asks; `expires` is in Unix seconds of the server's clock."""

    bits: int
    expires: int
    salt: bytes
    whole: bytes

    @staticmethod
    def mint(server_key: BytesLike, bits: int, expires: int, random: Random) -> bytes:
        """Return a new challenge, 41 bytes. It is stateless: `check_challenge` knows it again."""
        unsigned = bits.to_bytes(1, "big") + expires.to_bytes(8, "big") + random(16)
        return unsigned + _mac(server_key, unsigned)

    @classmethod
    def parse(cls, whole: bytes) -> Self:
        """Read a challenge. PeerError if its form is wrong or it asks for more than 26 bits."""
        if len(whole) != _CHALLENGE.size:
            raise PeerError("a challenge has a wrong length")
        bits, expires, salt, _ = _CHALLENGE.unpack(whole)
        if not LEAST_BITS <= bits <= MOST_BITS:
            raise PeerError("a challenge asks for too much work, or for none")
        return cls(bits, expires, salt, whole)


def check_challenge(server_key: BytesLike, whole: bytes, now: int) -> Challenge:
    """Return the server's own challenge. PeerError if it is not its own, or ran out at `now`.

    Whether it was spent before is the caller's question; `salt` names it.
    """
    challenge = Challenge.parse(whole)
    if not hmac.compare_digest(_mac(server_key, whole[:_MACED_BYTES]), whole[_MACED_BYTES:]):
        raise PeerError("a challenge is not ours")
    if now >= challenge.expires:
        raise PeerError("a challenge ran out")
    return challenge


def verify(challenge: Challenge, binding: bytes, solution: bytes) -> None:
    """PeerError unless the solution (64 bytes) is work done for the challenge and the binding."""
    if len(solution) != SOLUTION_BYTES:
        raise PeerError("a solution has a wrong length")
    limit = _limit(challenge)
    for part in range(_PARTS):
        nonce = solution[part * _NONCE.size : (part + 1) * _NONCE.size]
        if sha256(_prefix(challenge, binding, part) + nonce) >= limit:
            raise PeerError("a solution is wrong")


def solve(challenge: Challenge, binding: bytes, keep_going: Callable[[float], bool]) -> bytes:
    """Do the work: a solution, 64 bytes. It holds the interpreter: run it in a child process.

    `keep_going` hears of the progress, 0 to 1, some hundred times a second; when it answers False
    the work ends with RefusedError `cancelled`.
    """
    limit = _limit(challenge)
    mean_hashes = 1 << (challenge.bits - LEAST_BITS)
    solution = bytearray()
    for part in range(_PARTS):
        prefix = hashlib.sha256(_prefix(challenge, binding, part))
        start, nonce = 0, None
        while nonce is None:
            if not keep_going((part + 1 - 0.5 ** (start / mean_hashes)) / _PARTS):
                raise RefusedError("cancelled", "You stopped it.")
            nonce = _search(prefix.copy, limit, start)
            start += _HASHES_A_REPORT
        solution += nonce
    return bytes(solution)


def _search(fork: "Callable[[], hashlib._Hash]", limit: bytes, start: int) -> bytes | None:
    """Try the next nonces; the loop where nearly all of the time is spent."""
    pack = _NONCE.pack
    for number in range(start, start + _HASHES_A_REPORT):
        attempt = fork()
        nonce = pack(number)
        attempt.update(nonce)
        if attempt.digest() < limit:
            return nonce
    return None


def _limit(challenge: Challenge) -> bytes:
    """Return the least hash, 32 bytes, that has too few zero bits in front."""
    zero_bits = challenge.bits - LEAST_BITS
    return (1 << (256 - zero_bits)).to_bytes(33, "big")[1:] if zero_bits else b"\xff" * 33


def _prefix(challenge: Challenge, binding: bytes, part: int) -> bytes:
    return b"".join((_WORK, challenge.whole, binding, bytes((part,))))


def _mac(server_key: BytesLike, unsigned: bytes) -> bytes:
    return hmac_sha256(server_key, _MAC + unsigned)[:16]
