"""Why the bot cancelled a request by itself.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("requests", sa.Column("denied", sa.String(length=32), nullable=True))


def downgrade() -> None:
    op.drop_column("requests", "denied")
