"""Who may use the bot, and who asks to."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain import (
    Decision,
    PetitionKind,
    Role,
)
from db.models.base import Base, partial_index, serial


class AllowedPerson(Base):
    """A person on the allowlist. By numeric id: usernames change hands."""

    __tablename__ = "allowed_people"

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(256))
    role: Mapped[Role]
    logins: Mapped[list[str]] = mapped_column(JSON, default=list)
    """The logins that the person's requests may use, the first unless they choose; none: the default one."""
    expires_at: Mapped[datetime | None]
    added_by: Mapped[int | None]
    added_at: Mapped[datetime]


class AllowedChat(Base):
    """A group on the allowlist."""

    __tablename__ = "allowed_chats"

    chat_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(256))
    login: Mapped[str | None] = mapped_column(String(128))
    everyone: Mapped[bool] = mapped_column(default=False)
    """Whether everyone in the group may use the bot there, or (default) only people who are on the list too."""
    expires_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    """When the bot was removed from the group."""
    added_by: Mapped[int | None]
    added_at: Mapped[datetime]


class MovedChat(Base):
    """A group that became a supergroup: commands given just before it still come from the old id."""

    __tablename__ = "moved_chats"

    old_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    new_id: Mapped[int]
    admins_told_at: Mapped[datetime | None]

    __table_args__ = (partial_index("ix_moved_chats_untold", "old_id", where="admins_told_at IS NULL"),)


class Petition(Base):
    """Somebody's wish to be let in: a person for themselves, or for a group that they added the bot to."""

    __tablename__ = "petitions"

    id: Mapped[int] = serial()
    kind: Mapped[PetitionKind]
    subject_id: Mapped[int]
    """The person's id, or the group's."""
    subject_name: Mapped[str] = mapped_column(String(256))
    asker_id: Mapped[int]
    asker_name: Mapped[str] = mapped_column(String(256))
    language: Mapped[str] = mapped_column(String(8))
    asked_at: Mapped[datetime]
    decision: Mapped[Decision | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None]
    decided_by: Mapped[str | None] = mapped_column(String(256))
    told_at: Mapped[datetime | None]
    """When the asker heard the answer."""
    told_unreached_at: Mapped[datetime | None]
    """When the asker heard that no admin could be reached."""

    __table_args__ = (
        Index("ix_petitions_kind_subject_id", "kind", "subject_id"),
        Index("ix_petitions_kind_asked_at", "kind", "asked_at"),
        partial_index("ix_petitions_unfinished", "id", where="decision IS NULL OR told_at IS NULL"),
        {"sqlite_autoincrement": True},
    )


class PetitionCard(Base):
    """The message with which an admin was asked to decide about a petition."""

    __tablename__ = "petition_cards"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"), primary_key=True, autoincrement=False)
    admin_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    message_id: Mapped[int]
    """0 where Telegram takes nothing for this admin."""
    outcome_shown: Mapped[bool] = mapped_column(default=False)
    """Whether the card says by now who decided what."""

    __table_args__ = (
        Index(
            "ix_petition_cards_open",
            "petition_id",
            sqlite_where=text("outcome_shown = 0"),
            postgresql_where=text("NOT outcome_shown"),
        ),
    )
