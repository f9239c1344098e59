"""Bundles that were handed out, and the knocks on them. Pure; instants are monotonic seconds."""

from dataclasses import dataclass
from typing import Final, NamedTuple, NewType, TypeVar

from whisp_desktop.protocol.keys import BundleId, DeviceId, Random
from whisp_desktop.protocol.server_messages import How
from whisp_desktop.server.limits import Buckets, Limit
from whisp_desktop.server.presence.base import Pool

HANDED_OUT_LIFE_S: Final = 60
WORK_LIFE_S: Final = 10
KNOCK_LIFE_S: Final = 120

KnockName = NewType("KnockName", bytes)
"""16 random bytes that name one knock between the server and the device that was asked."""

Key = TypeVar("Key")
Entry = TypeVar("Entry")


class _HandedOut(NamedTuple):
    """A bundle on its way: whose it is, for whom it was taken, and when."""

    owner: DeviceId
    account: bytes
    pool: Pool
    at: float


@dataclass(slots=True)
class _Knock:
    """A request that was put before a device."""

    asker: DeviceId
    owner: DeviceId
    bundle_id: BundleId
    at: float
    answered: bool = False


class Knocks:
    """Who may knock where, who did, and who has answered."""

    def __init__(self, buckets: Buckets, random: Random) -> None:
        self._buckets = buckets
        self._random = random
        self._handed_out: dict[tuple[DeviceId, BundleId], _HandedOut] = {}
        self._admitted: dict[tuple[DeviceId, bytes], float] = {}
        self._knocks: dict[KnockName, _Knock] = {}
        self._asked: dict[tuple[DeviceId, BundleId], KnockName] = {}

    def hand_out(
        self,
        asker: DeviceId,
        bundle_id: BundleId,
        *,
        owner: DeviceId,
        account: bytes,
        pool: Pool,
        now: float,
    ) -> bool:
        """Let this asker, and nobody else, knock once; False if it holds one of that id."""
        if (asker, bundle_id) in self._handed_out:
            return False
        self._handed_out[asker, bundle_id] = _HandedOut(owner, account, pool, now)
        return True

    def admit(
        self, asker: DeviceId, bundle_id: BundleId, *, has_work: bool, now: float
    ) -> tuple[DeviceId, How] | None:
        """Return whom a knock goes to, and how he was found; None drops it silently."""
        given = self._handed_out.pop((asker, bundle_id), None)
        if given is None or now - given.at > HANDED_OUT_LIFE_S:
            return None
        if given.pool is Pool.CONTACTS:
            return given.owner, How.CONTACT
        if has_work and self._buckets.take(Limit.STRANGERS_AT_ACCOUNT, given.account, now) == 0:
            self._admitted.pop((asker, given.account), None)
            self._admitted[asker, given.account] = now + WORK_LIFE_S
            return given.owner, How.NAME
        if has_work or self._admitted.get((asker, given.account), now) <= now:
            return None
        return given.owner, How.NAME

    def put(self, asker: DeviceId, owner: DeviceId, bundle_id: BundleId, now: float) -> KnockName:
        """Name a knock that goes before its owner now."""
        name = KnockName(self._random(16))
        self._knocks[name] = _Knock(asker, owner, bundle_id, now)
        self._asked[asker, bundle_id] = name
        return name

    def answer(
        self, owner: DeviceId, name: KnockName, now: float
    ) -> tuple[DeviceId, BundleId] | None:
        """Return who asked and for which bundle, to the first answer only."""
        knock = self._knocks.get(name)
        if knock is None or knock.answered or knock.owner != owner:
            return None
        if now - knock.at > KNOCK_LIFE_S:
            return None
        knock.answered = True
        return knock.asker, knock.bundle_id

    def withdraw(self, asker: DeviceId, bundle_id: BundleId) -> tuple[DeviceId, KnockName] | None:
        """Take a knock back; return who is to be told, once."""
        name = self._asked.pop((asker, bundle_id), None)
        return None if name is None else (self._knocks.pop(name).owner, name)

    def expire(self, now: float) -> None:
        """Forget what has run out; every table is in the order in which it does."""
        while (oldest := _oldest(self._handed_out)) and now - oldest[1].at > HANDED_OUT_LIFE_S:
            del self._handed_out[oldest[0]]
        while (work := _oldest(self._admitted)) and work[1] <= now:
            del self._admitted[work[0]]
        while (knock := _oldest(self._knocks)) and now - knock[1].at > KNOCK_LIFE_S:
            del self._knocks[knock[0]]
            if self._asked.get((knock[1].asker, knock[1].bundle_id)) == knock[0]:
                del self._asked[knock[1].asker, knock[1].bundle_id]


def _oldest(table: dict[Key, Entry]) -> tuple[Key, Entry] | None:
    return next(iter(table.items()), None)
