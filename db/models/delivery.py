"""What the bot shows besides outcomes."""

from datetime import datetime

from sqlalchemy import String, false
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, bot_at_work, serial


class StatusMessage(Base):
    """A message that says when those requests of one chat, topic and login go out that wait, and what it says of them.

    Of several the newest counts; the others are about to be deleted.
    """

    __tablename__ = "status_messages"

    id: Mapped[int] = serial()
    chat_id: Mapped[int]
    thread_id: Mapped[int | None]
    login: Mapped[str] = mapped_column(String(128))
    message_id: Mapped[int]
    sent_at: Mapped[datetime]
    newest_id: Mapped[int]
    """The newest request that it tells of."""
    waiting: Mapped[int]
    is_next: Mapped[bool] = mapped_column(default=False, server_default=false())
    last_at: Mapped[datetime | None]
    delay: Mapped[str] = mapped_column(String(32))

    __table_args__ = ({"sqlite_autoincrement": True},)


class ShownMenu(Base):
    """A menu of commands that a bot has set with Telegram, of which only what makes a difference is kept."""

    __tablename__ = "shown_menus"

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=bot_at_work)
    scope: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Telegram's name for where it is shown."""
    chat_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """0 where it is not of one chat."""
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    """Empty for the one of all other languages."""
    digest: Mapped[str] = mapped_column(String(64))
