"""WHK1: the handshake of two devices, hybrid post-quantum, with both identities hidden.

X3DH's and PQXDH's shape (signal.org/docs) in Noise's symmetric state. A, the initiator, has
verified B's certificate and bundle; m1 and m2 have 4096 bytes each.
"""

from dataclasses import dataclass
from typing import Self

from whisp_desktop.protocol.aead import TAG_BYTES
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import DeviceCert
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.kdf import BytesLike
from whisp_desktop.protocol.keys import (
    AgreementKey,
    DeviceKeys,
    Encapsulate,
    KemKey,
    Random,
    Secret,
    check_kem_public,
)
from whisp_desktop.protocol.prekeys import Bundle, PrivateBundle
from whisp_desktop.protocol.route import Route
from whisp_desktop.protocol.symmetric_state import SymmetricState

MESSAGE_BYTES = 4096

_NAME = b"Whisp_PQXDH_25519_MLKEM768_ChaChaPoly_SHA256_v1"
_M1_TYPE = b"\x01"
_M2_TYPE = b"\x02"
_NO_PSK = bytes(32)

_M1_ID_END = 9
_M1_EA_END = _M1_ID_END + 32
_M1_CLEAR_BYTES = _M1_EA_END + 1088
_M1_CERT_END = _M1_CLEAR_BYTES + 252 + TAG_BYTES
_P1_BYTES = MESSAGE_BYTES - _M1_CERT_END - TAG_BYTES
_M2_EB_END = 33
_M2_CLEAR_BYTES = _M2_EB_END + 1088
_P2_BYTES = MESSAGE_BYTES - _M2_CLEAR_BYTES - TAG_BYTES
_EK_BYTES = 1184


@dataclass(slots=True)
class Agreement:
    """What a handshake leaves on each side; `close()` forgets all that nobody took out of it.

    `fa` and `fb` are for the FINs, `kpair` is for rendezvous ids. The ratchet takes the rest: `rk`,
    `hka`, `nhkb` and what it starts from, B's fresh keys (their public halves at the initiator).
    """

    initiator: bool
    sid: bytes
    rk: Secret
    hka: Secret
    nhkb: Secret
    fa: Secret
    fb: Secret
    kpair: Secret
    their_dh: bytes = b""
    their_kem: bytes = b""
    own_dh: AgreementKey | None = None
    own_kem: KemKey | None = None

    @classmethod
    def split(cls, state: SymmetricState, *, initiator: bool) -> Self:
        """Derive the secrets from the state after m2."""
        whole = state.derive("split", 192)
        rk, hka, nhkb, fa, fb, kpair = (Secret(whole[at : at + 32]) for at in range(0, 192, 32))
        whole[:] = bytes(192)
        return cls(initiator, state.transcript_hash, rk, hka, nhkb, fa, fb, kpair)

    def close(self) -> None:
        """Overwrite every secret."""
        for secret in (self.rk, self.hka, self.nhkb, self.fa, self.fb, self.kpair):
            secret.close()
        if self.own_dh is not None:
            self.own_dh.close()
        if self.own_kem is not None:
            self.own_kem.close()


class Initiator:
    """A's side: writes m1, reads m2. Its device's keys and the psk stay the caller's."""

    def __init__(
        self,
        device: DeviceKeys,
        cert: DeviceCert,
        card: Card,
        their_cert: DeviceCert,
        their_bundle: Bundle,
        psk: Secret | None,
        random: Random,
        encapsulate: Encapsulate,
    ) -> None:
        self._device = device
        self._cert = cert
        self._card = card
        self._their_cert = their_cert
        self._their_bundle = their_bundle
        self._psk = psk
        self._encapsulate = encapsulate
        self._state = _begin(their_cert, their_bundle)
        self._ephemeral = AgreementKey.generate(random)
        self._kem = KemKey.generate(random)

    def write(self, route: bytes) -> bytes:
        """Return m1 with one's own route (its wire form) in it. To be called once."""
        bundle, state = self._their_bundle, self._state
        ciphertext, shared = self._encapsulate(bundle.ek)
        clear = b"".join((_M1_TYPE, bundle.bundle_id, self._ephemeral.public, ciphertext))
        state.mix(clear)
        state.key_once(self._ephemeral.exchange(bundle.spk))
        state.key_once(self._ephemeral.exchange(self._their_cert.agreement_key))
        state.key_once(shared)
        sealed_cert = state.seal(self._cert.whole)
        state.key_once(self._device.agreement.exchange(bundle.spk))
        state.key(_psk_bytes(self._psk))
        first = self._kem.public + _with_length(self._card.whole) + _with_length(route)
        return clear + sealed_cert + state.seal(first.ljust(_P1_BYTES, b"\0"))

    def read(self, m2: bytes) -> tuple[bytes, Agreement]:
        """Open m2: B's route and the agreement. PeerError changes nothing; success closes this."""
        if len(m2) != MESSAGE_BYTES or not m2.startswith(_M2_TYPE):
            raise PeerError("m2 has another form")
        state = self._state.fork()
        try:
            their_dh = m2[1:_M2_EB_END]
            state.mix(m2[:_M2_CLEAR_BYTES])
            state.key_once(self._ephemeral.exchange(their_dh))
            state.key_once(self._device.agreement.exchange(their_dh))
            state.key_once(self._kem.decapsulate(m2[_M2_EB_END:_M2_CLEAR_BYTES]))
            their_kem, (route,) = _unpack(state.open(m2[_M2_CLEAR_BYTES:]), fields=1)
            Route.parse(route)
            agreement = Agreement.split(state, initiator=True)
        finally:
            state.close()
        agreement.their_dh = their_dh
        agreement.their_kem = their_kem
        self.close()
        return route, agreement

    def close(self) -> None:
        """Forget EA, ekA, ck and h."""
        self._ephemeral.close()
        self._kem.close()
        self._state.close()


