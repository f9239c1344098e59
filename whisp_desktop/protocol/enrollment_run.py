"""Enrollment, e1 to e4: an old device that holds the account key takes a new one in.

WHK1's functions from the token on, through the token's mailbox, 2048 bytes each. The new device
shows six digits, its user types them into the old one, and only then e4 leaves: who merely
photographed the token has other digits. A message that is refused changes nothing; a step out of
its turn is a ValueError.
"""

import hmac
from dataclasses import dataclass

from whisp_desktop.protocol.aead import TAG_BYTES
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import (
    UNPROVEN_BYTES,
    CertFlags,
    DeviceCert,
    Manifest,
    check_possession,
    check_unproven,
    prove_possession,
    unproven_body,
)
from whisp_desktop.protocol.enrollment import TOKEN_LIFE_S, Token
from whisp_desktop.protocol.errors import PeerError, RefusedError
from whisp_desktop.protocol.keys import (
    AgreementKey,
    DeviceKeys,
    Encapsulate,
    KemKey,
    Random,
    Secret,
    SigningKey,
    check_kem_public,
)
from whisp_desktop.protocol.padding import check_meeting, fill_meeting
from whisp_desktop.protocol.reader import Reader
from whisp_desktop.protocol.symmetric_state import SymmetricState

_NAME = b"Whisp_Enroll_25519_MLKEM768_ChaChaPoly_SHA256_v1"
_E1, _E2, _E3, _E4 = (bytes((kind,)) for kind in range(0x30, 0x34))
_KEY_END = 33
_E1_CLEAR_BYTES = _KEY_END + 1184
_E1_END = _E1_CLEAR_BYTES + 64 + TAG_BYTES
_E2_CLEAR_BYTES = _KEY_END + 1088
_E2_END = _E2_CLEAR_BYTES + UNPROVEN_BYTES + TAG_BYTES
_E3_END = 1 + 64 + TAG_BYTES
_E4_PLAIN_BYTES = 1984
_E4_END = 1 + _E4_PLAIN_BYTES + TAG_BYTES
_CERT_BYTES = 252
_NO_SEED = bytes(32)


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
        self._state = _begin(token)
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
        clear = _E1 + self._ephemeral.public + self._kem.public
        state.mix(clear)
        state.key_once(self._ephemeral.exchange(self._token.ephemeral_key))
        state.key(self._token.psk)
        keys = self._device.signing.public + self._device.agreement.public
        return fill_meeting(clear + state.seal(keys))

    def read(self, e2: bytes) -> bytes:
        """Take e2, return e3; `digits` are there from then on. PeerError changes nothing."""
        if self._unproven is not None:
            raise ValueError("e2 came before")
        check_meeting(e2, _E2, _E2_END)
        state = self._state.fork()
        try:
            state.mix(e2[:_E2_CLEAR_BYTES])
            state.key_once(self._ephemeral.exchange(e2[1:_KEY_END]))
            state.key_once(self._kem.decapsulate(e2[_KEY_END:_E2_CLEAR_BYTES]))
            unproven = state.open(e2[_E2_CLEAR_BYTES:_E2_END])
            self._check_offer(unproven)
        except PeerError:
            state.close()
            raise
        self._state.close()
        self._ephemeral.close()
        self._kem.close()
        self._state, self._unproven, self.digits = state, unproven, _digits(state)
        state.mix(_E3)
        state.key(b"")
        return fill_meeting(_E3 + state.seal(prove_possession(self._device, unproven)))

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
        check_meeting(e4, _E4, _E4_END)
        state = self._state.fork()
        try:
            state.mix(_E4)
            state.key(b"")
            enrolled = _read_last(state, e4[1:_E4_END], unproven, now)
        finally:
            state.close()
        self.close()
        return enrolled

    def close(self) -> None:
        """Forget EN, ekN, ck and h. Closing twice does nothing."""
        self._ephemeral.close()
        self._kem.close()
        self._state.close()


