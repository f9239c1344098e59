"""A server that lies about accounts: `python -m tests.threats.lying_directory hides`.

It is the real one, save for what it says of people. `hides`: it takes revocations with thanks and
keeps none. `goes_back`: it shows every account as it was before its devices changed, and goes on
to serve the devices of then. `swaps`: it gives the name `alice` to the account of `mallory`.
"""

import sys
from collections.abc import Container, Sequence

from whisp_desktop.protocol.certificates import DeviceCert, Manifest
from whisp_desktop.protocol.keys import AccountKeyBytes, DeviceId
from whisp_desktop.protocol.revocation import Revocation
from whisp_desktop.server import node, running
from whisp_desktop.server.closing import CloseCode
from whisp_desktop.server.database import Database
from whisp_desktop.server.directory import Directory
from whisp_desktop.server.main import main
from whisp_desktop.server.presence.base import RendezvousId
from whisp_desktop.server.records import Account, Registered
from whisp_desktop.server.seats import Seat
from whisp_desktop.server.switchboard import Switchboard


class HidingDirectory(Directory):
    """Knows of no revocation."""

    async def revoke(
        self, _account_key: AccountKeyBytes, _new: Sequence[Revocation]
    ) -> frozenset[DeviceId] | None:
        """Say that it is no news."""
        return None


class BackwardDirectory(Directory):
    """Says what was true once."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._old: dict[bytes, tuple[Account, dict[DeviceId, bytes]]] = {}

    async def put_device(self, cert: DeviceCert, manifest: Manifest) -> tuple[str, bool]:
        """Keep the account as it was, too."""
        old = await super().standing(cert.account_key)
        if old is not None:
            self._old.setdefault(cert.account_key, old)
        return await super().put_device(cert, manifest)

    async def standing(self, account_key: bytes) -> tuple[Account, dict[DeviceId, bytes]] | None:
        """Return the oldest list that there was."""
        return self._old.get(account_key) or await super().standing(account_key)

    async def device(self, device_id: bytes) -> Registered | None:
        """Know a device that was left out, too."""
        device = DeviceId(device_id)
        for account, certs in self._old.values():
            if device in certs:
                return Registered(device, account.account_key, account.username, certs[device])
        return await super().device(device_id)


class LoyalSwitchboard(Switchboard):
    """Parts from nobody."""

    async def expel(self, account: bytes, keep: Container[DeviceId], code: CloseCode) -> None:
        """Let them stay."""


class SwappingSwitchboard(Switchboard):
    """Takes one person for another."""

    async def sit_down(self, seat: Seat) -> None:
        """Present one under the other's name."""
        await super().sit_down(seat)
        if seat.name == "mallory":
            seat.name = "alice"

    async def named(self, asker: Seat, name: str) -> Sequence[DeviceId]:
        """Find one for the other."""
        return await super().named(asker, "mallory" if name == "alice" else name)

    async def identified(self, asker: Seat, _id: RendezvousId, _now: float) -> Sequence[DeviceId]:
        """Find her, whomever one has met."""
        return await self.named(asker, "alice")


if __name__ == "__main__":
    match sys.argv[1]:
        case "hides":
            running.Directory = HidingDirectory  # type: ignore[misc]  # the lie
        case "goes_back":
            running.Directory = BackwardDirectory  # type: ignore[misc]  # the lie
            node.Switchboard = LoyalSwitchboard  # type: ignore[misc]  # the lie
        case "swaps":
            node.Switchboard = SwappingSwitchboard  # type: ignore[misc]  # the lie
    sys.exit(main([]))
