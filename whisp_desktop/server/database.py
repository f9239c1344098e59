"""The database under the directory: how it is opened, made and brought up to date.

A transaction runs as one function on the database's own thread. Handing each of its statements
over to a thread and back, as an asyncio driver of SQLite does, costs five times as much.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    inspect,
    select,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.server.schema import metadata

NEWEST_MIGRATION: Final = "0001"
MIGRATIONS: Final = Path(__file__).parent / "migrations"

_version = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))

P = ParamSpec("P")
T = TypeVar("T")


class Database:
    """One database and its thread: transactions never meet."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, "directory")

    @classmethod
    async def open(cls, database_url: str) -> "Database":
        """Open a database, and make or migrate its tables.

        RefusedError `database` if it cannot be opened, `database_newer` if a later version of
        this program made it.
        """
        database = cls(_open_engine(database_url))
        try:
            await database.run(_bring_up_to_date)
        except RefusedError:
            await database.close()
            raise
        except SQLAlchemyError:
            await database.close()
            raise _unusable() from None
        return database

    async def run(
        self, transaction: Callable[Concatenate[Connection, P], T], *args: P.args, **_: P.kwargs
    ) -> T:
        """Run a function in a transaction of its own; an error takes back what it wrote."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._transact, transaction, args)

    def _transact(self, transaction: Callable[..., T], args: tuple[Any, ...]) -> T:
        with self._engine.begin() as connection:
            return transaction(connection, *args)

    async def forget_log(self) -> None:
        """Leave nothing of what was deleted in SQLite's write-ahead log."""
        await self.run(_truncate_log)

    async def close(self) -> None:
        """Close the database, and end its thread."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._engine.dispose)
        self._thread.shutdown()


def _truncate_log(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _unusable() -> RefusedError:
    sentence = "DATABASE_URL names a database that cannot be opened. Check its path and rights."
    return RefusedError("database", sentence)


def _open_engine(database_url: str) -> Engine:
    path = make_url(database_url).database or ":memory:"
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA schema_version")
    except sqlite3.Error:
        raise _unusable() from None
    engine = create_engine(
        URL.create("sqlite", database=path),
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        pool_reset_on_return=None,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    """Make SQLite overwrite what is deleted, keep its references, and write ahead."""
    for pragma in (
        "secure_delete = ON",
        "foreign_keys = ON",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


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
