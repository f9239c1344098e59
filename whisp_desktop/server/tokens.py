"""Bearer tokens: who holds one speaks as a device, or as a guest, for fifteen minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import jwt

from whisp_desktop.server.base64url import decode_base64url, encode_base64url

LIFE_S: Final = 15 * 60
_ALGORITHM: Final = "HS256"
_AUDIENCE: Final = "whisp.v1"
_ID_SIZE: Final = 16
_CLAIMS: Final = {"iss", "aud", "sub", "scope", "exp"}


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


class Tokens:
    """Signs tokens with the first secret and believes all of them (JWT, RFC 7519; HS256)."""

    def __init__(self, issuer: str, secrets: Sequence[str]) -> None:
        self._issuer = issuer
        self._secrets = tuple(secrets)

    def issue(self, subject: bytes, scope: Scope, now: int) -> str:
        """Return a token that ends `LIFE_S` from `now` (Unix seconds)."""
        claims = {
            "iss": self._issuer,
            "aud": _AUDIENCE,
            "sub": encode_base64url(subject),
            "scope": scope.value,
            "exp": now + LIFE_S,
        }
        return jwt.encode(claims, self._secrets[0], algorithm=_ALGORITHM)

    def read(self, text: str, now: int) -> Bearer | None:
        """Return what a good token says, or None; `now` in Unix seconds."""
        for secret in self._secrets:
            bearer = self._read(text, secret, now)
            if bearer is not None:
                return bearer
        return None

    def _read(self, text: str, secret: str, now: int) -> Bearer | None:
        options: jwt.types.Options = {"verify_exp": False, "require": sorted(_CLAIMS)}
        try:
            claims = jwt.decode(
                text,
                secret,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                issuer=self._issuer,
                options=options,
            )
            subject = decode_base64url(claims["sub"], _ID_SIZE)
            scope = Scope(claims["scope"])
        except (jwt.InvalidTokenError, ValueError):
            return None
        ends = claims["exp"]
        if set(claims) != _CLAIMS or type(ends) is not int or ends <= now:
            return None
        return Bearer(subject, scope, ends)
