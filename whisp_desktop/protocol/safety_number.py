"""The safety number of two accounts: Signal's numeric fingerprint, version 0, of their keys."""

import hashlib

_VERSION = b"\0\0"
_KEY_TYPE = b"\x05"
_ROUNDS = 5200
_GROUPS = 6
_GROUP_BYTES = 5


def safety_number(ak_one: bytes, ak_other: bytes) -> str:
    """Return 60 digits for two account keys (32 bytes each), the same in either order."""
    return "".join(sorted((_half(ak_one), _half(ak_other))))


def _half(account_key: bytes) -> str:
    key = _KEY_TYPE + account_key
    digest = _VERSION + key + account_key
    for _ in range(_ROUNDS):
        digest = hashlib.sha512(digest + key).digest()
    groups = (digest[at : at + _GROUP_BYTES] for at in range(0, _GROUPS * _GROUP_BYTES, 5))
    return "".join(f"{int.from_bytes(group, 'big') % 100_000:05}" for group in groups)
