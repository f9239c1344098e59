"""Short-lived credentials of a TURN relay (coturn's `use-auth-secret`)."""

import hmac
from base64 import b64encode
from typing import Any, Final

from whisp_desktop.protocol.keys import Random
from whisp_desktop.server.base64url import encode_base64url
from whisp_desktop.server.settings import Settings

LIFE_S: Final = 600
_ID_SIZE: Final = 16


def turn_credentials(settings: Settings, now: int, random: Random) -> dict[str, Any]:
    """Return `urls`, `username`, `credential` and `ttl`; without a relay the first are empty."""
    if not settings.turn_urls:
        return {"urls": (), "username": "", "credential": "", "ttl": LIFE_S}
    username = f"{now + LIFE_S}:{encode_base64url(random(_ID_SIZE))}"
    secret = settings.turn_secret.get_secret_value().encode()
    credential = b64encode(hmac.digest(secret, username.encode(), "sha1")).decode()
    return {
        "urls": settings.turn_urls,
        "username": username,
        "credential": credential,
        "ttl": LIFE_S,
    }
