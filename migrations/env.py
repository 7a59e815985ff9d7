"""Alembic's entry: runs the migrations on the connection that `db/migrate.py` or `migrations/new.py` hands in."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from db.models import Base
from db.types import Instant, Money


def render_item(type_: str, item: Any, _autogen_context: object) -> str | Literal[False]:
    """Write our own column types as what they store: a migration must not change when the program does."""
    if type_ == "type" and isinstance(item, Instant | Money):
        return "sa.BigInteger()"
    if type_ == "type" and isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render_item,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
