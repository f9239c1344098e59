"""A keychain in memory; it keeps the contract of the real ones (tests/vault)."""

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret


class MemoryKeychain:
    """`locked` makes every call fail as a locked keychain does; `entries` is what it keeps."""

    def __init__(self, name: str = "Memory") -> None:
        self.name = name
        self.entries: dict[str, bytes] = {}
        self.locked = False

    def read(self, entry: str) -> Secret | None:
        self._check()
        kept = self.entries.get(entry)
        return None if kept is None else Secret(kept)

    def write(self, entry: str, value: Secret) -> None:
        self._check()
        self.entries[entry] = bytes(value.data)

    def delete(self, entry: str) -> None:
        self._check()
        self.entries.pop(entry, None)

    def has_lost(self, entry: str) -> bool:
        return not self.locked and entry not in self.entries

    def _check(self) -> None:
        if self.locked:
            say = f"The keychain ({self.name}) is locked. Unlock it and try again."
            raise RefusedError("keychain_locked", say)
