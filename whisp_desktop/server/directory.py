"""The directory: which names, keys and devices there are. It alone touches the disk."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import DAY_S, DeviceCert, Manifest
from whisp_desktop.protocol.keys import AccountKeyBytes, DeviceId
from whisp_desktop.protocol.revocation import Revocation, RevocationKind
from whisp_desktop.server.database import bring_up_to_date, open_engine
from whisp_desktop.server.problems import Code, ProblemError
from whisp_desktop.server.revocations import freezes, kept_list, target_of
from whisp_desktop.server.schema import accounts, devices, revocations

MOST_SQL_INTEGER = 2**63 - 1
DEAD_AFTER_S = 90 * DAY_S

_CERT_EXPIRES = func.substr(devices.c.cert, 112, 8)
_MANIFEST_ISSUED = func.substr(accounts.c.manifest, 44, 8)


@dataclass(frozen=True, slots=True)
class Account:
    """What is kept of one account; each of `revocations` comes after its signer's cert."""

    account_key: AccountKeyBytes
    username: str
    card_issued: int
    manifest: bytes
    revocations: tuple[bytes, ...]

    @property
    def is_frozen(self) -> bool:
        """Whether nothing new of it counts."""
        return any(map(freezes, self.revocations))

    def has_revoked(self, device_id: DeviceId) -> bool:
        """Whether that device is out for good."""
        return any(target_of(each) == device_id for each in self.revocations)


@dataclass(frozen=True, slots=True)
class Registered:
    """One device, its account's key and name, and its whole certificate."""

    device_id: DeviceId
    account_key: AccountKeyBytes
    username: str
    cert: bytes


class Directory:
    """Accounts and devices in a SQL database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    async def open(cls, database_url: str) -> "Directory":
        """Open a database and bring it up to date. RefusedError `database_newer`."""
        engine = open_engine(database_url)
        await bring_up_to_date(engine)
        return cls(engine)

    async def close(self) -> None:
        """Let the database go."""
        await self._engine.dispose()

    async def answers(self) -> None:
        """Ask the database for nothing; its error comes out if it does not answer."""
        async with self._engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def is_free(self, username: str) -> bool:
        """Tell whether nobody has that name."""
        query = select(accounts.c.ak).where(accounts.c.username == username)
        async with self._engine.connect() as connection:
            return await connection.scalar(query) is None

    async def device(self, device_id: bytes) -> Registered | None:
        """Return a device that is registered and not revoked."""
        query = (
            select(devices.c.ak, accounts.c.username, devices.c.cert)
            .join(accounts, accounts.c.ak == devices.c.ak)
            .where(devices.c.device_id == device_id)
        )
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        return Registered(DeviceId(device_id), AccountKeyBytes(row.ak), row.username, row.cert)

    async def standing(self, account_key: bytes) -> tuple[Account, dict[DeviceId, bytes]] | None:
        """Return an account and its devices' certificates, by device."""
        query = select(devices.c.device_id, devices.c.cert).where(devices.c.ak == account_key)
        async with self._engine.connect() as connection:
            account = await _account(connection, account_key)
            rows = (await connection.execute(query)).all()
        return None if account is None else (account, {DeviceId(row[0]): row[1] for row in rows})

    async def sign_up(self, card: Card, cert: DeviceCert, manifest: Manifest) -> None:
        """Keep a new account. ProblemError `taken`: its name, key or device is known."""
        try:
            async with self._engine.begin() as connection:
                await connection.execute(
                    insert(accounts).values(
                        ak=card.account_key,
                        username=card.username,
                        card_issued=min(card.issued, MOST_SQL_INTEGER),
                        manifest=manifest.whole,
                    )
                )
                await connection.execute(insert(devices).values(_device_row(cert)))
        except IntegrityError:
            raise ProblemError(Code.TAKEN) from None

    async def put_card(self, card: Card) -> None:
        """Take a newer card and its name. ProblemError `forbidden`, `stale` or `taken`."""
        try:
            async with self._engine.begin() as connection:
                account = await _account(connection, card.account_key)
                if account is None or account.is_frozen:
                    raise ProblemError(Code.FORBIDDEN)
                issued = min(card.issued, MOST_SQL_INTEGER)
                if issued // DAY_S < account.card_issued // DAY_S:
                    raise ProblemError(Code.STALE)
                await connection.execute(
                    update(accounts)
                    .where(accounts.c.ak == card.account_key)
                    .values(username=card.username, card_issued=issued)
                )
        except IntegrityError:
            raise ProblemError(Code.TAKEN) from None
        await self._truncate_log()

    async def put_device(self, cert: DeviceCert, manifest: Manifest) -> tuple[str, bool]:
        """Keep a new device or certificate; devices that the manifest leaves out go.

        Returns the username, and whether the device is new here. ProblemError `forbidden`,
        `stale` or `taken`.
        """
        async with self._engine.begin() as connection:
            account = await _account(connection, cert.account_key)
            if account is None or account.is_frozen or account.has_revoked(cert.device_id):
                raise ProblemError(Code.FORBIDDEN)
            epoch = Manifest.read(account.manifest).epoch
            if manifest.epoch <= epoch and manifest.whole != account.manifest:
                raise ProblemError(Code.STALE, epoch=epoch)
            same_device = devices.c.device_id == cert.device_id
            owner = await connection.scalar(select(devices.c.ak).where(same_device))
            if owner is not None and owner != cert.account_key:
                raise ProblemError(Code.TAKEN)
            await _replace_devices(connection, cert, manifest)
        await self._truncate_log()
        return account.username, owner is None

    async def revoke(
        self, account_key: AccountKeyBytes, new: Sequence[Revocation]
    ) -> frozenset[DeviceId] | None:
        """Keep revocations, and drop what they end.

        Returns the devices that are left, or None if there was no news, or no such account.
        ProblemError `forbidden` if 16 are kept and none gives way; nothing has changed then.
        """
        async with self._engine.begin() as connection:
            account = await _account(connection, account_key)
            if account is None:
                return None
            left: frozenset[DeviceId] = frozenset()
            if any(each.kind is RevocationKind.ACCOUNT for each in new):
                await connection.execute(delete(accounts).where(accounts.c.ak == account_key))
            elif await _keep_revocations(connection, account, new):
                own = select(devices.c.device_id).where(devices.c.ak == account_key)
                left = frozenset(map(DeviceId, await connection.scalars(own)))
            else:
                return None
        await self._truncate_log()
        return left

    async def forget_dead(self, now: int) -> None:
        """Drop devices 90 days after their cert ran out, and accounts with the last of theirs."""
        cutoff = (now - DEAD_AFTER_S).to_bytes(8, "big")
        # Of an account whose devices were all revoked no cert is left; none of them can have
        # outlived 90 days after the manifest was made.
        oldest_manifest = (now - 2 * DEAD_AFTER_S).to_bytes(8, "big")
        own = select(devices.c.ak).where(devices.c.ak == accounts.c.ak)
        dead = ~own.where(cutoff <= _CERT_EXPIRES).exists() & (
            own.exists() | (oldest_manifest > _MANIFEST_ISSUED)
        )
        async with self._engine.begin() as connection:
            gone = await connection.execute(delete(accounts).where(dead))
            left = await connection.execute(delete(devices).where(cutoff > _CERT_EXPIRES))
        if gone.rowcount or left.rowcount:
            await self._truncate_log()

    async def _truncate_log(self) -> None:
        """Leave nothing of what was deleted in SQLite's write-ahead log."""
        if self._engine.dialect.name == "sqlite":
            async with self._engine.connect() as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


