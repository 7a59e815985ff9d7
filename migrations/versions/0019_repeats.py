"""Repeats: invoices that are made again on each date of a rule.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LISTED = "state IN ('active', 'paused')"


def upgrade() -> None:
    _make_repeats()
    _make_runs()
    _make_occurrences()


def downgrade() -> None:
    for table in ("occurrences", "repeat_runs", "repeats"):
        op.drop_table(table)


def _make_repeats() -> None:
    op.create_table(
        "repeats",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("origin_chat_id", sa.BigInteger(), nullable=False),
        sa.Column("origin_message_id", sa.BigInteger(), nullable=False),
        *_owner(),
        sa.Column("user_name", sa.String(length=64), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("service", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("likeness", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("by_itself", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("pause", sa.String(length=32), nullable=True),
        sa.Column("pause_told_at", sa.BigInteger(), nullable=True),
        sa.Column("next_number", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("resumed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["login"], ["logins.login"], name=op.f("fk_repeats_login_logins")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repeats")),
        sa.UniqueConstraint(
            "bot_id",
            "origin_chat_id",
            "origin_message_id",
            name=op.f("uq_repeats_bot_id_origin_chat_id_origin_message_id"),
        ),
        sqlite_autoincrement=True,
    )
    _index("repeats", "due", ["next_at", "id"], "state = 'active' AND next_at IS NOT NULL")
    _index("repeats", "of_chat", ["chat_id", "id"], _LISTED)
    _index("repeats", "listed", ["id"], _LISTED)
    _index("repeats", "alike", ["likeness", "login"], _LISTED)
    _index("repeats", "not_started", ["created_at"], "state IN ('previewed', 'discarded')")
    _index("repeats", "pause_untold", ["id"], "pause_told_at IS NULL AND pause IN ('not_allowed', 'failures')")


def _make_runs() -> None:
    op.create_table(
        "repeat_runs",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        *_owner(),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("missed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("shown_at", sa.BigInteger(), nullable=True),
        sa.Column("start_at", sa.BigInteger(), nullable=True),
        sa.Column("blocked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("waits", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("batch_id", _ID, nullable=True),
        sa.Column("answered_by", sa.String(length=256), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_repeat_runs_batch_id_batches")),
        sa.ForeignKeyConstraint(["login"], ["logins.login"], name=op.f("fk_repeat_runs_login_logins")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repeat_runs")),
        sa.UniqueConstraint("batch_id", name=op.f("uq_repeat_runs_batch_id")),
        sqlite_autoincrement=True,
    )
    _index("repeat_runs", "unshown", ["id"], "shown_at IS NULL")
    _index("repeat_runs", "agreed", ["start_at", "id"], "state = 'agreed'")
    op.create_index(
        "ix_repeat_runs_blocked",
        "repeat_runs",
        ["id"],
        sqlite_where=sa.text("blocked = 1"),
        postgresql_where=sa.text("blocked"),
    )
    _index("repeat_runs", "open", ["chat_id", "id"], "state IN ('asked', 'agreed')")


def _make_occurrences() -> None:
    op.create_table(
        "occurrences",
        sa.Column("repeat_id", _ID, autoincrement=False, nullable=False),
        sa.Column("nominal", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("run_id", _ID, nullable=True),
        sa.Column("row", sa.BigInteger(), nullable=True),
        sa.Column("request_id", _ID, nullable=True),
        sa.Column("login", sa.String(length=128), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["login"], ["logins.login"], name=op.f("fk_occurrences_login_logins")),
        sa.ForeignKeyConstraint(["repeat_id"], ["repeats.id"], name=op.f("fk_occurrences_repeat_id_repeats")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_occurrences_request_id_requests")),
        sa.ForeignKeyConstraint(["run_id"], ["repeat_runs.id"], name=op.f("fk_occurrences_run_id_repeat_runs")),
        sa.PrimaryKeyConstraint("repeat_id", "nominal", name=op.f("pk_occurrences")),
        sa.UniqueConstraint("request_id", name=op.f("uq_occurrences_request_id")),
    )
    _index("occurrences", "started", ["repeat_id", "nominal"], "state = 'started'")
    op.create_index("ix_occurrences_run_id", "occurrences", ["run_id"])
    op.create_index("ix_occurrences_login_started_at", "occurrences", ["login", "started_at"])


def _owner() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("owner_name", sa.String(length=256), nullable=False),
        sa.Column("owner_language", sa.String(length=8), nullable=False),
        sa.Column("login", sa.String(length=128), nullable=False),
    )


def _index(table: str, name: str, columns: list[str], where: str) -> None:
    op.create_index(f"ix_{table}_{name}", table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
