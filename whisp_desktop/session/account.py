"""One's own account: its keys, what they have signed, and how a server comes to know it."""

import secrets
from dataclasses import dataclass, replace
from typing import Self

from whisp_desktop.chat.book import OwnAccount
from whisp_desktop.protocol.certificates import (
    CERT_LIFE_S,
    Card,
    CertFlags,
    DeviceCert,
    Manifest,
    day,
)
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import AgreementKey, DeviceKeys, Secret, SigningKey
from whisp_desktop.vault.identity import Identity

RENEW_S = 30 * 24 * 3600
"""A certificate is renewed in its last 30 days."""


def new_identity(account_seed: Secret | None = None) -> Identity:
    """Make the keys of a device; without an account's seed those of a new account too."""
    return Identity(
        account_seed=account_seed or Secret(secrets.token_bytes(32)),
        signing_seed=Secret(secrets.token_bytes(32)),
        agreement_private=Secret(secrets.token_bytes(32)),
    )


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """The private halves, as long as the profile is open.

    `account` is None on a device that does not hold the account key.
    """

    account: SigningKey | None
    device: DeviceKeys

    @classmethod
    def of(cls, identity: Identity) -> Self:
        """Take ownership of an identity's keys."""
        device = DeviceKeys(
            SigningKey(identity.signing_seed), AgreementKey(identity.agreement_private)
        )
        seed = identity.account_seed
        return cls(SigningKey(seed) if seed else None, device)

    @property
    def vouching(self) -> SigningKey:
        """The account key. RefusedError `no_account_key` where this device does not hold it."""
        if self.account is None:
            raise RefusedError(
                "no_account_key",
                "This device does not hold your account key. Use one of your devices that does.",
            )
        return self.account

    def close(self) -> None:
        """Forget all of them."""
        if self.account is not None:
            self.account.close()
        self.device.close()


@dataclass(frozen=True, slots=True)
class Papers:
    """What was signed for the account: this device's certificate, the manifest, the card.

    `revocations`: all that are known of the account, each after its signer's certificate.
    """

    cert: DeviceCert
    manifest: Manifest
    card: Card
    revocations: bytes = b""

    @property
    def news(self) -> bytes:
        """What every peer is told of the account: the manifest, all revocations, the card."""
        return self.manifest.whole + self.revocations + self.card.whole

    @classmethod
    def sign(cls, keys: OwnKeys, username: str, host: str, *, now: int, epoch: int = 1) -> Self:
        """Sign the papers of an account's only device; their dates tell no more than the day."""
        issued = day(now)
        cert = DeviceCert.issue(
            keys.vouching,
            keys.device,
            issued=issued,
            expires=issued + CERT_LIFE_S,
            epoch=epoch,
            flags=CertFlags.CAN_REVOKE | CertFlags.HOLDS_AK,
        )
        manifest = Manifest.issue(keys.vouching, [cert], epoch=epoch, issued=issued)
        card = Card.issue(keys.vouching, issued=issued, username=username, hosts=(host,))
        return cls(cert, manifest, card)

    @classmethod
    def read(cls, account: OwnAccount) -> Self:
        """Read the papers that the sealed book keeps."""
        return cls(
            DeviceCert.parse(account.cert),
            Manifest.parse(account.manifest),
            Card.parse(account.card),
            account.revocations,
        )

    def renewed(self, keys: OwnKeys, now: int) -> Self:
        """Sign this device's next certificate and the manifest that lists it, an epoch higher."""
        issued = day(now)
        cert = DeviceCert.issue(
            keys.vouching,
            keys.device,
            issued=issued,
            expires=issued + CERT_LIFE_S,
            epoch=self.manifest.epoch + 1,
            flags=self.cert.flags,
        )
        return replace(self.with_device(keys, cert, issued), cert=cert)

    def with_device(self, keys: OwnKeys, cert: DeviceCert, issued: int) -> Self:
        """Sign the manifest that lists another device's new certificate too."""
        return replace(self, manifest=self.manifest.succeeded(keys.vouching, cert, issued=issued))

    def is_due(self, now: int) -> bool:
        """Whether the certificate is in its last 30 days."""
        return now >= self.cert.expires - RENEW_S

    def kept(self, server: str, *, registered: bool) -> OwnAccount:
        """Return what the sealed book keeps of them."""
        return OwnAccount(
            username=self.card.username,
            servers=(server,),
            cert=self.cert.whole,
            card=self.card.whole,
            manifest=self.manifest.whole,
            registered=registered,
            revocations=self.revocations,
        )
