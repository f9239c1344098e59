"""The tables of the directory: all that a server ever keeps on disk."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    LargeBinary,
    MetaData,
    String,
    Table,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)


def _of_account() -> ForeignKey:
    return ForeignKey("accounts.ak", ondelete="CASCADE")


accounts = Table(
    "accounts",
    metadata,
    Column("ak", LargeBinary(32), primary_key=True),
    Column("username", String(24), nullable=False, unique=True),
    Column("card_issued", BigInteger, nullable=False),
    Column("manifest", LargeBinary, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("device_id", LargeBinary(16), primary_key=True),
    Column("ak", LargeBinary(32), _of_account(), nullable=False, index=True),
    Column("cert", LargeBinary(252), nullable=False),
)

revocations = Table(
    "revocations",
    metadata,
    Column("ak", LargeBinary(32), _of_account(), primary_key=True),
    Column("target", LargeBinary(16), primary_key=True),
    Column("statements", LargeBinary, nullable=False),
)

push = Table(
    "push",
    metadata,
    Column(
        "device_id",
        LargeBinary(16),
        ForeignKey("devices.device_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("wake_hash", LargeBinary(32), nullable=False, unique=True),
    Column("endpoint", LargeBinary, nullable=False),
)
