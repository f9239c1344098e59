"""Presence on one machine: dictionaries."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import islice
from typing import TypeVar

from whisp_desktop.protocol.keys import DeviceId
from whisp_desktop.protocol.server_messages import ByName, SeenState
from whisp_desktop.server.limits import MOST_SPENT_SALTS
from whisp_desktop.server.presence.base import (
    Announced,
    CrowdedError,
    Pool,
    RendezvousId,
    Stocked,
)
from whisp_desktop.server.presence.listing import Listing

POOL_SIZE = 2
_SWEEP_EVERY_S = 30

Key = TypeVar("Key")


@dataclass(slots=True)
class _Present:
    """One device that is here."""

    account: bytes
    name: str
    by_name: ByName = ByName.NOBODY
    stock: tuple[deque[Stocked], deque[Stocked]] | None = None
    announced: dict[RendezvousId, Announced] = field(default_factory=dict)


class MemoryPresence:
    """Implements `Presence` for a single node: nothing here ever waits."""

    def __init__(self, most_spent_salts: int = MOST_SPENT_SALTS) -> None:
        self._most_spent_salts = most_spent_salts
        self._spent: dict[bytes, int] = {}
        self._devices: dict[DeviceId, _Present] = {}
        self._by_account: dict[bytes, dict[DeviceId, None]] = {}
        self._by_name: dict[str, dict[DeviceId, None]] = {}
        self._ids: dict[RendezvousId, DeviceId] = {}
        self._listing = Listing()
        self._sweep_at = 0.0
        self._ends: list[tuple[float, RendezvousId]] = []

    async def spend(self, salt: bytes, expires: int, now: int) -> bool:
        """Spend a challenge (Unix seconds); False if it was spent. CrowdedError when full."""
        if salt in self._spent:
            return False
        if len(self._spent) >= self._most_spent_salts:
            self._forget_spent(now)
            if len(self._spent) >= self._most_spent_salts:
                raise CrowdedError
        self._spent[salt] = expires
        return True

    def _forget_spent(self, unix_now: int) -> None:
        self._spent = {salt: at for salt, at in self._spent.items() if at > unix_now}

    async def arrive(self, device: DeviceId, account: bytes, name: str) -> None:
        """Take in a device with a new socket, which begins empty."""
        self._devices[device] = _Present(account, name)
        _add(self._by_account, account, device)
        _add(self._by_name, name, device)

    async def leave(self, device: DeviceId) -> list[Announced]:
        """Forget a device; return what it announced."""
        present = self._devices.pop(device, None)
        if present is None:
            return []
        _remove(self._by_account, present.account, device)
        _remove(self._by_name, present.name, device)
        return self._forget_ids(present, present.announced)

    async def rename(self, account: bytes, name: str) -> None:
        """Find the devices of an account under another name from now on."""
        for device in self._by_account.get(account, ()):
            present = self._devices[device]
            _remove(self._by_name, present.name, device)
            present.name = name
            _add(self._by_name, name, device)
        self._listing.rename(account, name)

    async def show(self, device: DeviceId, by_name: ByName, now: float) -> None:
        """Say who finds a device by name, and whether its account is on the public list."""
        present = self._devices[device]
        present.by_name = by_name
        self._listing.publish(present.account, present.name, by_name, now)

    async def unlist(self, account: bytes) -> None:
        """Take an account off the public list."""
        self._listing.forget(account)

    async def listed(self, prefix: str, now: float, most: int) -> Sequence[tuple[str, bool]]:
        """Return the first names of the public list, and who of them is online and shows it."""
        found = islice(self._listing.beginning_with(prefix, now), most)
        return [(name, self._shows_itself(account)) for name, account in found]

    def _shows_itself(self, account: bytes) -> bool:
        devices = self._by_account.get(account, ())
        return any(self._devices[each].by_name is ByName.LISTED for each in devices)

    async def stock(self, device: DeviceId, pool: Pool, bundles: Sequence[Stocked]) -> None:
        """Add bundles to a pool of two; the oldest make room."""
        present = self._devices[device]
        if present.stock is None:
            present.stock = (deque(maxlen=POOL_SIZE), deque(maxlen=POOL_SIZE))
        present.stock[pool].extend(bundles)

    async def hand_out(self, device: DeviceId, pool: Pool, now: int) -> Stocked | None:
        """Take the oldest bundle that is still valid (Unix seconds) out of a pool."""
        present = self._devices.get(device)
        stock = present.stock[pool] if present is not None and present.stock is not None else ()
        while stock:
            bundle = stock.popleft()
            if bundle.until > now:
                return bundle
        return None

    async def account_named(self, name: str) -> bytes | None:
        """Return the account of the connected devices that have this name."""
        device = next(iter(self._by_name.get(name, ())), None)
        return None if device is None else self._devices[device].account

    async def found_by_name(self, name: str) -> Sequence[DeviceId]:
        """Return the devices that show themselves under a name, the newest socket first."""
        devices = reversed(self._by_name.get(name, {}))
        return [each for each in devices if self._devices[each].by_name is not ByName.NOBODY]

    async def announcing(self, account: bytes) -> Sequence[DeviceId]:
        """Return the devices of an account that announce at least one id, the newest first."""
        devices = reversed(self._by_account.get(account, {}))
        return [each for each in devices if self._devices[each].announced]

    async def announce(
        self, device: DeviceId, ids: Sequence[Announced], now: float
    ) -> list[Announced]:
        """Replace what a device announces; return what changed for those who watch."""
        changes = self._forget_run_out(now)
        present = self._devices[device]
        former = present.announced
        wanted = {each.id: each for each in ids if self._ids.get(each.id, device) == device}
        changes += self._forget_ids(present, [id_ for id_ in former if id_ not in wanted])
        for id_, announced in wanted.items():
            if id_ not in former or former[id_].state is not announced.state:
                changes.append(announced)
            self._ids[id_] = device
            heappush(self._ends, (announced.until, id_))
        present.announced = wanted
        return changes

    async def seen(self, id_: RendezvousId, now: float) -> SeenState:
        """Return what an id shows now."""
        device = await self.behind(id_, now)
        return SeenState.GONE if device is None else self._devices[device].announced[id_].state

    async def behind(self, id_: RendezvousId, now: float) -> DeviceId | None:
        """Return the device that announces an id now."""
        device = self._ids.get(id_)
        if device is None or self._devices[device].announced[id_].until <= now:
            return None
        return device

    async def expire(self, now: float, unix_now: int) -> list[Announced]:
        """Drop what has run out; return the ids among it, as gone."""
        if now >= self._sweep_at:
            self._sweep_at = now + _SWEEP_EVERY_S
            self._forget_spent(unix_now)
            self._listing.expire(now)
        return self._forget_run_out(now)

    def _forget_run_out(self, now: float) -> list[Announced]:
        gone: list[Announced] = []
        while self._ends and self._ends[0][0] <= now:
            _, id_ = heappop(self._ends)
            device = self._ids.get(id_)
            if device is not None and self._devices[device].announced[id_].until <= now:
                gone += self._forget_ids(self._devices[device], [id_])
        return gone

    def _forget_ids(self, present: _Present, ids: Iterable[RendezvousId]) -> list[Announced]:
        gone = [replace(present.announced[id_], state=SeenState.GONE) for id_ in ids]
        for announced in gone:
            del self._ids[announced.id], present.announced[announced.id]
        return gone


def _add(index: dict[Key, dict[DeviceId, None]], key: Key, device: DeviceId) -> None:
    index.setdefault(key, {})[device] = None


def _remove(index: dict[Key, dict[DeviceId, None]], key: Key, device: DeviceId) -> None:
    devices = index[key]
    del devices[device]
    if not devices:
        del index[key]