async def _account(connection: AsyncConnection, account_key: bytes) -> Account | None:
    row = (
        await connection.execute(
            select(accounts.c.username, accounts.c.card_issued, accounts.c.manifest).where(
                accounts.c.ak == account_key
            )
        )
    ).one_or_none()
    if row is None:
        return None
    kept = await connection.scalars(
        select(revocations.c.statements).where(revocations.c.ak == account_key)
    )
    return Account(AccountKeyBytes(account_key), *row, tuple(kept))


async def _replace_devices(
    connection: AsyncConnection, cert: DeviceCert, manifest: Manifest
) -> None:
    listed = [device_id for device_id, _ in manifest.entries]
    mine = devices.c.ak == cert.account_key
    await connection.execute(
        update(accounts).where(accounts.c.ak == cert.account_key).values(manifest=manifest.whole)
    )
    await connection.execute(delete(devices).where(mine, devices.c.device_id.not_in(listed)))
    renewed = await connection.execute(
        update(devices).where(devices.c.device_id == cert.device_id).values(cert=cert.whole)
    )
    if not renewed.rowcount:
        await connection.execute(insert(devices).values(_device_row(cert)))


async def _keep_revocations(
    connection: AsyncConnection, account: Account, new: Sequence[Revocation]
) -> bool:
    kept = kept_list(account.revocations)
    listed = [device_id for device_id, _ in Manifest.read(account.manifest).entries]
    news = [each for each in new if kept.add(each, listed)]
    if any(each.target not in kept for each in new):
        raise ProblemError(Code.FORBIDDEN)
    if not news:
        return False
    rows = [
        {"ak": account.account_key, "target": each.target, "statements": each.statements}
        for each in kept
    ]
    await connection.execute(delete(revocations).where(revocations.c.ak == account.account_key))
    await connection.execute(insert(revocations), rows)
    targets = [each.target for each in kept]
    await connection.execute(delete(devices).where(devices.c.device_id.in_(targets)))
    return True


def _device_row(cert: DeviceCert) -> dict[str, bytes]:
    return {"device_id": cert.device_id, "ak": cert.account_key, "cert": cert.whole}
