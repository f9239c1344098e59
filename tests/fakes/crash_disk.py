"""A disk whose power can fail: what was not synced may be lost, cut off anywhere, or there."""

from pathlib import Path

from whisp_desktop.vault.disk import Disk


class PowerFailure(BaseException):
    """The machine stops here."""


class CrashDisk(Disk):
    """Files and names in memory: as programs see them, and as the disk itself has them.

    The power fails at step `fails_at`; `after_failure` then tells what a new start may find.
    Without it (None) the steps are counted and nothing fails.
    """

    def __init__(self, fails_at: int | None = None) -> None:
        self.steps = 0
        self.fails_at = fails_at
        self._seen: dict[Path, int] = {}
        self._names: dict[Path, int] = {}
        self._written: list[bytes] = []
        self._synced: list[bool] = []

    def put(self, path: Path, data: bytes) -> None:
        """Have a file there from the start."""
        self._seen[path] = self._names[path] = self._new(data, synced=True)

    def after_failure(self) -> "list[CrashDisk]":
        """Return the disks that a new start may find: what was not synced is cut off anywhere."""
        ends = []
        for names in (self._seen, self._names):
            unsynced = {file for file in names.values() if not self._synced[file]}
            longest = max((len(self._written[file]) for file in unsynced), default=0)
            for kept_bytes in range(longest + 1):
                end = CrashDisk()
                for path, file in names.items():
                    data = self._written[file]
                    end.put(path, data[:kept_bytes] if file in unsynced else data)
                ends.append(end)
        return ends

    def make_private_folder(self, folder: Path) -> None:
        pass

    def read(self, path: Path) -> bytes | None:
        file = self._seen.get(path)
        return None if file is None else self._written[file]

    def exists(self, path: Path) -> bool:
        return path in self._seen

    def write_new(self, path: Path, data: bytes) -> None:
        if path in self._seen:
            raise FileExistsError
        file = self._new(b"", synced=False)
        self._seen[path] = file
        self._step()
        self._written[file] = data
        self._step()

    def overwrite(self, path: Path) -> None:
        file = self._seen[path]
        self._step()
        self._written[file] = bytes(len(self._written[file]))
        self._synced[file] = False
        self._step()

    def sync(self, path: Path) -> None:
        self._step()
        self._synced[self._seen[path]] = True

    def replace(self, fresh: Path, path: Path) -> None:
        self._step()
        self._seen[path] = self._seen.pop(fresh)
        self._step()

    def sync_folder(self, folder: Path) -> None:
        self._step()
        elsewhere = {path: file for path, file in self._names.items() if path.parent != folder}
        here = {path: file for path, file in self._seen.items() if path.parent == folder}
        self._names = elsewhere | here

    def remove(self, path: Path) -> None:
        self._step()
        self._seen.pop(path, None)

    def _new(self, data: bytes, *, synced: bool) -> int:
        self._written.append(data)
        self._synced.append(synced)
        return len(self._written) - 1

    def _step(self) -> None:
        if self.steps == self.fails_at:
            raise PowerFailure
        self.steps += 1
