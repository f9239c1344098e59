"""What an account key says of its devices: certificates (01) and manifests (02); logins with them.

The contact card (06) and the envelope of all statements are to be had here as well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntFlag
from itertools import pairwise
from struct import Struct
from typing import Self

from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.kdf import label, sha256
from whisp_desktop.protocol.keys import (
    AccountKeyBytes,
    DeviceId,
    DeviceKeys,
    SigningKey,
    device_id,
    verify_signature,
)
from whisp_desktop.protocol.names import is_host, is_username
from whisp_desktop.protocol.statements import (
    StatementType,
    body_of,
    check_signature,
    sign_statement,
    split_statements,
    statement_type,
)

__all__ = [
    "CERT_LIFE_S",
    "DAY_S",
    "MOST_DEVICES",
    "SKEW_S",
    "UNPROVEN_BYTES",
    "Card",
    "CertFlags",
    "DeviceCert",
    "Manifest",
    "check_login",
    "day",
    "is_host",
    "is_username",
    "login_signature",
    "prove_possession",
    "split_statements",
    "statement_type",
]

SKEW_S = 120
DAY_S = 86_400
CERT_LIFE_S = 90 * DAY_S
MOST_DEVICES = 16

_POSSESSION = label("devpop")
_LOGIN = label("login")
_CERT = Struct(">32s32s32sQQIB64s")
_CERT_UNPROVEN = Struct(">32s32s32sQQIB")
UNPROVEN_BYTES = _CERT_UNPROVEN.size
_MANIFEST_HEAD = Struct(">32sIQ")
_MANIFEST_ENTRY = Struct(">16s32s")


class CertFlags(IntFlag):
    """What else a device may do."""

    CAN_REVOKE = 1
    HOLDS_AK = 2


_KNOWN_FLAGS = int(CertFlags.CAN_REVOKE | CertFlags.HOLDS_AK)


def day(now: int) -> int:
    """Round down to the UTC day, as `issued` of certificates, manifests and cards is."""
    return now - now % DAY_S


@dataclass(frozen=True, slots=True)
class DeviceCert:
    """The account key's word for a device's two public keys.

    `issued` and `expires` are Unix seconds, `whole` is the statement.
    """

    account_key: AccountKeyBytes
    signing_key: bytes
    agreement_key: bytes
    issued: int
    expires: int
    epoch: int
    flags: CertFlags
    whole: bytes

    @classmethod
    def issue(
        cls,
        account: SigningKey,
        device: DeviceKeys,
        *,
        issued: int,
        expires: int,
        epoch: int,
        flags: CertFlags,
    ) -> Self:
        """Sign for a device whose keys are at hand."""
        keys = (device.signing.public, device.agreement.public)
        unproven = unproven_body(
            AccountKeyBytes(account.public),
            keys,
            issued=issued,
            expires=expires,
            epoch=epoch,
            flags=flags,
        )
        return cls.certify(account, unproven + prove_possession(device, unproven))

    @classmethod
    def certify(cls, account: SigningKey, body: bytes) -> Self:
        """Sign a body (181 bytes) that another device made. PeerError if it is wrong."""
        return cls.parse(sign_statement(StatementType.DEVICE_CERT, body, account))

    def renewal(self, device: DeviceKeys, *, issued: int, expires: int, epoch: int) -> bytes:
        """Return the body (181 bytes) of the cert to ask for: the same but for these."""
        unproven = unproven_body(
            self.account_key,
            (self.signing_key, self.agreement_key),
            issued=issued,
            expires=expires,
            epoch=epoch,
            flags=self.flags,
        )
        return unproven + prove_possession(device, unproven)

    @classmethod
    def parse(cls, whole: bytes) -> Self:
        """Read and verify. PeerError if form, proof of possession or signature is wrong."""
        cert = cls.read(whole)
        cert.check_signatures()
        return cert

    @classmethod
    def read(cls, whole: bytes) -> Self:
        """Check the form alone: nobody's word is taken before `check_signatures`. PeerError."""
        body = body_of(whole, StatementType.DEVICE_CERT)
        if len(body) != _CERT.size:
            raise PeerError("a certificate has a wrong length")
        account_key, signing_key, agreement_key, issued, expires, epoch, flags, _ = _CERT.unpack(
            body
        )
        check_unproven(body[:UNPROVEN_BYTES])
        return cls(
            AccountKeyBytes(account_key),
            signing_key,
            agreement_key,
            issued,
            expires,
            epoch,
            CertFlags(flags),
            whole,
        )

    def check_signatures(self) -> None:
        """Verify the account key's signature and the device's proof of possession. PeerError."""
        check_signature(self.whole, self.account_key)
        body = body_of(self.whole, StatementType.DEVICE_CERT)
        check_possession(self.signing_key, body[:UNPROVEN_BYTES], body[UNPROVEN_BYTES:])

    @property
    def device_id(self) -> DeviceId:
        """The device's id, 16 bytes."""
        return device_id(self.signing_key, self.agreement_key)

    @property
    def digest(self) -> bytes:
        """H(whole), 32 bytes, as manifests list it."""
        return sha256(self.whole)

    def lives_at(self, instant: int) -> bool:
        """Whether its lifetime includes the instant (Unix seconds), give or take SKEW."""
        return self.issued - SKEW_S <= instant < self.expires + SKEW_S

    def check_time(self, now: int) -> None:
        """PeerError unless the certificate counts at `now`."""
        if not self.lives_at(now):
            raise PeerError("a certificate does not count at this time")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The account key's list of its devices: pairs of device id and H(whole certificate)."""

    account_key: AccountKeyBytes
    epoch: int
    issued: int
    entries: tuple[tuple[DeviceId, bytes], ...]
    whole: bytes

    @classmethod
    def issue(
        cls, account: SigningKey, certs: Iterable[DeviceCert], *, epoch: int, issued: int
    ) -> Self:
        """Sign the list of these certificates, at most 16."""
        entries = {cert.device_id: cert.digest for cert in certs}
        return cls._sign(account, entries, epoch, issued)

    @classmethod
    def _sign(
        cls, account: SigningKey, entries: Mapping[DeviceId, bytes], epoch: int, issued: int
    ) -> Self:
        body = _MANIFEST_HEAD.pack(account.public, epoch, issued) + b"".join(
            _MANIFEST_ENTRY.pack(*entry) for entry in sorted(entries.items())
        )
        return cls.read(sign_statement(StatementType.MANIFEST, body, account))

    def succeeded(self, account: SigningKey, cert: DeviceCert, *, issued: int) -> Self:
        """Sign the next list, of the certificate's epoch, where it takes its device's place."""
        entries = dict(self.entries) | {cert.device_id: cert.digest}
        return self._sign(account, entries, cert.epoch, issued)

    @classmethod
    def parse(cls, whole: bytes) -> Self:
        """Read and verify. PeerError if form or signature is wrong."""
        manifest = cls.read(whole)
        manifest.check_signature()
        return manifest

    @classmethod
    def read(cls, whole: bytes) -> Self:
        """Check the form alone: nobody's word is taken before `check_signature`. PeerError."""
        body = body_of(whole, StatementType.MANIFEST)
        count, odd = divmod(len(body) - _MANIFEST_HEAD.size, _MANIFEST_ENTRY.size)
        if odd or not 0 <= count <= MOST_DEVICES:
            raise PeerError("a manifest has a wrong length")
        account_key, epoch, issued = _MANIFEST_HEAD.unpack_from(body)
        entries = tuple(_MANIFEST_ENTRY.iter_unpack(body[_MANIFEST_HEAD.size :]))
        if any(one[0] >= following[0] for one, following in pairwise(entries)):
            raise PeerError("a manifest is not in order")
        return cls(AccountKeyBytes(account_key), epoch, issued, entries, whole)

    def check_signature(self) -> None:
        """Verify the account key's signature. PeerError."""
        check_signature(self.whole, self.account_key)

    def lists(self, cert: DeviceCert) -> bool:
        """Whether this very certificate is on the list."""
        return (cert.device_id, cert.digest) in self.entries


