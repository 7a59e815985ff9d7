"""When an asker was told that no admin could be reached.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("petitions", sa.Column("told_unreached_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("petitions", "told_unreached_at")
