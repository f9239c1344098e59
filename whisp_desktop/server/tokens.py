"""Bearer tokens: who holds one speaks as a device, or as a guest, for fifteen minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

import jwt
import msgspec
from jwt.algorithms import HMACAlgorithm

from whisp_desktop.server.base64url import decode_base64url, encode_base64url

LIFE_S: Final = 15 * 60
_ALGORITHM: Final = "HS256"
_AUDIENCE: Final = "whisp.v1"
_ID_SIZE: Final = 16


class Scope(StrEnum):
    """What a token is good for: all that a device may do, or mailboxes only."""

    DEVICE = "device"
    GUEST = "guest"


@dataclass(frozen=True, slots=True)
class Bearer:
    """What a good token says: whose it is (16 bytes) and when it ends (Unix seconds)."""

    subject: bytes
    scope: Scope
    ends: int


class _Claims(msgspec.Struct, forbid_unknown_fields=True):
    """What a token holds, and nothing else."""

    iss: str
    aud: Literal["whisp.v1"]
    sub: str
    scope: Scope
    exp: int


class _PreparedHmac(HMACAlgorithm):
    """HMAC under secrets that were looked at once: PyJWT would search each for a public key."""

    def prepare_key(self, key: str | bytes) -> bytes:
        return key.encode() if isinstance(key, str) else key


class Tokens:
    """Signs tokens with the first secret and believes all of them (JWT, RFC 7519; HS256)."""

    def __init__(self, issuer: str, secrets: Sequence[str]) -> None:
        self._issuer = issuer
        checked = HMACAlgorithm(HMACAlgorithm.SHA256)
        self._secrets = [checked.prepare_key(secret) for secret in secrets]
        self._jws = jwt.PyJWS(algorithms=())
        self._jws.register_algorithm(_ALGORITHM, _PreparedHmac(HMACAlgorithm.SHA256))
        self._claims = msgspec.json.Decoder(_Claims)

    def issue(self, subject: bytes, scope: Scope, now: int) -> str:
        """Return a token that ends `LIFE_S` from `now` (Unix seconds)."""
        sub = encode_base64url(subject)
        claims = _Claims(iss=self._issuer, aud=_AUDIENCE, sub=sub, scope=scope, exp=now + LIFE_S)
        return self._jws.encode(msgspec.json.encode(claims), self._secrets[0], _ALGORITHM)

    def read(self, text: str, now: int) -> Bearer | None:
        """Return what a good token says, or None; `now` in Unix seconds."""
        for secret in self._secrets:
            bearer = self._read(text, secret, now)
            if bearer is not None:
                return bearer
        return None

    def _read(self, text: str, secret: bytes, now: int) -> Bearer | None:
        try:
            claims = self._claims.decode(self._jws.decode(text, secret, [_ALGORITHM]))
            subject = decode_base64url(claims.sub, _ID_SIZE)
        except (jwt.InvalidTokenError, ValueError):
            return None
        if claims.iss != self._issuer or claims.exp <= now:
            return None
        return Bearer(subject, claims.scope, claims.exp)
