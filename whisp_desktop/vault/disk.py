"""The few things that the vault asks of a disk, and how a file is replaced so that a crash is safe.

POSIX: files 0600, folders 0700. On Windows they have the access rights of the user's own profile
folder, where Whisp's lies, and a folder cannot be synced: NTFS logs the renaming itself.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from whisp_desktop.protocol.errors import RefusedError

MOST_FILE_BYTES = 64 * 1024 * 1024

_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700
_BINARY = getattr(os, "O_BINARY", 0)


class Disk:
    """The real one. Every method raises OSError when the disk refuses."""

    def make_private_folder(self, folder: Path) -> None:
        """Make the folder, if need be, and let nobody but its owner in."""
        folder.mkdir(parents=True, exist_ok=True, mode=_PRIVATE_FOLDER)
        if os.name == "posix" and folder.stat().st_mode & 0o777 != _PRIVATE_FOLDER:
            folder.chmod(_PRIVATE_FOLDER)

    def read(self, path: Path) -> bytes | None:
        """Return the file's bytes, `MOST_FILE_BYTES` at most, or None if there is no such file."""
        try:
            with path.open("rb") as file:
                return file.read(MOST_FILE_BYTES)
        except FileNotFoundError:
            return None

    def exists(self, path: Path) -> bool:
        """Whether there is such a file or folder."""
        return path.exists()

    def write_new(self, path: Path, data: bytes) -> None:
        """Make a private file that must not exist yet."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY
        with os.fdopen(os.open(path, flags, _PRIVATE_FILE), "wb", buffering=0) as file:
            rest = memoryview(data)
            while rest:
                rest = rest[file.write(rest) :]

    def overwrite(self, path: Path) -> None:
        """Put zeros where the file's bytes were; a disk that writes elsewhere may keep them."""
        with path.open("r+b", buffering=0) as file:
            rest = memoryview(bytes(path.stat().st_size))
            while rest:
                rest = rest[file.write(rest) :]

    def sync(self, path: Path) -> None:
        """Return when the file's bytes are on the disk itself."""
        descriptor = os.open(path, os.O_RDWR | _BINARY)
        try:
            if sys.platform == "darwin":
                import fcntl  # noqa: PLC0415 -- there is none on Windows

                fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            else:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def replace(self, fresh: Path, path: Path) -> None:
        """Give a file another name, in one step; a file that had that name is gone."""
        fresh.replace(path)

    def sync_folder(self, folder: Path) -> None:
        """Return when the folder's names are on the disk itself."""
        if os.name == "posix":
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def remove(self, path: Path) -> None:
        """Remove the file, if there is one."""
        path.unlink(missing_ok=True)


def replace_file(disk: Disk, path: Path, data: bytes) -> None:
    """Write the whole file anew: after a crash at any point it is the old one or the new one.

    RefusedError `not_saved` when the disk refuses; the old file is then still there.
    """
    fresh = path.with_name(f"{path.name}.new")
    try:
        disk.remove(fresh)
        disk.write_new(fresh, data)
        disk.sync(fresh)
        disk.replace(fresh, path)
        disk.sync_folder(path.parent)
    except OSError:
        with suppress(OSError):
            disk.remove(fresh)
        raise _not_saved() from None


def erase_file(disk: Disk, path: Path) -> None:
    """Overwrite a file and remove it, if there is one. RefusedError `not_saved`."""
    try:
        if disk.exists(path):
            disk.overwrite(path)
            disk.sync(path)
            disk.remove(path)
            disk.sync_folder(path.parent)
    except OSError:
        raise _not_saved() from None


def _not_saved() -> RefusedError:
    return RefusedError(
        "not_saved",
        "Whisp could not write to its folder. Free some space, or allow it, and try again.",
    )


@contextmanager
def usable_folder() -> Iterator[None]:
    """Say `profile_unusable` where the disk refuses. RefusedError."""
    try:
        yield
    except OSError:
        raise RefusedError(
            "profile_unusable",
            "Whisp cannot use its profile folder. Allow it to, or choose another folder.",
        ) from None
