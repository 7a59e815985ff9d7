"""Which names and numbers are one sub-client, and indexes that find the requests for a document.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

from bot.parsing import folded

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_COLUMNS = ("invoice_number", "document_id")
_KNOWN = """
    SELECT DISTINCT one.login, one.user_id, other.user_name
    FROM requests AS one JOIN requests AS other ON other.login = one.login AND other.{theirs} = one.{ours}
    WHERE one.user_id IS NOT NULL AND other.user_name IS NOT NULL
    AND (one.kind = 'get_act') = (other.kind = 'get_act')
    AND (one.state = 'done' OR one.kind = 'create_invoice') AND (other.state = 'done' OR other.kind = 'create_invoice')
"""


def upgrade() -> None:
    op.create_table(
        "sub_client_names",
        sa.Column("login", sa.String(length=128), nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["logins.login"], name=op.f("fk_sub_client_names_login_logins")),
        sa.PrimaryKeyConstraint("login", "user_id", "name", name=op.f("pk_sub_client_names")),
    )
    op.create_index("ix_sub_client_names_name", "sub_client_names", ["login", "name"])
    for column in _COLUMNS:
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_requests_{column}", "requests", [column, "login"], sqlite_where=where, postgresql_where=where
        )
    _fill_in()


def downgrade() -> None:
    for column in _COLUMNS:
        op.drop_index(f"ix_requests_{column}", "requests")
    op.drop_table("sub_client_names")


def _fill_in() -> None:
    """Learn from the documents that were asked for by either."""
    connection = op.get_bind()
    names = sa.table("sub_client_names", sa.column("login"), sa.column("user_id"), sa.column("name"))
    pairs = [(ours, theirs) for ours in _COLUMNS for theirs in _COLUMNS]
    known = {
        (login, user_id, folded(name))
        for ours, theirs in pairs
        for login, user_id, name in connection.execute(sa.text(_KNOWN.format(ours=ours, theirs=theirs)))
    }
    for login, user_id, name in sorted(known):
        connection.execute(sa.insert(names).values(login=login, user_id=user_id, name=name))
