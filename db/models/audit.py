"""Who did what."""

from datetime import datetime

from sqlalchemy import (
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, serial


class AuditEntry(Base):
    """Who did what, and when. Never changed afterwards."""

    __tablename__ = "audit"

    id: Mapped[int] = serial()
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None]
    """Telegram id; NULL for the command line and for the bot itself."""
    actor_name: Mapped[str] = mapped_column(String(256))
    action: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[int | None] = mapped_column(index=True)
    """The person or the group that it was done to, where it is about the allowlist."""
    chat_id: Mapped[int | None]
    request_id: Mapped[int | None] = mapped_column(index=True)
    detail: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = ({"sqlite_autoincrement": True},)


class AuditReader(Base):
    """Somebody who reads the audit as it grows, and how far they are."""

    __tablename__ = "audit_readers"

    reader: Mapped[str] = mapped_column(String(32), primary_key=True)
    read_up_to: Mapped[int]
    """The id of the newest entry read."""
