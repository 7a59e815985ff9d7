"""Batches: files of many rows, each of which becomes a request when its turn comes."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain import BatchPause, BatchState, Destination, Person
from db.models.base import Base, bot_at_work, partial_index, serial

_ACTIVE = "started_at IS NOT NULL AND finished_at IS NULL"
_NOT_STARTED = "state IN ('previewed', 'discarded')"
_TO_DELIVER = "finished_at IS NOT NULL AND delivered_at IS NULL"
_UNTOLD = "delivered_at IS NOT NULL AND undeliverable IS NOT NULL AND admins_told_at IS NULL"


class StoredBatch(Base):
    """A file that somebody sent, and how far its rows have come."""

    __tablename__ = "batches"

    id: Mapped[int] = serial()
    chat_id: Mapped[int]
    thread_id: Mapped[int | None]
    reply_to: Mapped[int | None]
    bot_id: Mapped[int] = mapped_column(default=bot_at_work)
    """Which bot heard it: each has its own messages in private chats."""
    origin_chat_id: Mapped[int]
    origin_message_id: Mapped[int]
    """The message with the file."""
    requester_id: Mapped[int]
    requester_name: Mapped[str] = mapped_column(String(256))
    language: Mapped[str] = mapped_column(String(8))
    login: Mapped[str] = mapped_column(ForeignKey("logins.login"))
    key: Mapped[str] = mapped_column(String(64))
    """Equal for files that ask for the same."""
    headings: Mapped[list[str]] = mapped_column(JSON)
    columns: Mapped[dict[str, str]] = mapped_column(JSON)
    """What the columns hold, by their place."""

    state: Mapped[BatchState]
    pause: Mapped[BatchPause | None]
    pause_told_at: Mapped[datetime | None]
    """When people were told of a pause that nobody pressed for."""
    message_id: Mapped[int | None]
    """The bot's message with the preview, later with the progress."""
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    resumed_at: Mapped[datetime | None]
    """When it was last started or went on: older outcomes pause it no more."""
    fed_at: Mapped[datetime | None]
    """When a row of it last entered the queue: of several batches of a login the one longest ago is next."""
    finished_at: Mapped[datetime | None]
    """When the last of its rows had ended."""
    each_pdf: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether its PDFs are sent as they come; else they are packed at the end."""
    files_sent: Mapped[int] = mapped_column(default=0)
    delivered_at: Mapped[datetime | None]
    """When Telegram had all files of the result, or it became certain that nobody is to have them."""
    undeliverable: Mapped[str | None] = mapped_column(Text)
    """Why its chat takes nothing, in Telegram's words, or empty where the allowlist kept the result back."""
    withheld: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it was kept back because its requester or chat is no longer allowed."""
    got_in_private: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether its requester got it alone, as its chat takes nothing."""
    admins_told_at: Mapped[datetime | None]
    """When the admins heard that it is undeliverable."""

    __table_args__ = (
        UniqueConstraint("bot_id", "origin_chat_id", "origin_message_id"),
        partial_index("ix_batches_active", "login", "id", where=_ACTIVE),
        partial_index("ix_batches_to_deliver", "id", where=_TO_DELIVER),
        partial_index("ix_batches_untold", "id", where=_UNTOLD),
        partial_index("ix_batches_not_started", "created_at", where=_NOT_STARTED),
        Index("ix_batches_login_key", "login", "key"),
        Index("ix_batches_chat_id_id", "chat_id", "id"),
        {"sqlite_autoincrement": True},
    )

    @property
    def requester(self) -> Person:
        return Person(self.requester_id, self.requester_name, self.language)

    @property
    def destination(self) -> Destination:
        return Destination(self.chat_id, self.thread_id, self.reply_to)


class StoredBatchRow(Base):
    """A row of a file as it came, what it asks for, and the request that it became."""

    __tablename__ = "batch_rows"

    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """As the spreadsheet counts."""
    cells: Mapped[list[Any]] = mapped_column(JSON)
    wish: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    mistake: Mapped[str | None] = mapped_column(String(1000))
    """What is wrong with it, as its sender reads it."""
    likeness: Mapped[str | None] = mapped_column(String(32))
    """Of new invoices: equal for all that a person would call the same."""
    doubtful: Mapped[bool] = mapped_column(default=False)
    """Whether it looks like another row, or like an invoice made lately."""
    waiting: Mapped[bool] = mapped_column(default=False)
    """Whether it is still to become a request."""
    request_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id"), unique=True)
    """The request that it became; where it is waiting, the failed one that it is to follow."""

    __table_args__ = (
        Index(
            "ix_batch_rows_waiting",
            "batch_id",
            "number",
            sqlite_where=text("waiting = 1"),
            postgresql_where=text("waiting"),
        ),
        Index(
            "ix_batch_rows_waiting_alike",
            "likeness",
            sqlite_where=text("waiting = 1 AND likeness IS NOT NULL"),
            postgresql_where=text("waiting AND likeness IS NOT NULL"),
        ),
    )
