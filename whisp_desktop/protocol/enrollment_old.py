"""The old device's side of an enrollment: it shows the token, and its user types the digits.

Steps out of their turn are a ValueError.
"""

import hmac

from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import (
    CertFlags,
    DeviceCert,
    Manifest,
    check_possession,
    unproven_body,
)
from whisp_desktop.protocol.enrollment import TOKEN_LIFE_S, Token
from whisp_desktop.protocol.enrollment_frames import (
    E1,
    E1_CLEAR_BYTES,
    E1_END,
    E2,
    E3,
    E3_END,
    E4,
    E4_PLAIN_BYTES,
    KEY_END,
    NO_SEED,
    begin,
    digits,
    pair_key,
)
from whisp_desktop.protocol.errors import PeerError, RefusedError
from whisp_desktop.protocol.keys import (
    AgreementKey,
    Encapsulate,
    Random,
    Secret,
    SigningKey,
    check_kem_public,
)
from whisp_desktop.protocol.padding import check_meeting, fill_meeting


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
        self._state = begin(self.token)
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
        check_meeting(e1, E1, E1_END)
        their_key, their_kem = e1[1:KEY_END], e1[KEY_END:E1_CLEAR_BYTES]
        check_kem_public(their_kem)
        state = self._state.fork()
        try:
            state.mix(e1[:E1_CLEAR_BYTES])
            state.key_once(self._ephemeral.exchange(their_key))
            state.key(self.token.psk)
            keys = state.open(e1[E1_CLEAR_BYTES:E1_END])
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
        clear = E2 + own.public + ciphertext
        self._state.mix(clear)
        self._state.key_once(own.exchange(their_key))
        own.close()
        self._state.key_once(shared)
        sealed = self._state.seal(unproven)
        self._unproven, self._digits = unproven, digits(self._state)
        return fill_meeting(clear + sealed)

    def read_proof(self, e3: bytes) -> None:
        """Take e3; the digits may be typed from then on. PeerError changes nothing."""
        if self._closed or self._unproven is None or self._proof is not None:
            raise ValueError("e3 comes once, after e2")
        check_meeting(e3, E3, E3_END)
        state = self._state.fork()
        try:
            state.mix(E3)
            state.key(b"")
            proof = state.open(e3[1:E3_END])
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
        seed = self._account.seed.data if holds else NO_SEED
        fields = (cert.whole, seed, _with_length(card.whole), _with_length(manifest.whole))
        plaintext = bytearray().join(fields).ljust(E4_PLAIN_BYTES, b"\0")
        state.mix(E4)
        state.key(b"")
        e4 = fill_meeting(E4 + state.seal(plaintext))
        plaintext[:] = bytes(len(plaintext))
        kpair = pair_key(state)
        self.close()
        return e4, kpair

    def close(self) -> None:
        """Forget EPH, ck and h. Closing twice does nothing."""
        self._closed = True
        self._ephemeral.close()
        self._state.close()


def _with_length(field: bytes) -> bytes:
    return len(field).to_bytes(2, "big") + field
