"""One recovery sheet, made once: it costs a second and 256 MiB, on purpose."""

import secrets
from functools import cache

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from whisp_desktop.protocol.keys import Secret
from whisp_desktop.protocol.recovery import _key, seal_sheet

PASSPHRASE = b"four words on paper"
SALT = b"sixteen bytes 16"


def stretch(passes: int, memory_kib: int, lanes: int, size_bytes: int) -> bytes:
    """Argon2id of the passphrase, by another library than the program's."""
    return Argon2id(
        salt=SALT, length=size_bytes, iterations=passes, lanes=lanes, memory_cost=memory_kib
    ).derive(PASSPHRASE)


class Sheet:
    """A sealed sheet, the seed in it, and the key that sealed it."""

    def __init__(self) -> None:
        self.seed = secrets.token_bytes(32)
        self.whole = seal_sheet(Secret(PASSPHRASE), SALT, Secret(self.seed))
        self.key = bytes(_key(Secret(PASSPHRASE), SALT).data)


@cache
def only_sheet() -> Sheet:
    return Sheet()