class Responder:
    """B's side: what a genuine m1 said, and the way to answer it.

    `cert`, `card` and `route` (wire form) are A's. Their signatures, times and forms are checked;
    whether to admit A is the caller's question.
    """

    def __init__(
        self,
        state: SymmetricState,
        *,
        ephemeral: bytes,
        kem: bytes,
        cert: DeviceCert,
        card: Card,
        route: bytes,
    ) -> None:
        self._state = state
        self._their_ephemeral = ephemeral
        self._their_kem = kem
        self.cert = cert
        self.card = card
        self.route = route

    @classmethod
    def read(
        cls,
        m1: bytes,
        *,
        bundle: PrivateBundle,
        device: DeviceKeys,
        cert: DeviceCert,
        psk: Secret | None,
        now: int,
    ) -> Self:
        """Open m1 in an order in which a forged one costs less than a genuine one.

        PeerError at the first thing that is wrong. The bundle is used up by success alone, and
        deleting it then is the caller's.
        """
        if len(m1) != MESSAGE_BYTES or not m1.startswith(_M1_TYPE):
            raise PeerError("m1 has another form")
        if m1[1:_M1_ID_END] != bundle.bundle.bundle_id:
            raise PeerError("m1 is for another bundle")
        bundle.bundle.check_time(now)
        state = _begin(cert, bundle.bundle)
        try:
            return cls._open(m1, state, bundle=bundle, device=device, psk=psk, now=now)
        except PeerError:
            state.close()
            raise

    @classmethod
    def _open(
        cls,
        m1: bytes,
        state: SymmetricState,
        *,
        bundle: PrivateBundle,
        device: DeviceKeys,
        psk: Secret | None,
        now: int,
    ) -> Self:
        ephemeral = m1[_M1_ID_END:_M1_EA_END]
        state.mix(m1[:_M1_CLEAR_BYTES])
        state.key_once(bundle.spk.exchange(ephemeral))
        state.key_once(device.agreement.exchange(ephemeral))
        state.key_once(bundle.ek.decapsulate(m1[_M1_EA_END:_M1_CLEAR_BYTES]))
        their_cert = DeviceCert.read(state.open(m1[_M1_CLEAR_BYTES:_M1_CERT_END]))
        state.key_once(bundle.spk.exchange(their_cert.agreement_key))
        state.key(_psk_bytes(psk))
        kem, (their_card, route) = _unpack(state.open(m1[_M1_CERT_END:]), fields=2)
        their_cert.check_signatures()
        their_cert.check_time(now)
        card = Card.parse(their_card)
        if card.account_key != their_cert.account_key:
            raise PeerError("the card is of another account than the certificate")
        Route.parse(route)
        return cls(state, ephemeral=ephemeral, kem=kem, cert=their_cert, card=card, route=route)

    def write(
        self, route: bytes, random: Random, encapsulate: Encapsulate
    ) -> tuple[bytes, Agreement]:
        """Return m2 with one's own route (its wire form) in it, and the agreement. Closes this."""
        state = self._state
        own_dh = AgreementKey.generate(random)
        own_kem = KemKey.generate(random)
        ciphertext, shared = encapsulate(self._their_kem)
        clear = _M2_TYPE + own_dh.public + ciphertext
        state.mix(clear)
        state.key_once(own_dh.exchange(self._their_ephemeral))
        state.key_once(own_dh.exchange(self.cert.agreement_key))
        state.key_once(shared)
        second = own_kem.public + _with_length(route)
        m2 = clear + state.seal(second.ljust(_P2_BYTES, b"\0"))
        agreement = Agreement.split(state, initiator=False)
        agreement.own_dh = own_dh
        agreement.own_kem = own_kem
        self.close()
        return m2, agreement

    def close(self) -> None:
        """Forget ck and h."""
        self._state.close()


def _begin(cert: DeviceCert, bundle: Bundle) -> SymmetricState:
    state = SymmetricState.start(_NAME)
    state.mix(cert.whole)
    state.mix(bundle.whole)
    return state


def _psk_bytes(psk: Secret | None) -> BytesLike:
    return _NO_PSK if psk is None else psk.data


def _with_length(field: bytes) -> bytes:
    return len(field).to_bytes(2, "big") + field


def _unpack(plaintext: bytes, *, fields: int) -> tuple[bytes, list[bytes]]:
    """Return ek and the fields with a length before them; what follows must be zeros."""
    ek, at = plaintext[:_EK_BYTES], _EK_BYTES
    check_kem_public(ek)
    found = []
    for _ in range(fields):
        start = at + 2
        at = start + int.from_bytes(plaintext[at:start], "big")
        found.append(plaintext[start:at])
    if at > len(plaintext) or any(plaintext[at:]):
        raise PeerError("a handshake message holds something else")
    return ek, found
