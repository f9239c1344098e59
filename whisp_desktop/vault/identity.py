"""The private halves that a key store keeps."""

from dataclasses import dataclass
from typing import Self

from whisp_desktop.protocol.keys import Secret

_KEY_BYTES = 32
_VERSION = b"\x01"
_NO_SEED = bytes(_KEY_BYTES)


@dataclass(frozen=True, slots=True)
class Identity:
    """The seeds of AK and DKs (Ed25519) and the private half of DKd (X25519), 32 bytes each.

    `account_seed` is None on a device that does not hold the account key.
    """

    account_seed: Secret | None
    signing_seed: Secret
    agreement_private: Secret

    def close(self) -> None:
        """Overwrite all of them."""
        for key in (self.account_seed, self.signing_seed, self.agreement_private):
            if key is not None:
                key.close()


@dataclass(frozen=True, slots=True)
class KeptKeys:
    """All that a key store holds: the identity, and the key of this profile's sealed file."""

    identity: Identity
    file_key: Secret

    def encode(self) -> Secret:
        """Return `version u8 | AK seed 32, or zeros | DKs seed 32 | DKd 32 | file key 32`."""
        identity = self.identity
        keys = (identity.signing_seed, identity.agreement_private, self.file_key)
        whole = bytearray(_VERSION)
        whole += identity.account_seed.data if identity.account_seed else _NO_SEED
        for key in keys:
            whole += key.data
        secret = Secret(whole)
        whole[:] = bytes(len(whole))
        return secret

    @classmethod
    def decode(cls, whole: Secret) -> Self:
        """Read what `encode` wrote. ValueError if it is anything else."""
        data = whole.data
        if data[:1] != _VERSION or len(data) != 1 + 4 * _KEY_BYTES:
            raise ValueError("not the keys of a profile")
        starts = range(1, len(data), _KEY_BYTES)
        seed, signing, agreement, file_key = (
            Secret(memoryview(data)[start : start + _KEY_BYTES]) for start in starts
        )
        holds_account_key = seed != Secret(_NO_SEED)
        return cls(Identity(seed if holds_account_key else None, signing, agreement), file_key)

    def close(self) -> None:
        """Overwrite everything."""
        self.identity.close()
        self.file_key.close()
