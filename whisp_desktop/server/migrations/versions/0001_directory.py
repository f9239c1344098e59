"""The first directory: accounts, their devices and revocations, and push endpoints."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the four tables."""
    op.create_table(
        "accounts",
        sa.Column("ak", sa.LargeBinary(32), nullable=False),
        sa.Column("username", sa.String(24), nullable=False),
        sa.Column("card_issued", sa.BigInteger, nullable=False),
        sa.Column("manifest", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("ak", name="pk_accounts"),
        sa.UniqueConstraint("username", name="uq_accounts_username"),
    )
    op.create_table(
        "devices",
        sa.Column("device_id", sa.LargeBinary(16), nullable=False),
        sa.Column("ak", sa.LargeBinary(32), nullable=False),
        sa.Column("cert", sa.LargeBinary(252), nullable=False),
        sa.PrimaryKeyConstraint("device_id", name="pk_devices"),
        sa.ForeignKeyConstraint(["ak"], ["accounts.ak"], name="fk_devices_ak", ondelete="CASCADE"),
    )
    op.create_index("ix_devices_ak", "devices", ["ak"])
    op.create_table(
        "revocations",
        sa.Column("ak", sa.LargeBinary(32), nullable=False),
        sa.Column("target", sa.LargeBinary(16), nullable=False),
        sa.Column("statements", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("ak", "target", name="pk_revocations"),
        sa.ForeignKeyConstraint(
            ["ak"], ["accounts.ak"], name="fk_revocations_ak", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "push",
        sa.Column("device_id", sa.LargeBinary(16), nullable=False),
        sa.Column("wake_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("endpoint", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("device_id", name="pk_push"),
        sa.UniqueConstraint("wake_hash", name="uq_push_wake_hash"),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.device_id"], name="fk_push_device_id", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Remove them again."""
    for table in ("push", "revocations", "devices", "accounts"):
        op.drop_table(table)
