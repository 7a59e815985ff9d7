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

_SENTENCE = "no longer on the allowlist"


def upgrade() -> None:
    op.add_column("petitions", sa.Column("decided_by_id", sa.BigInteger(), nullable=True))
    op.add_column("requests", sa.Column("closed_by_id", sa.BigInteger(), nullable=True))
    op.add_column("requests", sa.Column("resolved_by_id", sa.BigInteger(), nullable=True))
    op.add_column("requests", sa.Column("withheld", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(f"UPDATE requests SET withheld = true, undeliverable = '' WHERE undeliverable = '{_SENTENCE}'")  # noqa: S608 - ours


def downgrade() -> None:
    op.execute(f"UPDATE requests SET undeliverable = '{_SENTENCE}' WHERE withheld")  # noqa: S608 - ours
    op.drop_column("requests", "withheld")
    op.drop_column("requests", "resolved_by_id")
    op.drop_column("requests", "closed_by_id")
    op.drop_column("petitions", "decided_by_id")
