"""Keys: Ed25519, X25519 (RFC 7748) and ML-KEM-768 (FIPS 203), their private halves in `Secret`s."""

import hmac
from collections.abc import Callable
from types import TracebackType
from typing import NewType, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.kdf import BytesLike, label, sha256

Random = Callable[[int], bytes]
"""Returns that many bytes that nobody can predict."""

AccountKeyBytes = NewType("AccountKeyBytes", bytes)
"""The public account key AK, 32 bytes."""

DeviceId = NewType("DeviceId", bytes)
"""16 bytes: a hash of a device's two public keys."""

BundleId = NewType("BundleId", bytes)
"""8 bytes: names one bundle of a device."""

_DEVICE_ID = label("devid")


class Secret:
    """Bytes that are overwritten when their owner closes them."""

    __slots__ = ("_data",)
    __hash__ = None  # type: ignore[assignment]  # a hash would tell of the bytes

    def __init__(self, data: BytesLike) -> None:
        self._data: bytearray | None = bytearray(data)

    @property
    def data(self) -> bytearray:
        """The live bytes, not a copy. ValueError when closed."""
        if self._data is None:
            raise ValueError("the secret is closed")
        return self._data

    @property
    def closed(self) -> bool:
        """Whether the bytes are gone."""
        return self._data is None

    def close(self) -> None:
        """Overwrite the bytes with zeros; closing twice does nothing."""
        data, self._data = self._data, None
        if data is not None:
            data[:] = bytes(len(data))

    def __len__(self) -> int:
        return len(self.data)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.data, other.data)

    def __repr__(self) -> str:
        return "Secret(…)"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


Encapsulate = Callable[[bytes], tuple[bytes, Secret]]
"""Takes ek (1184 bytes); returns ct (1088 bytes) and ss (32 bytes)."""


class SigningKey:
    """An Ed25519 key pair (RFC 8032); owns its 32-byte seed."""

    __slots__ = ("_key", "public", "seed")

    def __init__(self, seed: Secret) -> None:
        self.seed = seed
        self._key: Ed25519PrivateKey | None = Ed25519PrivateKey.from_private_bytes(seed.data)
        self.public = self._key.public_key().public_bytes_raw()

    @classmethod
    def generate(cls, random: Random) -> Self:
        """Make a new key pair."""
        return cls(Secret(random(32)))

    def sign(self, message: BytesLike) -> bytes:
        """Return the signature, 64 bytes. ValueError when closed."""
        if self._key is None:
            raise ValueError("the signing key is closed")
        return self._key.sign(message)

    def close(self) -> None:
        """Forget the private half."""
        self._key = None
        self.seed.close()


def verify_signature(public: bytes, message: bytes, signature: bytes) -> None:
    """Verify Ed25519 as libsodium does: small-order keys and values not reduced are refused.

    PeerError unless the signature (64 bytes) of the message is good under `public` (32 bytes).
    """
    if len(public) != 32 or len(signature) != 64:
        raise PeerError("a signature or its key has a wrong length")
    try:
        crypto_sign_open(signature + message, public)
    except BadSignatureError:
        raise PeerError("a signature is wrong") from None


class AgreementKey:
    """An X25519 key pair (RFC 7748); owns its 32 private bytes."""

    __slots__ = ("_key", "private", "public")

    def __init__(self, private: Secret) -> None:
        self.private = private
        self._key: X25519PrivateKey | None = X25519PrivateKey.from_private_bytes(private.data)
        self.public = self._key.public_key().public_bytes_raw()

    @classmethod
    def generate(cls, random: Random) -> Self:
        """Make a new key pair."""
        return cls(Secret(random(32)))

    def exchange(self, public: bytes) -> Secret:
        """Return DH with the other's key, 32 bytes.

        PeerError if it is all zeros or the key has a wrong length; ValueError when closed.
        """
        if self._key is None:
            raise ValueError("the agreement key is closed")
        try:
            return Secret(self._key.exchange(X25519PublicKey.from_public_bytes(public)))
        except ValueError:
            raise PeerError("an agreement key is wrong") from None

    def close(self) -> None:
        """Forget the private half."""
        self._key = None
        self.private.close()


class KemKey:
    """An ML-KEM-768 key pair (FIPS 203); owns its 64-byte seed d | z."""

    __slots__ = ("_key", "public", "seed")

    def __init__(self, seed: Secret) -> None:
        self.seed = seed
        self._key: MLKEM768PrivateKey | None = MLKEM768PrivateKey.from_seed_bytes(seed.data)
        self.public = self._key.public_key().public_bytes_raw()

    @classmethod
    def generate(cls, random: Random) -> Self:
        """Make a new key pair; its public half (ek) has 1184 bytes."""
        return cls(Secret(random(64)))

    def decapsulate(self, ciphertext: bytes) -> Secret:
        """Return ss, 32 bytes, of a ct of 1088 bytes.

        PeerError on a wrong length; ValueError when closed.
        """
        if self._key is None:
            raise ValueError("the KEM key is closed")
        try:
            return Secret(self._key.decapsulate(ciphertext))
        except ValueError:
            raise PeerError("a KEM ciphertext is wrong") from None

    def close(self) -> None:
        """Forget the private half."""
        self._key = None
        self.seed.close()


def check_kem_public(ek: bytes) -> None:
    """Raise PeerError unless ek passes FIPS 203's input checks: nobody could encapsulate to it."""
    try:
        MLKEM768PublicKey.from_public_bytes(ek)
    except ValueError:
        raise PeerError("a KEM key is wrong") from None


def encapsulate(ek: bytes) -> tuple[bytes, Secret]:
    """Encapsulate to ek (1184 bytes): ct (1088 bytes) and ss (32 bytes). PeerError on a bad ek."""
    try:
        ss, ct = MLKEM768PublicKey.from_public_bytes(ek).encapsulate()
    except ValueError:
        raise PeerError("a KEM key is wrong") from None
    return ct, Secret(ss)


class DeviceKeys:
    """The two long-lived key pairs of one device: DKs signs, DKd agrees."""

    __slots__ = ("agreement", "device_id", "signing")

    def __init__(self, signing: SigningKey, agreement: AgreementKey) -> None:
        self.signing = signing
        self.agreement = agreement
        self.device_id = device_id(signing.public, agreement.public)

    @classmethod
    def generate(cls, random: Random) -> Self:
        """Make the keys of a new device."""
        return cls(SigningKey.generate(random), AgreementKey.generate(random))

    def close(self) -> None:
        """Forget both private halves."""
        self.signing.close()
        self.agreement.close()


def device_id(signing_public: bytes, agreement_public: bytes) -> DeviceId:
    """Return the id of the device with these public keys."""
    return DeviceId(sha256(_DEVICE_ID + signing_public + agreement_public)[:16])
