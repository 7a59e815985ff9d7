"""Readers of the audit.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_readers",
        sa.Column("reader", sa.String(length=32), nullable=False),
        sa.Column("read_up_to", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reader", name=op.f("pk_audit_readers")),
    )


def downgrade() -> None:
    op.drop_table("audit_readers")
