"""What an engine plans to do for a statement, and which of it would read a table that grows from end to end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.models import Base

KEPT_SMALL = frozenset(
    {"allowed_people", "allowed_chats", "logins", "lease", "audit_readers", "shown_menus", "status_messages"}
)
"""Tables that people fill by hand, or the settings, or that hold what waits; all others grow with the work."""

_EMPTIED_AGAIN = frozenset(
    {
        "ix_batch_rows_waiting",
        "ix_batch_rows_waiting_alike",
        "ix_batches_active",
        "ix_batches_to_deliver",
        "ix_batches_untold",
        "ix_inbox_open",
        "ix_moved_chats_untold",
        "ix_occurrences_started",
        "ix_repeat_runs_agreed",
        "ix_repeat_runs_blocked",
        "ix_repeat_runs_open",
        "ix_repeat_runs_unshown",
        "ix_repeats_pause_untold",
        "ix_petition_cards_open",
        "ix_petitions_unfinished",
        "ix_requests_awaited",
        "ix_requests_open",
        "ix_requests_open_in_chat",
        "ix_requests_undelivered",
        "ix_requests_unresolved",
        "ix_requests_unsent_pdfs",
        "ix_requests_untold",
    }
)
"""Indexes of what waits for something to be done: reading one from end to end is what its query is for."""

_GROWING = frozenset(Base.metadata.tables) - KEPT_SMALL
_SCAN = re.compile(r"SCAN (?P<table>\w+?)(?:_\d+)?(?: USING (?:COVERING )?INDEX (?P<index>\w+))?$")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as the driver got it."""

    sql: str
    parameters: Any


class Recorder:
    """Notes the statements of an engine's transactions, until the block ends."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.sync_engine
        self.statements: list[Statement] = []

    def __enter__(self) -> list[Statement]:
        event.listen(self._engine, "before_cursor_execute", self._note)
        return self.statements

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, many: bool) -> None:  # noqa: FBT001
        if not sql.startswith(("BEGIN", "SELECT set_config")):
            self.statements.append(
                Statement(sql, parameters[0] if many and isinstance(parameters, list) else parameters)
            )


async def scans(connection: AsyncConnection, statement: Statement) -> list[str]:
    """Return how a statement would read growing tables from end to end, in the engine's words; none is well."""
    if connection.dialect.name == "sqlite":
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement.sql}", statement.parameters)
        return [detail for *_, detail in rows if _is_scan(detail)]
    found = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement.sql}", statement.parameters)
    return [
        f"{node['Node Type']} of {node['Relation Name']} {node.get('Index Name', '')}"
        for node in _nodes(found.scalar_one()[0]["Plan"])
        if node.get("Relation Name") in _GROWING and _reads_all(node)
    ]


def _is_scan(detail: str) -> bool:
    scan = _SCAN.match(detail)
    return scan is not None and scan["table"] in _GROWING and scan["index"] not in _EMPTIED_AGAIN


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _reads_all(node: dict[str, Any]) -> bool:
    if node["Node Type"] == "Seq Scan":
        return True
    by_index = node["Node Type"] in {"Index Scan", "Index Only Scan"}
    return by_index and "Index Cond" not in node and node["Index Name"] not in _EMPTIED_AGAIN
