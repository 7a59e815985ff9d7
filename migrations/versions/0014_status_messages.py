"""One status message for all that waits in a chat, topic and login.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_OLD_STATUS = "delivered_at IS NOT NULL AND status_message_id IS NOT NULL"


def upgrade() -> None:
    op.create_table(
        "status_messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("login", sa.String(length=128), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("newest_id", sa.BigInteger(), nullable=False),
        sa.Column("waiting", sa.BigInteger(), nullable=False),
        sa.Column("is_next", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=True),
        sa.Column("delay", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_messages")),
        sqlite_autoincrement=True,
    )
    # The newest of a chat goes on as the one of all; the bot deletes the others when it starts.
    op.execute(
        "INSERT INTO status_messages (chat_id, thread_id, login, message_id, sent_at, newest_id, waiting, delay) "
        "SELECT chat_id, thread_id, login, status_message_id, created_at, id, 1, 'none' FROM requests "
        "WHERE status_message_id IS NOT NULL ORDER BY id"
    )
    op.drop_index("ix_requests_old_status", table_name="requests")
    op.drop_column("requests", "status_message_id")


def downgrade() -> None:
    op.add_column("requests", sa.Column("status_message_id", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE requests SET status_message_id = (SELECT max(message_id) FROM status_messages "
        "WHERE newest_id = requests.id) WHERE id IN (SELECT newest_id FROM status_messages)"
    )
    op.create_index(
        "ix_requests_old_status",
        "requests",
        ["id"],
        sqlite_where=sa.text(_OLD_STATUS),
        postgresql_where=sa.text(_OLD_STATUS),
    )
    op.drop_table("status_messages")
