"""What the processes of the bot agree upon."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class Lease(Base):
    """The right to lead, of which there is one: the only row."""

    __tablename__ = "lease"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    term: Mapped[int]
    """Counts the changes of the leader. What was written under an older one is refused."""
    holder: Mapped[str] = mapped_column(String(128))
    """Who leads, or led last, for people to read: host and process."""
    until: Mapped[datetime]
    """By the database's own clock, which is the same for all."""


class BotAtWork(Base):
    """Whose database this is: the only row."""

    __tablename__ = "bot_at_work"

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[datetime]
