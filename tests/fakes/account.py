"""An account that signs what a test wants, right or wrong."""

import secrets
from collections.abc import Callable, Iterable
from typing import TypeVar

from whisp_desktop.protocol.certificates import CERT_LIFE_S, CertFlags, DeviceCert, Manifest, day
from whisp_desktop.protocol.keys import AccountKeyBytes, DeviceKeys, SigningKey
from whisp_desktop.protocol.revocation import NOBODY, Reason, Revocation, RevocationKind

NOW = 1_800_000_000
ISSUED = day(NOW)
Made = TypeVar("Made")


def one_below_and_one_above(
    limit: bytes, make: Callable[[], Made], key: Callable[[Made], bytes]
) -> tuple[Made, Made]:
    """Make until there is one of each: what is unequal must be refused in both directions."""
    below = next(made for made in iter(make, None) if key(made) < limit)
    above = next(made for made in iter(make, None) if key(made) > limit)
    return below, above


class Account:
    """An account key, and the device keys that it has certified."""

    def __init__(self) -> None:
        self.signing = SigningKey.generate(secrets.token_bytes)
        self.key = AccountKeyBytes(self.signing.public)
        self._devices: dict[bytes, DeviceKeys] = {}

    def cert(
        self,
        device: DeviceKeys | None = None,
        *,
        epoch: int = 1,
        flags: CertFlags = CertFlags.CAN_REVOKE,
        issued: int = ISSUED,
        life_s: int = CERT_LIFE_S,
    ) -> DeviceCert:
        """Certify a device, by default a new one."""
        keys = device or DeviceKeys.generate(secrets.token_bytes)
        self._devices[keys.device_id] = keys
        return DeviceCert.issue(
            self.signing, keys, issued=issued, expires=issued + life_s, epoch=epoch, flags=flags
        )

    def device(self, cert: DeviceCert) -> DeviceKeys:
        """Return the keys that a certificate is about."""
        return self._devices[cert.device_id]

    def manifest(self, certs: Iterable[DeviceCert], *, epoch: int = 1) -> Manifest:
        """Sign a list of devices."""
        return Manifest.issue(self.signing, certs, epoch=epoch, issued=ISSUED)

    def revoke(
        self,
        target: DeviceCert,
        kind: RevocationKind = RevocationKind.DEVICE,
        *,
        by: DeviceCert | None = None,
        issued: int = NOW,
    ) -> Revocation:
        """Revoke a device, with the account key or as another device."""
        return Revocation.issue(
            self.signing if by is None else self.device(by).signing,
            kind=kind,
            target=target.device_id,
            issued=issued,
            reason=Reason.LOST,
            signer_cert=by,
        )

    def end(self) -> Revocation:
        """Delete the account."""
        return Revocation.issue(
            self.signing,
            kind=RevocationKind.ACCOUNT,
            target=NOBODY,
            issued=NOW,
            reason=Reason.NONE,
        )
