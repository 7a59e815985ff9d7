"""What is alike among the rows of batches that wait.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_WAITING_IN_SQLITE = sa.text("waiting = 1 AND likeness IS NOT NULL")
_WAITING = sa.text("waiting AND likeness IS NOT NULL")


def upgrade() -> None:
    op.add_column("batch_rows", sa.Column("likeness", sa.String(length=32), nullable=True))
    op.create_index(
        "ix_batch_rows_waiting_alike",
        "batch_rows",
        ["likeness"],
        sqlite_where=_WAITING_IN_SQLITE,
        postgresql_where=_WAITING,
    )


def downgrade() -> None:
    op.drop_index("ix_batch_rows_waiting_alike", "batch_rows")
    op.drop_column("batch_rows", "likeness")
