"""What the directory writes and reads, each function one transaction of its caller's connection."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import DAY_S, DeviceCert, Manifest
from whisp_desktop.protocol.keys import AccountKeyBytes, DeviceId
from whisp_desktop.protocol.revocation import Revocation, RevocationKind
from whisp_desktop.server.problems import Code, ProblemError
from whisp_desktop.server.revocations import freezes, kept_list, target_of
from whisp_desktop.server.schema import accounts, devices, revocations

MOST_SQL_INTEGER: Final = 2**63 - 1
DEAD_AFTER_S: Final = 90 * DAY_S

_CERT_EXPIRES = func.substr(devices.c.cert, 112, 8)
_MANIFEST_ISSUED = func.substr(accounts.c.manifest, 44, 8)

_NAME_HOLDER = select(accounts.c.ak).where(accounts.c.username == bindparam("name"))
_DEVICE = (
    select(devices.c.ak, accounts.c.username, devices.c.cert)
    .join(accounts, accounts.c.ak == devices.c.ak)
    .where(devices.c.device_id == bindparam("device"))
)
_DEVICE_OWNER = select(devices.c.ak).where(devices.c.device_id == bindparam("device"))
_ACCOUNT = select(accounts.c.username, accounts.c.card_issued, accounts.c.manifest).where(
    accounts.c.ak == bindparam("account")
)
_REVOCATIONS = select(revocations.c.statements).where(revocations.c.ak == bindparam("account"))
_CERTS = select(devices.c.device_id, devices.c.cert).where(devices.c.ak == bindparam("account"))
_NEW_ACCOUNT = insert(accounts)
_NEW_DEVICE = insert(devices)
_NEW_REVOCATIONS = insert(revocations)


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


def read_nothing(connection: Connection) -> None:
    """Ask the database for nothing; its error comes out if it does not answer."""
    connection.execute(text("SELECT 1"))


def is_free(connection: Connection, username: str) -> bool:
    """Tell whether nobody has that name."""
    return connection.scalar(_NAME_HOLDER, {"name": username}) is None


def read_device(connection: Connection, device_id: bytes) -> Registered | None:
    """Return a device that is registered and not revoked."""
    row = connection.execute(_DEVICE, {"device": device_id}).one_or_none()
    if row is None:
        return None
    return Registered(DeviceId(device_id), AccountKeyBytes(row.ak), row.username, row.cert)


def read_account(connection: Connection, account_key: bytes) -> Account | None:
    """Return an account."""
    row = connection.execute(_ACCOUNT, {"account": account_key}).one_or_none()
    if row is None:
        return None
    kept = connection.scalars(_REVOCATIONS, {"account": account_key})
    return Account(AccountKeyBytes(account_key), *row, tuple(kept))


def read_standing(
    connection: Connection, account_key: bytes
) -> tuple[Account, dict[DeviceId, bytes]] | None:
    """Return an account and its devices' certificates, by device."""
    account = read_account(connection, account_key)
    if account is None:
        return None
    rows = connection.execute(_CERTS, {"account": account_key})
    return account, {DeviceId(row[0]): row[1] for row in rows}


def sign_up(connection: Connection, card: Card, cert: DeviceCert, manifest: Manifest) -> None:
    """Keep a new account. ProblemError `taken`: its name, key or device is known."""
    account = {
        "ak": card.account_key,
        "username": card.username,
        "card_issued": min(card.issued, MOST_SQL_INTEGER),
        "manifest": manifest.whole,
    }
    try:
        connection.execute(_NEW_ACCOUNT, account)
        connection.execute(_NEW_DEVICE, _device_row(cert))
    except IntegrityError:
        raise ProblemError(Code.TAKEN) from None


def put_card(connection: Connection, card: Card) -> None:
    """Take a newer card and its name. ProblemError `forbidden`, `stale` or `taken`."""
    account = read_account(connection, card.account_key)
    if account is None or account.is_frozen:
        raise ProblemError(Code.FORBIDDEN)
    issued = min(card.issued, MOST_SQL_INTEGER)
    if issued // DAY_S < account.card_issued // DAY_S:
        raise ProblemError(Code.STALE)
    renamed = update(accounts).where(accounts.c.ak == card.account_key)
    try:
        connection.execute(renamed.values(username=card.username, card_issued=issued))
    except IntegrityError:
        raise ProblemError(Code.TAKEN) from None


