"""Which moves of groups the admins know of.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("moved_chats", sa.Column("admins_told_at", sa.BigInteger(), nullable=True))
    op.execute("UPDATE moved_chats SET admins_told_at = 0")
    op.create_index(
        "ix_moved_chats_untold",
        "moved_chats",
        ["old_id"],
        sqlite_where=sa.text("admins_told_at IS NULL"),
        postgresql_where=sa.text("admins_told_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_moved_chats_untold", table_name="moved_chats")
    op.drop_column("moved_chats", "admins_told_at")
