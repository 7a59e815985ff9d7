"""What invoices that are alike have in common, indexes to find and to count them, and when a login was answered last.

Revision ID: 0007
Revises: 0006
"""

from decimal import Decimal

import sqlalchemy as sa
from alembic import op

from bot.documents.intents import likeness
from bot.domain import CreateInvoice, SubClient
from db.types import Money

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BATCH = 500
_requests = sa.table(
    "requests",
    sa.column("id", sa.BigInteger),
    sa.column("kind", sa.String),
    sa.column("user_name", sa.String),
    sa.column("user_id", sa.BigInteger),
    sa.column("amount", Money()),
    sa.column("service", sa.String),
    sa.column("likeness", sa.String),
)


def upgrade() -> None:
    op.add_column("logins", sa.Column("answered_at", sa.BigInteger(), nullable=True))
    op.add_column("requests", sa.Column("likeness", sa.String(length=32), nullable=True))
    _fill_in()
    for name, columns, state in (
        ("ix_requests_queued_requester", ["requester_id"], "queued"),
        ("ix_requests_queued_chat", ["chat_id"], "queued"),
    ):
        where = sa.text(f"state = '{state}'")
        op.create_index(name, "requests", columns, sqlite_where=where, postgresql_where=where)
    op.create_index("ix_requests_likeness", "requests", ["likeness", "login", "state", "finished_at"])


def downgrade() -> None:
    for name in (
        "ix_requests_likeness",
        "ix_requests_queued_chat",
        "ix_requests_queued_requester",
    ):
        op.drop_index(name, "requests")
    op.drop_column("requests", "likeness")
    op.drop_column("logins", "answered_at")


def _fill_in() -> None:
    """Give the requests of earlier versions their likeness, some at a time."""
    connection, last = op.get_bind(), 0
    while rows := connection.execute(
        sa.select(_requests)
        .where(_requests.c.kind == "create_invoice", _requests.c.id > last)
        .order_by(_requests.c.id)
        .limit(_BATCH)
    ).all():
        for row in rows:
            wish = CreateInvoice(SubClient(name=row.user_name, id=row.user_id), Decimal(row.amount), row.service)
            connection.execute(sa.update(_requests).where(_requests.c.id == row.id).values(likeness=likeness(wish)))
        last = rows[-1].id