def put_device(connection: Connection, cert: DeviceCert, manifest: Manifest) -> tuple[str, bool]:
    """Keep a new device or certificate; devices that the manifest leaves out go.

    Returns the username, and whether the device is new here. ProblemError `forbidden`, `stale` or
    `taken`.
    """
    account = read_account(connection, cert.account_key)
    if account is None:
        raise ProblemError(Code.FORBIDDEN)
    if account.is_frozen or account.has_revoked(cert.device_id):
        raise ProblemError(Code.FORBIDDEN, statements=b"".join(account.revocations))
    epoch = Manifest.read(account.manifest).epoch
    if manifest.epoch <= epoch and manifest.whole != account.manifest:
        raise ProblemError(Code.STALE, epoch=epoch)
    owner = connection.scalar(_DEVICE_OWNER, {"device": cert.device_id})
    if owner is not None and owner != cert.account_key:
        raise ProblemError(Code.TAKEN)
    listed = [device_id for device_id, _ in manifest.entries]
    own = devices.c.ak == cert.account_key
    changed = update(accounts).where(accounts.c.ak == cert.account_key)
    connection.execute(changed.values(manifest=manifest.whole))
    connection.execute(delete(devices).where(own, devices.c.device_id.not_in(listed)))
    if owner is None:
        connection.execute(_NEW_DEVICE, _device_row(cert))
    else:
        renewed = update(devices).where(devices.c.device_id == cert.device_id)
        connection.execute(renewed.values(cert=cert.whole))
    return account.username, owner is None


def revoke(
    connection: Connection, account_key: AccountKeyBytes, new: Sequence[Revocation]
) -> frozenset[DeviceId] | None:
    """Keep revocations, and drop what they end.

    Returns the devices that are left, or None if there was no news, or no such account.
    ProblemError `forbidden` if 16 are kept and none gives way.
    """
    account = read_account(connection, account_key)
    if account is None:
        return None
    if any(each.kind is RevocationKind.ACCOUNT for each in new):
        connection.execute(delete(accounts).where(accounts.c.ak == account_key))
        return frozenset()
    if not _keep_revocations(connection, account, new):
        return None
    return frozenset(
        DeviceId(row[0]) for row in connection.execute(_CERTS, {"account": account_key})
    )


def _keep_revocations(connection: Connection, account: Account, new: Sequence[Revocation]) -> bool:
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
    connection.execute(delete(revocations).where(revocations.c.ak == account.account_key))
    connection.execute(_NEW_REVOCATIONS, rows)
    targets = [each.target for each in kept]
    connection.execute(delete(devices).where(devices.c.device_id.in_(targets)))
    return True


def forget_dead(connection: Connection, now: int) -> bool:
    """Drop devices 90 days after their cert ran out, and accounts with the last of theirs.

    Returns whether there were any.
    """
    cutoff = (now - DEAD_AFTER_S).to_bytes(8, "big")
    # Of an account whose devices were all revoked no cert is left; none of them can have
    # outlived 90 days after the manifest was made.
    oldest_manifest = (now - 2 * DEAD_AFTER_S).to_bytes(8, "big")
    own = select(devices.c.ak).where(devices.c.ak == accounts.c.ak)
    dead = ~own.where(cutoff <= _CERT_EXPIRES).exists() & (
        own.exists() | (oldest_manifest > _MANIFEST_ISSUED)
    )
    gone = connection.execute(delete(accounts).where(dead))
    left = connection.execute(delete(devices).where(cutoff > _CERT_EXPIRES))
    return bool(gone.rowcount or left.rowcount)


def _device_row(cert: DeviceCert) -> dict[str, bytes]:
    return {"device_id": cert.device_id, "ak": cert.account_key, "cert": cert.whole}
