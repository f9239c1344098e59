"""Pre-key bundles (statement 04): a device's short-lived keys, advertised while it is online."""

from dataclasses import dataclass
from struct import Struct
from typing import Self

from whisp_desktop.protocol.certificates import SKEW_S, DeviceCert
from whisp_desktop.protocol.errors import PeerError, UnknownVersionError
from whisp_desktop.protocol.keys import (
    AgreementKey,
    BundleId,
    DeviceId,
    DeviceKeys,
    KemKey,
    Random,
    Secret,
)
from whisp_desktop.protocol.statements import (
    StatementType,
    body_of,
    check_signature,
    sign_statement,
)

BUNDLE_LIFE_S = 300
SUITE = 0x0001

_BUNDLE = Struct(">16s8s32s1184sQQH")


@dataclass(frozen=True, slots=True)
class Bundle:
    """The public half: X25519 `spk` (32 bytes), ML-KEM-768 `ek` (1184), times in Unix seconds."""

    device_id: DeviceId
    bundle_id: BundleId
    spk: bytes
    ek: bytes
    starts: int
    expires: int
    suite: int
    whole: bytes

    @classmethod
    def parse(cls, whole: bytes, cert: DeviceCert) -> Self:
        """Read and verify under the device's certificate. PeerError if anything is wrong."""
        bundle = cls.read(whole)
        if bundle.device_id != cert.device_id:
            raise PeerError("a bundle is of another device than the certificate")
        check_signature(whole, cert.signing_key)
        return bundle

    @classmethod
    def read(cls, whole: bytes) -> Self:
        """Check the form alone: nobody has vouched for it yet. PeerError."""
        body = body_of(whole, StatementType.BUNDLE)
        if len(body) != _BUNDLE.size:
            raise PeerError("a bundle has a wrong length")
        device_id, bundle_id, spk, ek, starts, expires, suite = _BUNDLE.unpack(body)
        if suite != SUITE:
            raise UnknownVersionError("a bundle's suite", suite, SUITE)
        if not starts < expires <= starts + BUNDLE_LIFE_S:
            raise PeerError("a bundle has a wrong lifetime")
        return cls(DeviceId(device_id), BundleId(bundle_id), spk, ek, starts, expires, suite, whole)

    def check_time(self, now: int) -> None:
        """PeerError unless the bundle counts at `now`, give or take SKEW."""
        if not self.starts - SKEW_S <= now < self.expires + SKEW_S:
            raise PeerError("a bundle does not count at this time")


@dataclass(frozen=True, slots=True)
class PrivateBundle:
    """A bundle with its private halves; `close()` forgets them."""

    bundle: Bundle
    spk: AgreementKey
    ek: KemKey

    @classmethod
    def make(cls, device: DeviceKeys, now: int, random: Random) -> Self:
        """Make a new bundle that counts for 300 s from `now` on."""
        bundle_id = random(8)
        spk = AgreementKey(Secret(random(32)))
        ek = KemKey(Secret(random(64)))
        body = _BUNDLE.pack(
            device.device_id, bundle_id, spk.public, ek.public, now, now + BUNDLE_LIFE_S, SUITE
        )
        whole = sign_statement(StatementType.BUNDLE, body, device.signing)
        return cls(Bundle.read(whole), spk, ek)

    def close(self) -> None:
        """Forget the private halves."""
        self.spk.close()
        self.ek.close()
