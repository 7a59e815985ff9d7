"""The likeness of rows that waited, or had not been started, when 0018 added its column: the duplicate guard reads it.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

from bot.documents.intents import likeness, wish_from_json

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_BATCH = 500
_rows = sa.table(
    "batch_rows",
    sa.column("batch_id", sa.BigInteger),
    sa.column("number", sa.Integer),
    sa.column("wish", sa.JSON(none_as_null=True)),
    sa.column("likeness", sa.String),
    sa.column("request_id", sa.BigInteger),
    sa.column("waiting", sa.Boolean),
)
_KEY = sa.tuple_(_rows.c.batch_id, _rows.c.number)


def upgrade() -> None:
    connection, last = op.get_bind(), (0, 0)
    while found := connection.execute(
        sa.select(_rows)
        .where(_rows.c.likeness.is_(None), sa.or_(_rows.c.waiting, _rows.c.request_id.is_(None)), last < _KEY)
        .order_by(_rows.c.batch_id, _rows.c.number)
        .limit(_BATCH)
    ).all():
        for row in found:
            alike = None if row.wish is None else likeness(wish_from_json(row.wish))
            if alike is not None:
                this = (_rows.c.batch_id == row.batch_id, _rows.c.number == row.number)
                connection.execute(sa.update(_rows).where(*this).values(likeness=alike))
        last = (found[-1].batch_id, found[-1].number)


def downgrade() -> None:
    """Nothing to take back: the column goes with 0018."""
