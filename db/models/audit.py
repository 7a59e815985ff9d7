"""Who did what."""

from datetime import datetime

from sqlalchemy import (
    Index,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, partial_index, serial


class AuditEntry(Base):
    """Who did what, and when. Never changed afterwards."""

    __tablename__ = "audit"

    id: Mapped[int] = serial()
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    """Telegram id; NULL for the command line and for the bot itself."""
    actor_name: Mapped[str] = mapped_column(String(256))
    action: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[int | None]
    """The person or the group that it was done to, where it is about the allowlist."""
    chat_id: Mapped[int | None]
    request_id: Mapped[int | None] = mapped_column(index=True)
    detail: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        Index("ix_audit_actor_id_id", "actor_id", "id"),
        Index("ix_audit_actor_name_id", "actor_name", "id"),
        Index("ix_audit_chat_id_id", "chat_id", "id"),
        partial_index("ix_audit_subject_id_id", "subject_id", "id", where="subject_id IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )


class AuditReader(Base):
    """Somebody who reads the audit as it grows, and how far they are."""

    __tablename__ = "audit_readers"

    reader: Mapped[str] = mapped_column(String(32), primary_key=True)
    read_up_to: Mapped[int]
    """The id of the newest entry read."""
