"""The directory on a real SQLite file: what is kept, and what is left when it goes."""

import secrets
from pathlib import Path

import pytest
from server_caller import Person, unix_now
from sqlalchemy import Connection, MetaData, create_engine, inspect, text

from whisp_desktop.protocol.certificates import CERT_LIFE_S, DAY_S
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import DeviceId
from whisp_desktop.protocol.revocation import Reason, Revocation, RevocationKind
from whisp_desktop.server.database import NEWEST_MIGRATION, migrate
from whisp_desktop.server.directory import Directory
from whisp_desktop.server.problems import ProblemError

HOSTS = ("whisp.example",)
KEPT = {
    "accounts": {"ak": "key", "username": "unique", "card_issued": "", "manifest": ""},
    "devices": {"device_id": "key", "ak": "", "cert": ""},
    "revocations": {"ak": "key", "target": "key", "statements": ""},
    "push": {"device_id": "key", "wake_hash": "unique", "endpoint": ""},
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "directory.sqlite3"


def url(file: Path) -> str:
    return f"sqlite:///{file}"


def bytes_on_disk(file: Path) -> bytes:
    """What the database and its log hold; the log's index is memory, not content."""
    log = file.with_name(file.name + "-wal")
    return file.read_bytes() + (log.read_bytes() if log.exists() else b"")


async def signed_up(directory: Directory, name: str, **fields: int) -> Person:
    person = Person(name, HOSTS, **fields)
    await directory.sign_up(person.card, person.cert, person.manifest)
    return person


def described(connection: Connection) -> dict[str, dict[str, str]]:
    inspector = inspect(connection)
    found = {}
    for table in inspector.get_table_names():
        keys = inspector.get_pk_constraint(table)["constrained_columns"]
        unique = [each["column_names"] for each in inspector.get_unique_constraints(table)]
        found[table] = {
            column["name"]: "key"
            if column["name"] in keys
            else "unique"
            if [column["name"]] in unique
            else ""
            for column in inspector.get_columns(table)
        }
    return found


async def test_every_column_and_key_is_that_of_the_page(file: Path) -> None:
    directory = await Directory.open(url(file))
    await directory.close()
    engine = create_engine(url(file))
    with engine.connect() as connection:
        found = described(connection)
    engine.dispose()
    del found["alembic_version"]
    assert found == KEPT


async def test_the_migrations_make_the_same_tables(file: Path, tmp_path: Path) -> None:
    directory = await Directory.open(url(file))
    await directory.close()
    schemas = []
    other = tmp_path / "migrated.sqlite3"
    migrated = create_engine(url(other))
    with migrated.begin() as connection:
        migrate(connection)
    migrated.dispose()
    for each in (file, other):
        engine = create_engine(url(each))
        metadata = MetaData()
        metadata.reflect(engine)
        with engine.connect() as connection:
            schemas.append(
                {
                    table.name: (
                        [(column.name, str(column.type), column.nullable) for column in table.c],
                        sorted(str(index.name) for index in table.indexes),
                        sorted(
                            (key.column.table.name, str(key.ondelete)) for key in table.foreign_keys
                        ),
                        described(connection)[table.name],
                    )
                    for table in metadata.tables.values()
                }
            )
        engine.dispose()
    assert schemas[0] == schemas[1]


async def test_a_migrated_database_opens_and_a_newer_one_is_refused(file: Path) -> None:
    engine = create_engine(url(file))
    with engine.begin() as connection:
        migrate(connection)
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == (
            NEWEST_MIGRATION
        )
    directory = await Directory.open(url(file))
    await signed_up(directory, "alice")
    await directory.close()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(RefusedError, match="newer version"):
        await Directory.open(url(file))


async def test_an_older_database_is_migrated_at_the_start(file: Path) -> None:
    engine = create_engine(url(file))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
    engine.dispose()
    directory = await Directory.open(url(file))
    assert await directory.is_free("alice")
    await directory.close()


def damage(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[:100] + bytes(len(content) - 100))


async def test_a_damaged_database_is_refused(file: Path) -> None:
    directory = await Directory.open(url(file))
    await directory.close()
    damage(file)
    with pytest.raises(RefusedError, match="cannot be opened"):
        await Directory.open(url(file))


@pytest.mark.parametrize("driver", ["", "+pysqlite", "+aiosqlite"])
async def test_the_drivers_name_does_not_matter(file: Path, driver: str) -> None:
    directory = await Directory.open(url(file).replace("sqlite:", f"sqlite{driver}:"))
    await directory.answers()
    await directory.close()
    assert b"accounts" in bytes_on_disk(file)


async def test_sqlite_overwrites_what_it_deletes(file: Path) -> None:
    directory = await Directory.open(url(file))

    def pragma(connection: Connection, name: str) -> object:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

    for name, value in (("secure_delete", 1), ("foreign_keys", 1), ("journal_mode", "wal")):
        assert await directory._database.run(pragma, name) == value
    await directory.close()


async def test_what_is_deleted_is_in_no_file(file: Path) -> None:
    directory = await Directory.open(url(file))
    goes, stays = await signed_up(directory, "goes_away"), await signed_up(directory, "stays_here")
    assert b"goes_away" in bytes_on_disk(file)
    deleted = Revocation.issue(
        goes.account,
        kind=RevocationKind.ACCOUNT,
        target=DeviceId(bytes(16)),
        issued=unix_now(),
        reason=Reason.NONE,
    )
    assert await directory.revoke(goes.card.account_key, [deleted]) == frozenset()
    found = bytes_on_disk(file)
    for trace in (b"goes_away", goes.card.account_key, goes.device.device_id, goes.cert.whole):
        assert trace not in found
    assert stays.card.account_key in found
    assert file.with_name(file.name + "-wal").stat().st_size == 0
    await directory.close()


async def test_a_former_name_is_in_no_file(file: Path) -> None:
    directory = await Directory.open(url(file))
    person = await signed_up(directory, "former_name")
    await directory.put_card(person.claim("later_name"))
    assert b"former_name" not in bytes_on_disk(file)
    assert b"later_name" in bytes_on_disk(file)
    await directory.close()


async def test_a_device_that_is_left_out_is_in_no_file(file: Path) -> None:
    directory = await Directory.open(url(file))
    person = await signed_up(directory, "alice")
    second = person.other_device(epoch=2)
    assert await directory.put_device(second.cert, second.manifest) == ("alice", True)
    assert person.device.device_id not in bytes_on_disk(file)
    assert second.device.device_id in bytes_on_disk(file)
    await directory.close()


async def test_accounts_outlive_the_process(file: Path) -> None:
    directory = await Directory.open(url(file))
    person = await signed_up(directory, "alice")
    await directory.close()
    directory = await Directory.open(url(file))
    device = await directory.device(person.device.device_id)
    assert device is not None
    assert (device.username, device.cert) == ("alice", person.cert.whole)
    with pytest.raises(ProblemError, match="taken"):
        await signed_up(directory, "alice")
    await directory.close()


NOW = 1_800_000_000 // DAY_S * DAY_S


async def alive(directory: Directory, person: Person) -> tuple[bool, bool]:
    return (
        not await directory.is_free(person.name),
        await directory.device(person.device.device_id) is not None,
    )


async def test_an_account_goes_ninety_days_after_its_last_cert_ran_out(file: Path) -> None:
    directory = await Directory.open(url(file))
    person = await signed_up(directory, "alice", issued=NOW)
    end = NOW + CERT_LIFE_S + 90 * DAY_S
    await directory.forget_dead(end)
    assert await alive(directory, person) == (True, True)
    await directory.forget_dead(end + 1)
    assert await alive(directory, person) == (False, False)
    assert person.card.account_key not in bytes_on_disk(file)
    await directory.close()


async def test_a_dead_device_goes_and_its_account_stays_with_another(file: Path) -> None:
    directory = await Directory.open(url(file))
    old = await signed_up(directory, "alice", issued=NOW)
    second = Person("alice", HOSTS, account=old.account, epoch=2, issued=NOW + 80 * DAY_S)
    manifest = second.list(old.cert, second.cert)
    await directory.put_device(second.cert, manifest)
    await directory.forget_dead(NOW + CERT_LIFE_S + 90 * DAY_S + 1)
    assert await alive(directory, old) == (True, False)
    assert await alive(directory, second) == (True, True)
    await directory.close()


async def test_an_account_whose_devices_were_all_revoked_goes_half_a_year_later(
    file: Path,
) -> None:
    directory = await Directory.open(url(file))
    person = await signed_up(directory, "alice", issued=NOW)
    revoked = Revocation.issue(
        person.account,
        kind=RevocationKind.DEVICE,
        target=person.device.device_id,
        issued=NOW,
        reason=Reason.LOST,
    )
    assert await directory.revoke(person.card.account_key, [revoked]) == frozenset()
    await directory.forget_dead(NOW + 180 * DAY_S)
    assert await alive(directory, person) == (True, False)
    await directory.forget_dead(NOW + 180 * DAY_S + 1)
    assert await alive(directory, person) == (False, False)
    await directory.close()


async def test_one_revocation_a_target_the_strongest_stays(file: Path) -> None:
    directory = await Directory.open(url(file))
    person = await signed_up(directory, "alice")
    target = DeviceId(secrets.token_bytes(16))

    def made(kind: RevocationKind, *, by_device: bool) -> Revocation:
        return Revocation.issue(
            person.device.signing if by_device else person.account,
            kind=kind,
            target=target,
            issued=unix_now(),
            reason=Reason.LOST,
            signer_cert=person.cert if by_device else None,
        )

    weak = made(RevocationKind.DEVICE, by_device=True)
    stronger = made(RevocationKind.DEVICE, by_device=False)
    strongest = made(RevocationKind.DEVICE_WITH_ACCOUNT_KEY, by_device=True)
    for new, kept in (
        (weak, weak),
        (weak, weak),
        (stronger, stronger),
        (weak, stronger),
        (strongest, strongest),
        (stronger, strongest),
    ):
        await directory.revoke(person.card.account_key, [new])
        standing = await directory.standing(person.card.account_key)
        assert standing is not None
        assert standing[0].revocations == (kept.statements,)
    assert standing[0].is_frozen
    assert standing[0].has_revoked(target)
    await directory.close()


async def test_nobody_stands_nowhere(file: Path) -> None:
    directory = await Directory.open(url(file))
    assert await directory.standing(b"n" * 32) is None
    assert await directory.device(b"n" * 16) is None
    await directory.close()


async def test_a_database_in_memory_works_too() -> None:
    directory = await Directory.open("sqlite://")
    person = await signed_up(directory, "alice")
    assert await alive(directory, person) == (True, True)
    await directory.close()