def unproven_body(
    account: AccountKeyBytes,
    keys: tuple[bytes, bytes],
    *,
    issued: int,
    expires: int,
    epoch: int,
    flags: CertFlags,
) -> bytes:
    """Return the first 117 bytes of a certificate's body; `keys` are DKs and DKd, 32 bytes each."""
    return _CERT_UNPROVEN.pack(account, *keys, issued, expires, epoch, flags)


def check_unproven(unproven: bytes) -> None:
    """PeerError unless flags and lifetime are such as a certificate may have."""
    _, _, _, issued, expires, _, flags = _CERT_UNPROVEN.unpack(unproven)
    if flags & ~_KNOWN_FLAGS:
        raise PeerError("a certificate has an unknown flag")
    if not issued < expires <= issued + CERT_LIFE_S:
        raise PeerError("a certificate has a wrong lifetime")


def check_possession(signing_key: bytes, unproven: bytes, proof: bytes) -> None:
    """PeerError unless the holder of `signing_key` (DKs) made this PoP, 64 bytes."""
    verify_signature(signing_key, _POSSESSION + unproven, proof)


def prove_possession(device: DeviceKeys, unproven: bytes) -> bytes:
    """Return PoP, 64 bytes, of the first 117 bytes of a certificate's body."""
    return device.signing.sign(_POSSESSION + unproven)


def login_signature(device: SigningKey, host: str, challenge: bytes) -> bytes:
    """Sign a server's challenge (41 bytes) for that host alone: 64 bytes."""
    return device.sign(_login_text(host, challenge))


def check_login(cert: DeviceCert, host: str, challenge: bytes, signature: bytes) -> None:
    """PeerError unless the certificate's device signed the challenge for this host."""
    verify_signature(cert.signing_key, _login_text(host, challenge), signature)


def _login_text(host: str, challenge: bytes) -> bytes:
    return _LOGIN + sha256(host.encode()) + challenge
