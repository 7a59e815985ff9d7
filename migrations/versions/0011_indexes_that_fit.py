"""Indexes that fit the queries, so that nothing reads a table that grows from end to end.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_Indexes = dict[str, tuple[str, list[str], str | None]]

_OPEN = "state IN ('queued', 'running')"
_TO_DELIVER = (
    "delivered_at IS NULL AND state IN ('done', 'failed', 'unknown', 'cancelled')"
    " AND (batch_id IS NULL OR state = 'unknown')"
)
_OLD: _Indexes = {
    "ix_audit_at": ("audit", ["at"], None),
    "ix_audit_subject_id": ("audit", ["subject_id"], None),
    "ix_requests_queued": ("requests", ["login", "yields", "id"], "state = 'queued'"),
    "ix_requests_queued_requester": ("requests", ["requester_id"], "state = 'queued'"),
    "ix_requests_queued_chat": ("requests", ["chat_id"], "state = 'queued'"),
    "ix_requests_running": ("requests", ["id"], "state = 'running'"),
    "ix_requests_undelivered": (
        "requests",
        ["id"],
        _TO_DELIVER,
    ),
}
_NEW: _Indexes = {
    "ix_audit_actor_id_id": ("audit", ["actor_id", "id"], None),
    "ix_audit_actor_name_id": ("audit", ["actor_name", "id"], None),
    "ix_audit_chat_id_id": ("audit", ["chat_id", "id"], None),
    "ix_audit_subject_id_id": ("audit", ["subject_id", "id"], "subject_id IS NOT NULL"),
    "ix_batches_not_started": ("batches", ["created_at"], "state IN ('previewed', 'discarded')"),
    "ix_login_choices_user_id": ("login_choices", ["user_id"], None),
    "ix_petitions_kind_asked_at": ("petitions", ["kind", "asked_at"], None),
    "ix_petitions_unfinished": ("petitions", ["id"], "decision IS NULL OR told_at IS NULL"),
    "ix_questions_of_person": ("questions", ["chat_id", "asker_id", "kind", "id"], None),
    "ix_questions_asked_at": ("questions", ["asked_at"], None),
    "ix_questions_open": ("questions", ["chat_id", "asker_id", "kind", "origin_message_id"], "answered_at IS NULL"),
    "ix_requests_of_sub_client_in_chat": ("requests", ["chat_id", "user_name", "user_id", "id"], None),
    "ix_requests_of_sub_client": ("requests", ["user_name", "user_id", "id"], None),
    "ix_requests_batch_id": ("requests", ["batch_id"], "batch_id IS NOT NULL"),
    "ix_requests_created_at_id": ("requests", ["created_at", "id"], None),
    "ix_requests_open": ("requests", ["login", "state", "yields", "id"], _OPEN),
    "ix_requests_open_in_chat": ("requests", ["chat_id", "login", "state", "yields", "id"], _OPEN),
    "ix_requests_not_done": ("requests", ["state", "id"], "state <> 'done'"),
    "ix_requests_unresolved": ("requests", ["id"], "state = 'unknown' AND resolution IS NULL"),
    "ix_requests_undelivered": (
        "requests",
        ["finished_at", "id"],
        _TO_DELIVER,
    ),
    "ix_requests_awaited": ("requests", ["requester_id"], "delivered_at IS NULL"),
    "ix_requests_untold": ("requests", ["id"], "undeliverable IS NOT NULL AND admins_told_at IS NULL"),
    "ix_requests_old_status": ("requests", ["id"], "delivered_at IS NOT NULL AND status_message_id IS NOT NULL"),
}


def upgrade() -> None:
    _drop(_OLD)
    _create(_NEW)
    _create_waiting("waiting = 1")
    op.create_index(
        "ix_petition_cards_open",
        "petition_cards",
        ["petition_id"],
        sqlite_where=sa.text("outcome_shown = 0"),
        postgresql_where=sa.text("NOT outcome_shown"),
    )


def downgrade() -> None:
    _create_waiting("waiting")
    op.drop_index("ix_petition_cards_open", "petition_cards")
    _drop(_NEW)
    _create(_OLD)


def _create(indexes: _Indexes) -> None:
    for name, (table, columns, condition) in indexes.items():
        where = None if condition is None else sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _drop(indexes: _Indexes) -> None:
    for name, (table, _columns, _condition) in indexes.items():
        op.drop_index(name, table)


def _create_waiting(sqlite: str) -> None:
    """Have the index on waiting rows say "true" as the queries do."""
    op.drop_index("ix_batch_rows_waiting", "batch_rows")
    op.create_index(
        "ix_batch_rows_waiting",
        "batch_rows",
        ["batch_id", "number"],
        sqlite_where=sa.text(sqlite),
        postgresql_where=sa.text("waiting"),
    )
