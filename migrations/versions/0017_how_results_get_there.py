"""How the results of batches get there, and whether they did.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_UNTOLD = sa.text("delivered_at IS NOT NULL AND undeliverable IS NOT NULL AND admins_told_at IS NULL")
_UNSENT_PDF = sa.text("batch_id IS NOT NULL AND state = 'done' AND delivered_at IS NULL")


def upgrade() -> None:
    for name in ("each_pdf", "withheld", "got_in_private"):
        op.add_column("batches", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("batches", sa.Column("undeliverable", sa.Text(), nullable=True))
    op.add_column("batches", sa.Column("admins_told_at", sa.BigInteger(), nullable=True))
    op.create_index("ix_batches_untold", "batches", ["id"], sqlite_where=_UNTOLD, postgresql_where=_UNTOLD)
    op.create_index(
        "ix_requests_unsent_pdfs",
        "requests",
        ["batch_id", "finished_at", "id"],
        sqlite_where=_UNSENT_PDF,
        postgresql_where=_UNSENT_PDF,
    )


def downgrade() -> None:
    op.drop_index("ix_requests_unsent_pdfs", "requests")
    op.drop_index("ix_batches_untold", "batches")
    for name in ("admins_told_at", "undeliverable", "got_in_private", "withheld", "each_pdf"):
        op.drop_column("batches", name)
