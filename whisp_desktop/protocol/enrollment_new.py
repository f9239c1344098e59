"""The new device's side of an enrollment: it scans the token and shows the digits.

Steps out of their turn are a ValueError.
"""

from dataclasses import dataclass

from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import (
    UNPROVEN_BYTES,
    CertFlags,
    DeviceCert,
    Manifest,
    check_unproven,
    prove_possession,
)
from whisp_desktop.protocol.enrollment import Token
from whisp_desktop.protocol.enrollment_frames import (
    E1,
    E2,
    E2_CLEAR_BYTES,
    E2_END,
    E3,
    E4,
    E4_END,
    KEY_END,
    NO_SEED,
    begin,
    digits,
    pair_key,
)
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.keys import (
    AgreementKey,
    DeviceKeys,
    KemKey,
    Random,
    Secret,
    SigningKey,
)
from whisp_desktop.protocol.padding import check_meeting, fill_meeting
from whisp_desktop.protocol.reader import Reader
from whisp_desktop.protocol.symmetric_state import SymmetricState

_CERT_BYTES = 252


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a new device has at the end; all of it is verified, and closed by its owner.

    `account_seed` is there if the device may hold the account key. `kpair`: with the old device.
    """

    cert: DeviceCert
    card: Card
    manifest: Manifest
    account_seed: Secret | None
    kpair: Secret

    def close(self) -> None:
        """Forget the secrets."""
        self.kpair.close()
        if self.account_seed is not None:
            self.account_seed.close()


class NewDevice:
    """The new device: `write`, `read`, then `open`, each once. Its keys stay the caller's."""

    def __init__(self, token: Token, device: DeviceKeys, now: int, random: Random) -> None:
        """Begin with a scanned token. PeerError if it ran out."""
        token.check_time(now)
        self._token = token
        self._device = device
        self._state = begin(token)
        self._ephemeral = AgreementKey.generate(random)
        self._kem = KemKey.generate(random)
        self._unproven: bytes | None = None
        self.digits: str | None = None
        """To be shown from e3 on: six."""

    def write(self) -> bytes:
        """Return e1."""
        if self._ephemeral.private.closed:
            raise ValueError("this enrollment is over")
        state = self._state
        clear = E1 + self._ephemeral.public + self._kem.public
        state.mix(clear)
        state.key_once(self._ephemeral.exchange(self._token.ephemeral_key))
        state.key(self._token.psk)
        keys = self._device.signing.public + self._device.agreement.public
        return fill_meeting(clear + state.seal(keys))

    def read(self, e2: bytes) -> bytes:
        """Take e2, return e3; `digits` are there from then on. PeerError changes nothing."""
        if self._unproven is not None:
            raise ValueError("e2 came before")
        check_meeting(e2, E2, E2_END)
        state = self._state.fork()
        try:
            state.mix(e2[:E2_CLEAR_BYTES])
            state.key_once(self._ephemeral.exchange(e2[1:KEY_END]))
            state.key_once(self._kem.decapsulate(e2[KEY_END:E2_CLEAR_BYTES]))
            unproven = state.open(e2[E2_CLEAR_BYTES:E2_END])
            self._check_offer(unproven)
        except PeerError:
            state.close()
            raise
        self._state.close()
        self._ephemeral.close()
        self._kem.close()
        self._state, self._unproven, self.digits = state, unproven, digits(state)
        state.mix(E3)
        state.key(b"")
        return fill_meeting(E3 + state.seal(prove_possession(self._device, unproven)))

    def _check_offer(self, unproven: bytes) -> None:
        check_unproven(unproven)
        keys = self._device.signing.public + self._device.agreement.public
        if unproven[:96] != self._token.account_key + keys:
            raise PeerError("a certificate is offered for other keys")

    def open(self, e4: bytes, now: int) -> Enrolled:
        """Take e4. PeerError changes nothing; success closes this."""
        unproven = self._unproven
        if unproven is None:
            raise ValueError("e4 comes after e2")
        check_meeting(e4, E4, E4_END)
        state = self._state.fork()
        try:
            state.mix(E4)
            state.key(b"")
            enrolled = _read_last(state, e4[1:E4_END], unproven, now)
        finally:
            state.close()
        self.close()
        return enrolled

    def close(self) -> None:
        """Forget EN, ekN, ck and h. Closing twice does nothing."""
        self._ephemeral.close()
        self._kem.close()
        self._state.close()


def _read_last(state: SymmetricState, sealed: bytes, unproven: bytes, now: int) -> Enrolled:
    """Open e4 and check all that is in it. PeerError."""
    fields = Reader(state.open(sealed))
    cert = DeviceCert.parse(fields.take(_CERT_BYTES))
    if cert.whole[7 : 7 + UNPROVEN_BYTES] != unproven:
        raise PeerError("a certificate is another than was offered")
    cert.check_time(now)
    seed = fields.take(32)
    card = Card.parse(fields.take(fields.number(2)))
    manifest = Manifest.parse(fields.take(fields.number(2)))
    fields.end_with_zeros()
    if not card.account_key == manifest.account_key == cert.account_key:
        raise PeerError("an enrollment is of several accounts")
    if manifest.epoch != cert.epoch or not manifest.lists(cert):
        raise PeerError("a new certificate is not in the manifest")
    if CertFlags.HOLDS_AK not in cert.flags:
        if seed != NO_SEED:
            raise PeerError("an account key came unasked")
        return Enrolled(cert, card, manifest, None, pair_key(state))
    account = SigningKey(Secret(seed))
    account.close()
    if account.public != cert.account_key:
        raise PeerError("an account key is of another account")
    return Enrolled(cert, card, manifest, Secret(seed), pair_key(state))
