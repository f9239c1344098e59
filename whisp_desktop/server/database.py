"""The database under the directory: how it is opened, made and brought up to date."""

from pathlib import Path
from typing import Any, Final

from sqlalchemy import Column, Connection, MetaData, String, Table, event, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.server.schema import metadata

NEWEST_MIGRATION: Final = "0001"
MIGRATIONS: Final = Path(__file__).parent / "migrations"

_version = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def open_engine(database_url: str) -> AsyncEngine:
    """Open a database; of SQLite just one connection, so that transactions never meet."""
    url = _with_driver(make_url(database_url))
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "connect", _set_pragmas)
    return engine


def _with_driver(url: URL) -> URL:
    return url.set(drivername="sqlite+aiosqlite") if url.drivername == "sqlite" else url


def _set_pragmas(connection: Any, _: ConnectionPoolEntry) -> None:  # noqa: ANN401 -- any driver's
    """Make SQLite overwrite what is deleted, keep its references, and write ahead."""
    cursor = connection.cursor()
    for pragma in (
        "secure_delete = ON",
        "foreign_keys = ON",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "trusted_schema = OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


async def bring_up_to_date(engine: AsyncEngine) -> None:
    """Make the tables of a new database, or migrate those of an older version.

    RefusedError `database_newer` if a later version of this program made them.
    """
    async with engine.begin() as connection:
        await connection.run_sync(_bring_up_to_date)


def _bring_up_to_date(connection: Connection) -> None:
    if not inspect(connection).has_table(_version.name):
        metadata.create_all(connection)
        _version.create(connection)
        connection.execute(_version.insert().values(version_num=NEWEST_MIGRATION))
        return
    version = connection.scalar(select(_version.c.version_num)) or ""
    if version > NEWEST_MIGRATION:
        sentence = "DATABASE_URL: a newer version made this database. Install that version."
        raise RefusedError("database_newer", sentence)
    if version < NEWEST_MIGRATION:
        migrate(connection)


def migrate(connection: Connection) -> None:
    """Run every migration that a database has not seen yet."""
    from alembic import command  # noqa: PLC0415 -- slow to import, seldom needed
    from alembic.config import Config  # noqa: PLC0415 -- slow to import, seldom needed

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
