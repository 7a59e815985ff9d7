"""Batches, and requests that come after those of people.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_QUEUED = sa.text("state = 'queued'")
_ACTIVE = sa.text("started_at IS NOT NULL AND finished_at IS NULL")
_RESULT_TO_DELIVER = sa.text("finished_at IS NOT NULL AND delivered_at IS NULL")
_ENDED = "delivered_at IS NULL AND state IN ('done', 'failed', 'unknown', 'cancelled')"
_ALONE = " AND (batch_id IS NULL OR state = 'unknown')"


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("reply_to", sa.BigInteger(), nullable=True),
        sa.Column("origin_chat_id", sa.BigInteger(), nullable=False),
        sa.Column("origin_message_id", sa.BigInteger(), nullable=False),
        sa.Column("requester_id", sa.BigInteger(), nullable=False),
        sa.Column("requester_name", sa.String(length=256), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("login", sa.String(length=128), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("pause", sa.String(length=32), nullable=True),
        sa.Column("pause_told_at", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("resumed_at", sa.BigInteger(), nullable=True),
        sa.Column("fed_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("files_sent", sa.BigInteger(), nullable=False),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["login"], ["logins.login"], name=op.f("fk_batches_login_logins")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint(
            "origin_chat_id", "origin_message_id", name=op.f("uq_batches_origin_chat_id_origin_message_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_batches_active", "batches", ["login", "id"], sqlite_where=_ACTIVE, postgresql_where=_ACTIVE)
    op.create_index(
        "ix_batches_to_deliver",
        "batches",
        ["id"],
        sqlite_where=_RESULT_TO_DELIVER,
        postgresql_where=_RESULT_TO_DELIVER,
    )
    op.create_index("ix_batches_login_key", "batches", ["login", "key"])
    op.create_index("ix_batches_chat_id_id", "batches", ["chat_id", "id"])
    op.create_table(
        "batch_rows",
        sa.Column("batch_id", _ID, autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("wish", sa.JSON(), nullable=True),
        sa.Column("mistake", sa.String(length=1000), nullable=True),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("request_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_batch_rows_batch_id_batches")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_batch_rows_request_id_requests")),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_batch_rows")),
        sa.UniqueConstraint("request_id", name=op.f("uq_batch_rows_request_id")),
    )
    waiting = sa.text("waiting")
    op.create_index(
        "ix_batch_rows_waiting", "batch_rows", ["batch_id", "number"], sqlite_where=waiting, postgresql_where=waiting
    )
    if op.get_bind().dialect.name == "sqlite":
        # SQLite adds no named constraint to a table; it takes one that comes with its column.
        op.execute("ALTER TABLE requests ADD COLUMN batch_id INTEGER REFERENCES batches (id)")
    else:
        op.add_column("requests", sa.Column("batch_id", _ID, nullable=True))
        op.create_foreign_key(op.f("fk_requests_batch_id_batches"), "requests", "batches", ["batch_id"], ["id"])
    op.add_column("requests", sa.Column("yields", sa.Boolean(), server_default=sa.false(), nullable=False))
    _index_requests(["login", "yields", "id"], _ENDED + _ALONE)


def downgrade() -> None:
    op.drop_index("ix_requests_queued", "requests")
    op.drop_index("ix_requests_undelivered", "requests")
    op.drop_column("requests", "yields")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("fk_requests_batch_id_batches"), "requests", type_="foreignkey")
    # A later migration may have made another table of it, whose foreign keys SQLite does not drop with a column.
    with op.batch_alter_table("requests", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_column("batch_id")
    op.drop_table("batch_rows")
    op.drop_table("batches")
    _make_indexes(["login", "id"], _ENDED)


def _index_requests(queued: list[str], undelivered: str) -> None:
    op.drop_index("ix_requests_queued", "requests")
    op.drop_index("ix_requests_undelivered", "requests")
    _make_indexes(queued, undelivered)


def _make_indexes(queued: list[str], undelivered: str) -> None:
    op.create_index("ix_requests_queued", "requests", queued, sqlite_where=_QUEUED, postgresql_where=_QUEUED)
    where = sa.text(undelivered)
    op.create_index("ix_requests_undelivered", "requests", ["id"], sqlite_where=where, postgresql_where=where)
