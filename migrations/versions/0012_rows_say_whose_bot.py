"""rows say whose bot they are of, and the inbox why an update was set aside.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_OPEN = sa.text("done_at IS NULL")
# Rows that are there already get their bot from the next start (`db/bots.py`): the token is in no table.
_ORIGIN = ["origin_chat_id", "origin_message_id"]
_KEYS = {"requests": [*_ORIGIN, "again_of"], "questions": [*_ORIGIN, "kind"], "batches": _ORIGIN}


def upgrade() -> None:
    with op.batch_alter_table("inbox") as batch_op:
        batch_op.drop_index("ix_inbox_open", sqlite_where=_OPEN, postgresql_where=_OPEN)
        batch_op.add_column(_bot())
        batch_op.add_column(sa.Column("problem", sa.Text(), nullable=True))
        batch_op.drop_constraint(batch_op.f("pk_inbox"), type_="primary")
        batch_op.create_primary_key(batch_op.f("pk_inbox"), ["bot_id", "update_id"])
        batch_op.create_index(
            "ix_inbox_open", ["bot_id", "update_id"], unique=False, sqlite_where=_OPEN, postgresql_where=_OPEN
        )
    for table, key in _KEYS.items():
        with op.batch_alter_table(table, table_kwargs={"sqlite_autoincrement": True}) as batch_op:
            batch_op.add_column(_bot())
            batch_op.drop_constraint(batch_op.f(f"uq_{table}_{'_'.join(key)}"), type_="unique")
            batch_op.create_unique_constraint(batch_op.f(f"uq_{table}_{'_'.join(['bot_id', *key])}"), ["bot_id", *key])
    for table in ("inbox", *_KEYS):
        with op.batch_alter_table(table, table_kwargs=_kwargs(table)) as batch_op:
            batch_op.alter_column("bot_id", server_default=None)


def downgrade() -> None:
    for table, key in _KEYS.items():
        with op.batch_alter_table(table, table_kwargs={"sqlite_autoincrement": True}) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"uq_{table}_{'_'.join(['bot_id', *key])}"), type_="unique")
            batch_op.create_unique_constraint(batch_op.f(f"uq_{table}_{'_'.join(key)}"), key)
            batch_op.drop_column("bot_id")
    with op.batch_alter_table("inbox") as batch_op:
        batch_op.drop_index("ix_inbox_open", sqlite_where=_OPEN, postgresql_where=_OPEN)
        batch_op.drop_constraint(batch_op.f("pk_inbox"), type_="primary")
        batch_op.create_primary_key(batch_op.f("pk_inbox"), ["update_id"])
        batch_op.drop_column("problem")
        batch_op.drop_column("bot_id")
        batch_op.create_index("ix_inbox_open", ["update_id"], unique=False, sqlite_where=_OPEN, postgresql_where=_OPEN)


def _bot() -> sa.Column[int]:
    return sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False, server_default="0")


def _kwargs(table: str) -> dict[str, bool]:
    return {} if table == "inbox" else {"sqlite_autoincrement": True}
