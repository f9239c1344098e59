"""A file that nobody reads without its key (libsodium's SecretBox: XSalsa20-Poly1305).

    "WHSF" | version u8 = 1 | nonce 24 | SecretBox(len u32 | data | zeros)

The box's plaintext is filled to 4096 · 2^k bytes: a size tells of little more than *some contacts*.
"""

from itertools import count
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.vault.disk import Disk, replace_file

_HEAD = b"WHSF\x01"
_LENGTH_BYTES = 4
_LEAST_BYTES = 4_096
_WAY_OUT = "Put back a copy of it. Or set it aside, and go on without contacts and settings."


class SealedFile:
    """One such file; the key (32 bytes) stays its caller's."""

    def __init__(self, path: Path, key: Secret, disk: Disk) -> None:
        self._path = path
        self._key = key
        self._disk = disk

    def read(self) -> bytes:
        """Return what was written last.

        RefusedError `file_damaged`, `file_lost`: the sentence names the file, which stays as it is.
        """
        whole = self._disk.read(self._path)
        if whole is None:
            raise RefusedError("file_lost", f"The file “{self._path.name}” is missing. {_WAY_OUT}")
        try:
            return _open(self._key, whole)
        except (CryptoError, ValueError):
            say = f"The file “{self._path.name}” is damaged. {_WAY_OUT}"
            raise RefusedError("file_damaged", say) from None

    def write(self, data: bytes) -> None:
        """Replace the file. RefusedError `not_saved`: the old one is still there."""
        replace_file(self._disk, self._path, _seal(self._key, data))

    def set_aside(self) -> str:
        """Rename the file, if there is one, and return its new name, else nothing. OSError."""
        if not self._disk.exists(self._path):
            return ""
        names = (f"{self._path.name}.damaged-{number}" for number in count(1))
        name = next(each for each in names if not self._disk.exists(self._path.with_name(each)))
        self._disk.replace(self._path, self._path.with_name(name))
        self._disk.sync_folder(self._path.parent)
        return name


def _seal(key: Secret, data: bytes) -> bytes:
    used = _LENGTH_BYTES + len(data)
    size_bytes = _LEAST_BYTES
    while size_bytes < used:
        size_bytes *= 2
    text = len(data).to_bytes(_LENGTH_BYTES, "big") + data + bytes(size_bytes - used)
    return _HEAD + SecretBox(bytes(key.data)).encrypt(text)


def _open(key: Secret, whole: bytes) -> bytes:
    if not whole.startswith(_HEAD):
        raise ValueError("not a sealed file")
    text = SecretBox(bytes(key.data)).decrypt(whole[len(_HEAD) :])
    size_bytes = int.from_bytes(text[:_LENGTH_BYTES], "big")
    return text[_LENGTH_BYTES : _LENGTH_BYTES + size_bytes]
