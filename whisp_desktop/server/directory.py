"""The directory: which names, keys and devices there are. It alone touches the disk."""

from collections.abc import Sequence

from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import DeviceCert, Manifest
from whisp_desktop.protocol.keys import AccountKeyBytes, DeviceId
from whisp_desktop.protocol.revocation import Revocation
from whisp_desktop.server import records
from whisp_desktop.server.database import Database
from whisp_desktop.server.records import Account, Registered


class Directory:
    """Accounts and devices in a SQL database; every call is one transaction.

    What is refused is a ProblemError, and nothing has changed then; a database that does not
    answer is a SQLAlchemyError.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    async def open(cls, database_url: str) -> "Directory":
        """Open a database and bring it up to date. RefusedError `database`, `database_newer`."""
        return cls(await Database.open(database_url))

    async def close(self) -> None:
        """Let the database go."""
        await self._database.close()

    async def answers(self) -> None:
        """Make sure that the database is there."""
        await self._database.run(records.read_nothing)

    async def is_free(self, username: str) -> bool:
        """Tell whether nobody has that name."""
        return await self._database.run(records.is_free, username)

    async def device(self, device_id: bytes) -> Registered | None:
        """Return a device that is registered and not revoked."""
        return await self._database.run(records.read_device, device_id)

    async def standing(self, account_key: bytes) -> tuple[Account, dict[DeviceId, bytes]] | None:
        """Return an account and its devices' certificates, by device."""
        return await self._database.run(records.read_standing, account_key)

    async def sign_up(self, card: Card, cert: DeviceCert, manifest: Manifest) -> None:
        """Keep a new account. ProblemError `taken`: its name, key or device is known."""
        await self._database.run(records.sign_up, card, cert, manifest)

    async def put_card(self, card: Card) -> None:
        """Take a newer card and its name. ProblemError `forbidden`, `stale` or `taken`."""
        await self._database.run(records.put_card, card)
        await self._database.forget_log()

    async def put_device(self, cert: DeviceCert, manifest: Manifest) -> tuple[str, bool]:
        """Keep a new device or certificate; devices that the manifest leaves out go.

        Returns the username, and whether the device is new here. ProblemError `forbidden`,
        `stale` or `taken`.
        """
        answer = await self._database.run(records.put_device, cert, manifest)
        await self._database.forget_log()
        return answer

    async def revoke(
        self, account_key: AccountKeyBytes, new: Sequence[Revocation]
    ) -> frozenset[DeviceId] | None:
        """Keep revocations, and drop what they end.

        Returns the devices that are left, or None if there was no news, or no such account.
        ProblemError `forbidden` if 16 are kept and none gives way.
        """
        left = await self._database.run(records.revoke, account_key, new)
        if left is not None:
            await self._database.forget_log()
        return left

    async def forget_dead(self, now: int) -> None:
        """Drop devices 90 days after their cert ran out, and accounts with the last of theirs."""
        if await self._database.run(records.forget_dead, now):
            await self._database.forget_log()
