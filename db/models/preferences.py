"""What people and chats set for themselves."""

from sqlalchemy import (
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class PersonSettings(Base):
    """How a person is spoken to."""

    __tablename__ = "person_settings"

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    language: Mapped[str | None] = mapped_column(String(8))
    """The language that they chose; NULL: the one of their Telegram."""
    telegram_language: Mapped[str | None] = mapped_column(String(16))
    """What Telegram said of theirs when they were last heard of: for notes that answer nothing."""


class LoginChoice(Base):
    """Which of their logins a person uses in a chat."""

    __tablename__ = "login_choices"

    chat_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    login: Mapped[str] = mapped_column(String(128))


class ChatSettings(Base):
    """What a chat has set for itself: the sub-client that `/act <num>` means here."""

    __tablename__ = "chat_settings"

    chat_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_name: Mapped[str | None] = mapped_column(String(64))
    user_id: Mapped[int | None]
