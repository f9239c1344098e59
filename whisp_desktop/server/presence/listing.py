"""The public list: who asked to be on it, for a day after the last PUBLISH that said so. Pure.

Instants are monotonic seconds.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import Final

from whisp_desktop.protocol.server_messages import ByName

LISTED_LIFE_S: Final = 24 * 3600


class Listing:
    """The names of accounts that last published `LISTED`, in order."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._accounts: dict[bytes, str] = {}
        self._of_name: dict[str, bytes] = {}
        self._until: dict[bytes, float] = {}

    def publish(self, account: bytes, name: str, by_name: ByName, now: float) -> None:
        """Take an account on the list, off it, or leave it as it is."""
        if by_name is ByName.EXACT_NAME:
            self.forget(account)
        elif by_name is ByName.LISTED:
            self.rename(account, name)
            if account not in self._accounts:
                self._add(account, name)
            self._until[account] = now + LISTED_LIFE_S

    def rename(self, account: bytes, name: str) -> None:
        """List an account that is listed under another name."""
        if account in self._accounts and self._accounts[account] != name:
            self._remove(account)
            self._add(account, name)

    def forget(self, account: bytes) -> None:
        """Take an account off the list."""
        if account in self._accounts:
            self._remove(account)
            del self._until[account]

    def beginning_with(self, prefix: str, now: float) -> Iterator[tuple[str, bytes]]:
        """Return names and their accounts, in the order of the names."""
        for place in range(bisect_left(self._names, prefix), len(self._names)):
            name = self._names[place]
            if not name.startswith(prefix):
                return
            account = self._of_name[name]
            if self._until[account] > now:
                yield name, account

    def expire(self, now: float) -> None:
        """Forget whoever has not published for a day."""
        for account in [each for each, until in self._until.items() if until <= now]:
            self.forget(account)

    def _add(self, account: bytes, name: str) -> None:
        former = self._of_name.get(name)
        if former is not None:
            self.forget(former)
        insort(self._names, name)
        self._accounts[account] = name
        self._of_name[name] = account

    def _remove(self, account: bytes) -> None:
        name = self._accounts.pop(account)
        del self._of_name[name]
        del self._names[bisect_left(self._names, name)]
