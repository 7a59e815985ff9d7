"""What all tables share."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Enum,
    Index,
    Integer,
    MetaData,
    text,
)
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.domain import (
    BatchPause,
    BatchState,
    Decision,
    Denial,
    Failure,
    Hold,
    Kind,
    OccurrenceState,
    PetitionKind,
    RepeatPause,
    RepeatState,
    Resolution,
    Role,
    RunState,
    State,
)
from db.types import Instant, Money

BOT_AT_WORK = "docsbot_bot"
"""The engine's execution option that names the bot that works on the database, by its Telegram id."""


def bot_at_work(context: DefaultExecutionContext) -> int:
    """Return the id of the bot that writes a row; 0 for a command line that is no bot's."""
    return int(context.execution_options.get(BOT_AT_WORK, 0))


def words(enum: type[StrEnum]) -> Enum:
    """Store an enum as its value in a VARCHAR: readable by hand, and a new member needs no migration."""
    return Enum(enum, native_enum=False, length=32, values_callable=lambda members: [m.value for m in members])


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own declaration
        int: BigInteger,
        datetime: Instant,
        Decimal: Money,
        Kind: words(Kind),
        State: words(State),
        Failure: words(Failure),
        Hold: words(Hold),
        Role: words(Role),
        Resolution: words(Resolution),
        PetitionKind: words(PetitionKind),
        Decision: words(Decision),
        Denial: words(Denial),
        BatchState: words(BatchState),
        BatchPause: words(BatchPause),
        RepeatState: words(RepeatState),
        RepeatPause: words(RepeatPause),
        RunState: words(RunState),
        OccurrenceState: words(OccurrenceState),
    }


def serial() -> Mapped[int]:
    """An id that only grows; SQLite counts rows by itself only in a column that it calls INTEGER."""
    return mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def partial_index(name: str, *columns: str, where: str) -> Index:
    """Index only the rows for which a condition holds. A query has to say the condition in the same words to use it."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))
