"""Who is connected, and what goes from whom to whom. Pure: no I/O, no clock, no task.

Instants `now` are monotonic seconds, `unix_now` Unix seconds, both given by the caller.
"""

from collections.abc import Container, Iterable, Sequence
from typing import Final, NamedTuple

from whisp_desktop.protocol.keys import BundleId, DeviceId, Random
from whisp_desktop.protocol.server_messages import (
    Answered,
    ByName,
    Ended,
    FoundDevice,
    How,
    Knocked,
    Revoked,
    Seen,
    SeenId,
    SeenState,
    Spent,
    Why,
)
from whisp_desktop.server.closing import CloseCode
from whisp_desktop.server.knocks import KnockName, Knocks
from whisp_desktop.server.limits import Buckets, Limit
from whisp_desktop.server.meetings import Meetings
from whisp_desktop.server.presence.base import (
    Announced,
    Pool,
    Presence,
    RendezvousId,
    Stocked,
)
from whisp_desktop.server.seats import Seat

MOST_FOUND: Final = 4
MOST_LISTED: Final = 20
MOST_SEEN_A_FRAME: Final = 1024


class Asked(NamedTuple):
    """A knock: for which bundle, with which m1, and how the asker came to it."""

    bundle_id: BundleId
    m1: bytes
    how: How


