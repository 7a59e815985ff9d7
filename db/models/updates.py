"""What Telegram handed over, and what the bot asked."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain import Destination
from db.models.base import Base, bot_at_work, partial_index, serial


class InboxUpdate(Base):
    """An update as Telegram wrote it, until its handlers are done; then only its id stays, to know it again."""

    __tablename__ = "inbox"

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=bot_at_work)
    """Whose update it is: each bot's are numbered by themselves."""
    update_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    payload: Mapped[str | None] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))
    """Of the payload: another update under a known id comes from a Telegram that began anew."""
    received_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    """How often its handler was begun by a process that was not stopped in order meanwhile."""
    done_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(Text)
    """Why it could not be handled; its payload stays then, for whoever looks into it."""

    __table_args__ = (
        partial_index("ix_inbox_open", "bot_id", "update_id", where="done_at IS NULL"),
        Index("ix_inbox_done_at", "done_at"),
    )


class Question(Base):
    """A question that the bot asked with buttons or a forced reply, until somebody answers it."""

    __tablename__ = "questions"

    id: Mapped[int] = serial()
    kind: Mapped[str] = mapped_column(String(32))
    asker_id: Mapped[int]
    chat_id: Mapped[int]
    thread_id: Mapped[int | None]
    bot_id: Mapped[int] = mapped_column(default=bot_at_work)
    """Which bot asks: each has its own messages in private chats."""
    origin_chat_id: Mapped[int]
    origin_message_id: Mapped[int]
    message_id: Mapped[int | None]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("bot_id", "origin_chat_id", "origin_message_id", "kind"),
        Index("ix_questions_chat_id_message_id", "chat_id", "message_id"),
        Index("ix_questions_of_person", "chat_id", "asker_id", "kind", "id"),
        Index("ix_questions_asked_at", "asked_at"),
        partial_index(
            "ix_questions_open", "chat_id", "asker_id", "kind", "origin_message_id", where="answered_at IS NULL"
        ),
        {"sqlite_autoincrement": True},
    )

    @property
    def origin(self) -> Destination:
        """The message that led to the question, as what a reply to it goes to."""
        return Destination(self.chat_id, self.thread_id, self.origin_message_id)
