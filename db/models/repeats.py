"""Repeats: invoices that are made again and again, the dates on which they are, and what is due at the same time."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain import (
    CreateInvoice,
    Destination,
    OccurrenceState,
    Person,
    RepeatPause,
    RepeatState,
    RunState,
    SubClient,
)
from db.models.base import Base, bot_at_work, partial_index, serial

_LISTED = "state IN ('active', 'paused')"
_NOT_STARTED = "state IN ('previewed', 'discarded')"
_DUE = "state = 'active' AND next_at IS NOT NULL"
_PAUSE_UNTOLD = "pause_told_at IS NULL AND pause IN ('not_allowed', 'failures')"
_UNSHOWN = "shown_at IS NULL"
_OPEN = "state IN ('asked', 'agreed')"
_AGREED = "state = 'agreed'"


class StoredRepeat(Base):
    """An invoice that is made on each date of a rule."""

    __tablename__ = "repeats"

    id: Mapped[int] = serial()
    chat_id: Mapped[int]
    thread_id: Mapped[int | None]
    bot_id: Mapped[int] = mapped_column(default=bot_at_work)
    """Which bot heard it: each has its own messages in private chats."""
    origin_chat_id: Mapped[int]
    origin_message_id: Mapped[int]
    """The message with the command."""
    owner_id: Mapped[int]
    owner_name: Mapped[str] = mapped_column(String(256))
    owner_language: Mapped[str] = mapped_column(String(8))
    login: Mapped[str] = mapped_column(ForeignKey("logins.login"))

    user_name: Mapped[str | None] = mapped_column(String(64))
    user_id: Mapped[int | None]
    amount: Mapped[Decimal]
    service: Mapped[str | None] = mapped_column(String(200))
    """With its placeholders."""
    language: Mapped[str] = mapped_column(String(8))
    """Of the words that placeholders become."""
    likeness: Mapped[str] = mapped_column(String(32))
    """Equal for all that a person would call the same invoice."""
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    by_itself: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Whether it is made without a question each time."""

    state: Mapped[RepeatState]
    pause: Mapped[RepeatPause | None]
    pause_told_at: Mapped[datetime | None]
    """When people were told of a pause that nobody pressed for."""
    next_number: Mapped[int] = mapped_column(default=0)
    """Which occurrence of its rule comes next, from 0."""
    next_at: Mapped[datetime | None]
    """When that is due; NULL: there is none."""
    message_id: Mapped[int | None]
    """The bot's message with the preview."""
    created_at: Mapped[datetime]
    resumed_at: Mapped[datetime | None]
    """When it last went on: older failures pause it no more."""

    __table_args__ = (
        UniqueConstraint("bot_id", "origin_chat_id", "origin_message_id"),
        partial_index("ix_repeats_due", "next_at", "id", where=_DUE),
        partial_index("ix_repeats_of_chat", "chat_id", "id", where=_LISTED),
        partial_index("ix_repeats_listed", "id", where=_LISTED),
        partial_index("ix_repeats_alike", "likeness", "login", where=_LISTED),
        partial_index("ix_repeats_not_started", "created_at", where=_NOT_STARTED),
        partial_index("ix_repeats_pause_untold", "id", where=_PAUSE_UNTOLD),
        {"sqlite_autoincrement": True},
    )

    @property
    def owner(self) -> Person:
        return Person(self.owner_id, self.owner_name, self.owner_language)

    @property
    def invoice(self) -> CreateInvoice:
        """What is made, with the placeholders in its service."""
        return CreateInvoice(SubClient(name=self.user_name, id=self.user_id), self.amount, self.service)

    @property
    def destination(self) -> Destination:
        return Destination(self.chat_id, self.thread_id)

    @property
    def is_over(self) -> bool:
        """Whether nothing comes of it any more."""
        return self.state not in {RepeatState.ACTIVE, RepeatState.PAUSED}


class RepeatRun(Base):
    """What one person's repeats of a chat are due to make at the same time: asked about, and made, together."""

    __tablename__ = "repeat_runs"

    id: Mapped[int] = serial()
    chat_id: Mapped[int]
    thread_id: Mapped[int | None]
    owner_id: Mapped[int]
    owner_name: Mapped[str] = mapped_column(String(256))
    owner_language: Mapped[str] = mapped_column(String(8))
    login: Mapped[str] = mapped_column(ForeignKey("logins.login"))

    state: Mapped[RunState]
    missed: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Whether its dates passed while the bot was down."""
    turn: Mapped[int] = mapped_column(default=0)
    """Counts the changes of what it asks: a button from before one carries a smaller number."""
    created_at: Mapped[datetime]
    message_id: Mapped[int | None]
    """The bot's message that asks, or that tells of it."""
    shown_at: Mapped[datetime | None]
    """When that message was last brought up to date; NULL: it has to be."""
    start_at: Mapped[datetime | None]
    """Of an agreed one: not before."""
    blocked: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Whether an earlier occurrence has to end first."""
    waits: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Whether its message says that it has to wait."""
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"), unique=True)
    answered_by: Mapped[str | None] = mapped_column(String(256))
    """Who said what becomes of it."""

    __table_args__ = (
        partial_index("ix_repeat_runs_unshown", "id", where=_UNSHOWN),
        partial_index("ix_repeat_runs_agreed", "start_at", "id", where=_AGREED),
        Index("ix_repeat_runs_blocked", "id", sqlite_where=text("blocked = 1"), postgresql_where=text("blocked")),
        partial_index("ix_repeat_runs_open", "chat_id", "id", where=_OPEN),
        {"sqlite_autoincrement": True},
    )

    @property
    def owner(self) -> Person:
        return Person(self.owner_id, self.owner_name, self.owner_language)

    @property
    def destination(self) -> Destination:
        return Destination(self.chat_id, self.thread_id)


class StoredOccurrence(Base):
    """One date of a repeat, written before anything is made of it: what is due twice is found here, and made once."""

    __tablename__ = "occurrences"

    repeat_id: Mapped[int] = mapped_column(ForeignKey("repeats.id"), primary_key=True, autoincrement=False)
    nominal: Mapped[date] = mapped_column(primary_key=True)
    """The date by its rule, which no clock and no weekend changes."""
    state: Mapped[OccurrenceState]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("repeat_runs.id"), index=True)
    """NULL: it was skipped before it was due."""
    row: Mapped[int | None]
    """Its row in the run's batch, if that is one."""
    request_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id"), unique=True)
    """The request that it became, or the latest that followed from it."""
    login: Mapped[str] = mapped_column(ForeignKey("logins.login"))
    started_at: Mapped[datetime | None]

    __table_args__ = (
        partial_index("ix_occurrences_started", "repeat_id", "nominal", where="state = 'started'"),
        Index("ix_occurrences_login_started_at", "login", "started_at"),
    )