class Switchboard:
    """The sockets of one node, and the knocks between them."""

    def __init__(self, presence: Presence, buckets: Buckets, random: Random) -> None:
        self._presence = presence
        self._buckets = buckets
        self._seats: dict[DeviceId, Seat] = {}
        self._watchers: dict[RendezvousId, set[DeviceId]] = {}
        self._knocks = Knocks(buckets, random)
        self.meetings = Meetings(random)

    def __len__(self) -> int:
        return len(self._seats)

    async def sit_down(self, seat: Seat) -> None:
        """Take in a socket; an older one of the same device is replaced and all it held is gone."""
        older = self._seats.get(seat.device)
        if older is not None:
            older.socket.close(CloseCode.REPLACED)
            await self.stand_up(older)
        self._seats[seat.device] = seat
        if seat.account:
            await self._presence.arrive(seat.device, seat.account, seat.name)

    async def stand_up(self, seat: Seat) -> None:
        """Forget a socket, unless a newer one of the same device has taken its place."""
        if not self._is_here(seat):
            return
        del self._seats[seat.device]
        self._watch_instead(seat, frozenset())
        self.meetings.leave(seat)
        self._tell(await self._presence.leave(seat.device))

    def _is_here(self, seat: Seat) -> bool:
        return self._seats.get(seat.device) is seat

    async def publish(
        self,
        seat: Seat,
        by_name: ByName,
        strangers: Sequence[Stocked],
        contacts: Sequence[Stocked],
        now: float,
    ) -> None:
        """Fill the two pools of a device, and say who finds it by name."""
        if not self._is_here(seat):
            return
        await self._presence.show(seat.device, by_name, now)
        await self._presence.stock(seat.device, Pool.STRANGERS, strangers)
        await self._presence.stock(seat.device, Pool.CONTACTS, contacts)

    async def announce(self, seat: Seat, ids: Sequence[Announced], now: float) -> None:
        """Replace a device's ids and tell whoever watches them."""
        if not self._is_here(seat):
            return
        self._tell(await self._presence.announce(seat.device, ids, now))

    async def watch(self, seat: Seat, ids: Iterable[RendezvousId], now: float) -> None:
        """Replace what a device watches, and show it what is there already."""
        if not self._is_here(seat):
            return
        self._watch_instead(seat, frozenset(ids))
        seen = [SeenId(id_, await self._presence.seen(id_, now)) for id_ in seat.watched]
        self._show(seat, [each for each in seen if each.state is not SeenState.GONE])

    def _watch_instead(self, seat: Seat, ids: frozenset[RendezvousId]) -> None:
        for id_ in seat.watched - ids:
            watchers = self._watchers[id_]
            watchers.discard(seat.device)
            if not watchers:
                del self._watchers[id_]
        for id_ in ids - seat.watched:
            self._watchers.setdefault(id_, set()).add(seat.device)
        seat.watched = ids

    def _tell(self, changes: Iterable[Announced]) -> None:
        """Show changes to those who watch, one frame each."""
        news: dict[DeviceId, list[SeenId]] = {}
        for change in changes:
            for device in self._watchers.get(change.id, ()):
                news.setdefault(device, []).append(SeenId(change.id, change.state))
        for device, seen in news.items():
            self._show(self._seats[device], seen)

    def _show(self, seat: Seat, seen: Sequence[SeenId]) -> None:
        for start in range(0, len(seen), MOST_SEEN_A_FRAME):
            seat.socket.send(Seen(ids=tuple(seen[start : start + MOST_SEEN_A_FRAME])))

    async def named(self, asker: Seat, name: str) -> Sequence[DeviceId]:
        """Return the devices that a stranger finds under a name, in the order to ask them."""
        devices = await self._presence.found_by_name(name)
        return [device for device in devices if device != asker.device]

    async def identified(self, asker: Seat, id_: RendezvousId, now: float) -> Sequence[DeviceId]:
        """Return the device behind a watched id, then its account's others that announce ids."""
        first = await self._presence.behind(id_, now) if id_ in asker.watched else None
        if first is None:
            return []
        announcing = await self._presence.announcing(self._seats[first].account)
        others = [device for device in announcing if device not in {first, asker.device}]
        return [first, *others]

    def account_of(self, device: DeviceId) -> bytes | None:
        """Return the account of a connected device."""
        seat = self._seats.get(device)
        return None if seat is None else seat.account

    def takes_strangers(self, account: bytes, now: float) -> bool:
        """Tell whether an account would get one more stranger's knock now."""
        return not self._buckets.is_empty(Limit.STRANGERS_AT_ACCOUNT, account, now)

    async def hand_out(
        self,
        asker: Seat,
        pool: Pool,
        certs: Iterable[tuple[DeviceId, bytes]],
        now: float,
        unix_now: int,
    ) -> list[FoundDevice]:
        """Take one bundle of each device, four in all, for this asker and nobody else.

        certs -- device and whole certificate, in the order to ask them
        """
        found: list[FoundDevice] = []
        for device, cert in certs:
            owner = self._seats.get(device)
            if len(found) == MOST_FOUND or owner is None:
                continue
            bundle = await self._presence.hand_out(device, pool, unix_now)
            if bundle is None or not self._knocks.hand_out(
                asker.device,
                bundle.bundle_id,
                owner=device,
                account=owner.account,
                pool=pool,
                now=now,
            ):
                continue
            found.append(FoundDevice(cert, bundle.whole))
            owner.socket.send(Spent(bundle_id=bundle.bundle_id))
        return found

    def knock(
        self, asker: Seat, bundle_id: BundleId, m1: bytes, *, has_work: bool, now: float
    ) -> None:
        """Bring m1 to the owner of a bundle that this asker was given; else drop it silently."""
        admitted = self._knocks.admit(asker.device, bundle_id, has_work=has_work, now=now)
        if admitted is not None:
            owner, how = admitted
            self._put_before(asker, owner, Asked(bundle_id, m1, how), now)

    def knock_with_ticket(
        self, asker: Seat, bundle_id: BundleId, m1: bytes, ticket: bytes, now: float
    ) -> None:
        """Bring m1 to whom a ticket leads; a wrong or spent one is dropped silently."""
        owner = self.meetings.doors.use_ticket(ticket, now)
        if owner is not None:
            self._put_before(asker, owner, Asked(bundle_id, m1, How.TICKET), now)

    def _put_before(self, asker: Seat, owner: DeviceId, asked: Asked, now: float) -> None:
        seat = self._seats.get(owner)
        if seat is not None:
            name = self._knocks.put(asker.device, owner, asked.bundle_id, now)
            knocked = Knocked(knock=name, username=asker.name, how=asked.how, m1=asked.m1)
            seat.socket.send(knocked)

    async def behind_door(self, name: str, door: str) -> Seat | None:
        """Return the device of a name that has a door open."""
        account = await self._presence.account_named(name)
        owner = None if account is None else self.meetings.doors.behind(account, door)
        return None if owner is None else self._seats.get(owner)

    def answer(self, owner: Seat, name: KnockName, m2: bytes, now: float) -> None:
        """Bring the first m2 to whoever knocked; drop any other silently."""
        asked = self._knocks.answer(owner.device, name, now)
        if asked is not None and asked[0] in self._seats:
            asker, bundle_id = asked
            self._seats[asker].socket.send(Answered(bundle_id=bundle_id, m2=m2))

    def withdraw(self, asker: Seat, bundle_id: BundleId, why: Why) -> None:
        """Take a knock back and tell the device that was asked."""
        told = self._knocks.withdraw(asker.device, bundle_id)
        if told is not None and told[0] in self._seats:
            owner, name = told
            self._seats[owner].socket.send(Ended(knock=name, why=why))

    async def rename(self, account: bytes, name: str) -> None:
        """Call an account's sockets by another name from now on."""
        for seat in self._of(account):
            seat.name = name
        await self._presence.rename(account, name)

    async def listed(self, prefix: str, now: float) -> Sequence[tuple[str, bool]]:
        """Return the first names of the public list, and who of them is online and shows it."""
        return await self._presence.listed(prefix, now, MOST_LISTED)

    async def unlist(self, account: bytes) -> None:
        """Take an account that is gone off the public list."""
        await self._presence.unlist(account)

    def tell_revoked(self, account: bytes, statements: bytes) -> None:
        """Show revocations to every socket of their account."""
        for seat in self._of(account):
            seat.socket.send(Revoked(statements=statements))

    async def expel(self, account: bytes, keep: Container[DeviceId], code: CloseCode) -> None:
        """Close the sockets of an account's devices, but for those to keep."""
        for seat in self._of(account):
            if seat.device not in keep:
                seat.socket.close(code)
                await self.stand_up(seat)

    def _of(self, account: bytes) -> list[Seat]:
        return [seat for seat in self._seats.values() if seat.account == account]

    async def expire(self, now: float, unix_now: int) -> None:
        """Forget what has run out; tell those who watch."""
        self._tell(await self._presence.expire(now, unix_now))
        self._knocks.expire(now)
        self.meetings.expire(now)