class OldDevice:
    """The old device: `read`, `write`, `read_proof`, `certify`, `write_last`, each once.

    `token` is for the new one, by QR or in p4. The account key stays the caller's.
    """

    def __init__(
        self, account: SigningKey, *, mailbox: bytes, host: str, now: int, random: Random
    ) -> None:
        self._account = account
        self._ephemeral = AgreementKey.generate(random)
        self.token = Token.issue(
            account,
            mailbox=mailbox,
            ephemeral_key=self._ephemeral.public,
            psk=random(16),
            expires=now + TOKEN_LIFE_S,
            host=host,
        )
        self._state = _begin(self.token)
        self._theirs: tuple[bytes, bytes, bytes, bytes] | None = None  # EN, ekN, DKs, DKd
        self._unproven: bytes | None = None
        self._proof: bytes | None = None
        self._digits = ""
        self._cert: DeviceCert | None = None
        self._closed = False

    def read(self, e1: bytes, now: int) -> None:
        """Take e1. PeerError changes nothing; a good one uses the token up."""
        if self._closed or self._theirs is not None:
            raise ValueError("the token was used")
        self.token.check_time(now)
        check_meeting(e1, _E1, _E1_END)
        their_key, their_kem = e1[1:_KEY_END], e1[_KEY_END:_E1_CLEAR_BYTES]
        check_kem_public(their_kem)
        state = self._state.fork()
        try:
            state.mix(e1[:_E1_CLEAR_BYTES])
            state.key_once(self._ephemeral.exchange(their_key))
            state.key(self.token.psk)
            keys = state.open(e1[_E1_CLEAR_BYTES:_E1_END])
        except PeerError:
            state.close()
            raise
        self._state.close()
        self._ephemeral.close()
        self._state = state
        self._theirs = (their_key, their_kem, keys[:32], keys[32:])

    def write(
        self,
        *,
        issued: int,
        expires: int,
        epoch: int,
        flags: CertFlags,
        random: Random,
        encapsulate: Encapsulate,
    ) -> bytes:
        """Return e2, which offers a certificate with these fields."""
        if self._closed or self._theirs is None or self._unproven is not None:
            raise ValueError("e2 comes once, after e1")
        their_key, their_kem, *keys = self._theirs
        unproven = unproven_body(
            self.token.account_key,
            (keys[0], keys[1]),
            issued=issued,
            expires=expires,
            epoch=epoch,
            flags=flags,
        )
        ciphertext, shared = encapsulate(their_kem)
        own = AgreementKey.generate(random)
        clear = _E2 + own.public + ciphertext
        self._state.mix(clear)
        self._state.key_once(own.exchange(their_key))
        own.close()
        self._state.key_once(shared)
        sealed = self._state.seal(unproven)
        self._unproven, self._digits = unproven, _digits(self._state)
        return fill_meeting(clear + sealed)

    def read_proof(self, e3: bytes) -> None:
        """Take e3; the digits may be typed from then on. PeerError changes nothing."""
        if self._closed or self._unproven is None or self._proof is not None:
            raise ValueError("e3 comes once, after e2")
        check_meeting(e3, _E3, _E3_END)
        state = self._state.fork()
        try:
            state.mix(_E3)
            state.key(b"")
            proof = state.open(e3[1:_E3_END])
            check_possession(self._unproven[32:64], self._unproven, proof)
        except PeerError:
            state.close()
            raise
        self._state.close()
        self._state, self._proof = state, proof

    def certify(self, typed: str) -> DeviceCert:
        """Return the new device's certificate, if these are the digits that it shows.

        One try: RefusedError `wrong_digits` closes this.
        """
        if self._closed or self._unproven is None or self._proof is None or self._cert is not None:
            raise ValueError("the digits are typed once, after e3")
        digits = "".join(typed.split()).replace("-", "")
        if not (digits.isascii() and hmac.compare_digest(digits, self._digits)):
            self.close()
            raise RefusedError(
                "wrong_digits",
                "Stopped. Nothing was handed over. Somebody else may have scanned the code: make a "
                "new one, out of sight.",
            )
        self._cert = DeviceCert.certify(self._account, self._unproven + self._proof)
        return self._cert

    def write_last(self, card: Card, manifest: Manifest) -> tuple[bytes, Secret]:
        """Return e4 and the KPAIR of the two devices; closes this.

        The manifest lists the new certificate. The account's seed goes along with HOLDS_AK alone.
        """
        if self._closed or self._cert is None:
            raise ValueError("e4 comes after the digits")
        state, cert = self._state, self._cert
        holds = CertFlags.HOLDS_AK in cert.flags
        seed = self._account.seed.data if holds else _NO_SEED
        fields = (cert.whole, seed, _with_length(card.whole), _with_length(manifest.whole))
        plaintext = bytearray().join(fields).ljust(_E4_PLAIN_BYTES, b"\0")
        state.mix(_E4)
        state.key(b"")
        e4 = fill_meeting(_E4 + state.seal(plaintext))
        plaintext[:] = bytes(len(plaintext))
        kpair = _derive_pair_key(state)
        self.close()
        return e4, kpair

    def close(self) -> None:
        """Forget EPH, ck and h. Closing twice does nothing."""
        self._closed = True
        self._ephemeral.close()
        self._state.close()


def _begin(token: Token) -> SymmetricState:
    state = SymmetricState.start(_NAME)
    state.mix(token.whole)
    return state


def _digits(state: SymmetricState) -> str:
    return f"{int.from_bytes(state.derive('digits', 8), 'big') % 10**6:06}"


def _derive_pair_key(state: SymmetricState) -> Secret:
    whole = state.derive("enroll-pair", 32)
    kpair = Secret(whole)
    whole[:] = bytes(32)
    return kpair


def _with_length(field: bytes) -> bytes:
    return len(field).to_bytes(2, "big") + field


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
        if seed != _NO_SEED:
            raise PeerError("an account key came unasked")
        return Enrolled(cert, card, manifest, None, _derive_pair_key(state))
    account = SigningKey(Secret(seed))
    account.close()
    if account.public != cert.account_key:
        raise PeerError("an account key is of another account")
    return Enrolled(cert, card, manifest, Secret(seed), _derive_pair_key(state))
