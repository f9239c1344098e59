"""The words in which a node asks for what all nodes share, whatever keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NewType, Protocol

from whisp_desktop.protocol.keys import BundleId, DeviceId
from whisp_desktop.protocol.server_messages import ByName, SeenState

RendezvousId = NewType("RendezvousId", bytes)
"""16 bytes that a contact can compute for the current ten minutes, and nobody else."""


class Pool(IntEnum):
    """Whom a bundle is for: those who asked by name, or those who know a rendezvous id."""

    STRANGERS = 0
    CONTACTS = 1


@dataclass(frozen=True, slots=True)
class Stocked:
    """A bundle that waits in a pool: its id, until when it counts (Unix seconds), the statement."""

    bundle_id: BundleId
    until: int
    whole: bytes


@dataclass(frozen=True, slots=True)
class Announced:
    """One announced id: until when (monotonic seconds) and what it shows."""

    id: RendezvousId
    until: float
    state: SeenState


class CrowdedError(Exception):
    """A bound on memory is reached."""


class Presence(Protocol):
    """Shared volatile memory; every entry has its expiry, or goes with its device."""

    async def spend(self, salt: bytes, expires: int, now: int) -> bool:
        """Spend a challenge (Unix seconds); False if it was spent. CrowdedError when full."""

    async def arrive(self, device: DeviceId, account: bytes, name: str) -> None:
        """Take in a device with a new socket, which begins empty."""

    async def leave(self, device: DeviceId) -> list[Announced]:
        """Forget a device; return what it announced."""

    async def rename(self, account: bytes, name: str) -> None:
        """Find the devices of an account under another name from now on."""

    async def show(self, device: DeviceId, by_name: ByName, now: float) -> None:
        """Say who finds a device by name, and whether its account is on the public list."""

    async def unlist(self, account: bytes) -> None:
        """Take an account off the public list."""

    async def listed(self, prefix: str, now: float, most: int) -> Sequence[tuple[str, bool]]:
        """Return the first names of the public list, and who of them is online and shows it."""

    async def stock(self, device: DeviceId, pool: Pool, bundles: Sequence[Stocked]) -> None:
        """Add bundles to a pool of two; the oldest make room."""

    async def hand_out(self, device: DeviceId, pool: Pool, now: int) -> Stocked | None:
        """Take the oldest bundle that is still valid (Unix seconds) out of a pool."""

    async def account_named(self, name: str) -> bytes | None:
        """Return the account of the connected devices that have this name."""

    async def found_by_name(self, name: str) -> Sequence[DeviceId]:
        """Return the devices that show themselves under a name, the newest socket first."""

    async def announcing(self, account: bytes) -> Sequence[DeviceId]:
        """Return the devices of an account that announce at least one id, the newest first."""

    async def announce(
        self, device: DeviceId, ids: Sequence[Announced], now: float
    ) -> list[Announced]:
        """Replace what a device announces; return what changed for those who watch."""

    async def seen(self, id_: RendezvousId, now: float) -> SeenState:
        """Return what an id shows now."""

    async def behind(self, id_: RendezvousId, now: float) -> DeviceId | None:
        """Return the device that announces an id now."""

    async def expire(self, now: float, unix_now: int) -> list[Announced]:
        """Drop what has run out; return the ids among it, as gone."""
