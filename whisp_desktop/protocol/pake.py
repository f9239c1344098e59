"""The PAKE (SPAKE2 of the `spake2` package, over Ed25519): a short code becomes a strong key.

Used with friend codes and with enrollment by code. The guest, side A, types the code that the
owner, side B, shows. p1 to p4 have 2048 bytes each, and every object is good for one run: who has
the wrong code learns that alone, and has had his one guess.
"""

import hmac
from dataclasses import dataclass
from typing import Protocol

from spake2 import SPAKE2_A, SPAKE2_B
from spake2.ed25519_basic import NotOnCurve
from spake2.spake2 import SPAKEError

from whisp_desktop.protocol.aead import NO_NONCE, TAG_BYTES, open_sealed, seal
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.kdf import hkdf, hmac_sha256, label, sha256
from whisp_desktop.protocol.keys import Random, Secret
from whisp_desktop.protocol.padding import MEETING_FRAME_BYTES, check_meeting, fill_meeting

MOST_PAYLOAD_BYTES = 2029

P4 = b"\x43"
_P1, _P2, _P3 = (bytes((kind,)) for kind in range(0x40, 0x43))
_PAKE = label("pake")
_MESSAGE_END = 34
_PAYLOAD_BYTES = MEETING_FRAME_BYTES - 1 - TAG_BYTES


@dataclass(frozen=True, slots=True)
class PakeUse:
    """What a run is for: both sides name it, and their keys are equal only for the same one."""

    guest_id: bytes
    owner_id: bytes


def friend_use(username: str, door: str) -> PakeUse:
    """Return the use of a friend code: the owner's username, and the code's door (2 digits)."""
    return PakeUse(label("friend-guest"), label("friend-owner") + (username + door).encode())


def enrollment_use(mailbox: str) -> PakeUse:
    """Return the use of enrollment by code: the mailbox's number, 4 digits."""
    return PakeUse(label("enroll-guest"), label("enroll-owner") + mailbox.encode())


class _Spake(Protocol):
    """One side of SPAKE2, as the package gives it."""

    def start(self) -> bytes: ...
    def finish(self, message: bytes) -> bytes: ...


@dataclass(slots=True)
class _Keys:
    """KA, KB, psk and ticket of one run, and t = H(p1 | p2)."""

    transcript: bytes
    confirm: Secret
    payload: Secret
    psk: Secret
    ticket: bytes

    def mac(self) -> bytes:
        return hmac_sha256(self.confirm.data, self.transcript)

    def close(self) -> None:
        for secret in (self.confirm, self.payload, self.psk):
            secret.close()


class _Side:
    """What both sides have: SPAKE2's state until the other's message, then the keys."""

    __slots__ = ("_confirmed", "_keys", "_spake")

    def __init__(self, spake: _Spake) -> None:
        self._spake: _Spake | None = spake
        self._keys: _Keys | None = None
        self._confirmed = False

    def _start(self, kind: bytes) -> bytes:
        return fill_meeting(kind + self._running().start())

    def _running(self) -> _Spake:
        if self._spake is None:
            raise ValueError("the run is past this step")
        return self._spake

    def _agree(self, p1: bytes, p2: bytes, theirs: bytes) -> None:
        """Derive the keys. SPAKE2's state goes with the step, whatever comes of it."""
        spake, self._spake = self._running(), None
        try:
            shared = spake.finish(theirs[1:_MESSAGE_END])
        except (SPAKEError, NotOnCurve, ValueError):
            raise PeerError("a PAKE message is wrong") from None
        transcript = sha256(p1 + p2)
        whole = hkdf(transcript, shared, _PAKE, 112)
        confirm, payload, psk = (Secret(whole[at : at + 32]) for at in (0, 32, 64))
        self._keys = _Keys(transcript, confirm, payload, psk, bytes(whole[96:]))
        whole[:] = bytes(112)

    def _agreed(self) -> _Keys:
        if self._keys is None:
            raise ValueError("the run has no keys")
        return self._keys

    def _known_right(self) -> _Keys:
        if not self._confirmed:
            raise ValueError("nobody knows yet whether the code was right")
        return self._agreed()

    def psk(self) -> Secret:
        """Return the handshake's psk, a copy that the caller closes.

        ValueError before `open` (guest) or `check` (owner): the code may be wrong.
        """
        return Secret(self._known_right().psk.data)

    def ticket(self) -> bytes:
        """Return what the knock carries, 16 bytes. ValueError as `psk`."""
        return self._known_right().ticket

    def close(self) -> None:
        """Forget everything. Closing twice does nothing."""
        self._spake = None
        if self._keys is not None:
            self._keys.close()
            self._keys = None


class PakeGuest(_Side):
    """Side A, who typed the code: `write`, then `read`, then `open`, each once."""

    __slots__ = ("_p1",)

    def __init__(self, use: PakeUse, password: Secret, random: Random) -> None:
        """Begin; the password, 8 digits or 10 characters, stays the caller's."""
        super().__init__(
            SPAKE2_A(bytes(password.data), use.guest_id, use.owner_id, entropy_f=random)
        )
        self._p1 = b""

    def write(self) -> bytes:
        """Return p1."""
        self._p1 = self._start(_P1)
        return self._p1

    def read(self, p2: bytes) -> bytes:
        """Take p2, return p3. PeerError: this run has failed."""
        check_meeting(p2, _P2, _MESSAGE_END)
        self._agree(self._p1, p2, p2)
        return fill_meeting(_P3 + self._agreed().mac())

    def open(self, p4: bytes) -> bytes:
        """Return p4's payload. PeerError if the code was wrong: the owner sends no p4 then."""
        keys = self._agreed()
        check_meeting(p4, P4, MEETING_FRAME_BYTES)
        plaintext = open_sealed(keys.payload.data, NO_NONCE, keys.transcript, p4[1:])
        end = 2 + int.from_bytes(plaintext[:2], "big")
        if end > len(plaintext) or any(plaintext[end:]):
            raise PeerError("p4 holds something else")
        self._confirmed = True
        return plaintext[2:end]


class PakeOwner(_Side):
    """Side B, who shows the code: `read`, then `check`, then `write`, each once."""

    __slots__ = ()

    def __init__(self, use: PakeUse, password: Secret, random: Random) -> None:
        """Begin; the password, 8 digits or 10 characters, stays the caller's."""
        super().__init__(
            SPAKE2_B(bytes(password.data), use.guest_id, use.owner_id, entropy_f=random)
        )

    def read(self, p1: bytes) -> bytes:
        """Take p1, return p2. PeerError: nothing was said. From p2 on the guess counts."""
        check_meeting(p1, _P1, _MESSAGE_END)
        p2 = self._start(_P2)
        self._agree(p1, p2, p1)
        return p2

    def check(self, p3: bytes) -> None:
        """Check that the guest has the code. PeerError, and the run is closed, if he has not."""
        own = self._agreed().mac()
        if not hmac.compare_digest(p3, fill_meeting(_P3 + own)):
            self.close()
            raise PeerError("the code was wrong")
        self._confirmed = True

    def write(self, payload: bytes) -> bytes:
        """Return p4 with the payload, at most 2029 bytes. ValueError before a good p3."""
        keys = self._known_right()
        if len(payload) > MOST_PAYLOAD_BYTES:
            raise ValueError("the payload is too long for p4")
        plaintext = (len(payload).to_bytes(2, "big") + payload).ljust(_PAYLOAD_BYTES, b"\0")
        return P4 + seal(keys.payload.data, NO_NONCE, keys.transcript, plaintext)
