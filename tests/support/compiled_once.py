"""Dialects whose statements are compiled once for all tests of a process, and not once for each test's engine.

SQLAlchemy keeps what it has compiled by engine and by dialect; the tests make thousands of both.
"""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.util import LRUCache

_COMPILED: LRUCache[Any, Any] = LRUCache(4000)


class _Alike:
    """One is as good as another that speaks to the same version of the same server."""

    server_version_info: tuple[Any, ...] | None

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.server_version_info == getattr(other, "server_version_info", None)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=_COMPILED)


class Sqlite(_Alike, SQLiteDialect_aiosqlite):
    """SQLite as the bot uses it."""

    supports_statement_cache = True


class Postgres(_Alike, PGDialect_asyncpg):
    """PostgreSQL as the bot uses it."""

    supports_statement_cache = True


def compile_once() -> None:
    """Have all engines that this process makes from now on share what is compiled."""
    registry.register("sqlite.aiosqlite", __name__, Sqlite.__name__)
    registry.register("postgresql.asyncpg", __name__, Postgres.__name__)
