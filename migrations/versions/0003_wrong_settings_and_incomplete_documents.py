"""Which setting keeps a login resting, and documents that never came whole.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("logins", sa.Column("trouble", sa.String(length=200), nullable=True))
    op.add_column("requests", sa.Column("incomplete", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("requests", "incomplete")
    op.drop_column("logins", "trouble")
