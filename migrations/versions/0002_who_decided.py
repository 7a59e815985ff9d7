"""Who decided, by id, and what was withheld as a fact instead of a sentence.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("petitions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("decided_by_id", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.add_column(sa.Column("closed_by_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("resolved_by_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("withheld", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE requests SET withheld = true, undeliverable = '' WHERE undeliverable = 'no longer on the allowlist'"
    )


def downgrade() -> None:
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.drop_column("withheld")
        batch_op.drop_column("resolved_by_id")
        batch_op.drop_column("closed_by_id")

    with op.batch_alter_table("petitions", schema=None) as batch_op:
        batch_op.drop_column("decided_by_id")
