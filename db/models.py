"""The tables. Every change here needs a migration; a test holds the two equal."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Enum,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.domain import (
    CreateInvoice,
    Decision,
    Destination,
    Failure,
    GetAct,
    GetInvoice,
    Hold,
    Kind,
    Person,
    PetitionKind,
    Resolution,
    Role,
    State,
    SubClient,
    Wish,
)
from db.types import Instant, Money


def _words(enum: type[StrEnum]) -> Enum:
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
        Kind: _words(Kind),
        State: _words(State),
        Failure: _words(Failure),
        Hold: _words(Hold),
        Role: _words(Role),
        Resolution: _words(Resolution),
        PetitionKind: _words(PetitionKind),
        Decision: _words(Decision),
    }


def _serial() -> Mapped[int]:
    """An id that only grows; SQLite counts rows by itself only in a column that it calls INTEGER."""
    return mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


class InboxUpdate(Base):
    """An update as Telegram gave it, until its handlers are done; then only its id stays, to know it again."""

    __tablename__ = "inbox"

    update_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    payload: Mapped[str | None] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))
    """Of the payload: another update under a known id comes from another bot, or a Telegram that began anew."""
    received_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_inbox_open",
            "update_id",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index("ix_inbox_done_at", "done_at"),
    )


class Login(Base):
    """An account of ours at the vendor: the unit of its limit. The credentials stay in the settings."""

    __tablename__ = "logins"

    login: Mapped[str] = mapped_column(String(128), primary_key=True)
    next_start_at: Mapped[datetime]
    """No request may start before: the last answer plus the pace."""
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the scheduler has to look at this login; NULL when nothing can start (empty, running or paused)."""
    hold: Mapped[Hold | None]
    held_until: Mapped[datetime | None]
    unreachable_since: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    """When the admins were told of the pause or the block, so that they are told once."""


class Request(Base):
    """One wish of one person, and what became of it."""

    __tablename__ = "requests"

    id: Mapped[int] = _serial()
    login: Mapped[str] = mapped_column(ForeignKey("logins.login"))
    kind: Mapped[Kind]
    user_name: Mapped[str | None] = mapped_column(String(64))
    user_id: Mapped[int | None]
    amount: Mapped[Decimal | None]
    service: Mapped[str | None] = mapped_column(String(200))
    document_id: Mapped[str | None] = mapped_column(String(20))
    document_num: Mapped[str | None] = mapped_column(String(64))

    requester_id: Mapped[int]
    requester_name: Mapped[str] = mapped_column(String(256))
    language: Mapped[str] = mapped_column(String(8))
    chat_id: Mapped[int]
    thread_id: Mapped[int | None]
    reply_to: Mapped[int | None]

    origin_chat_id: Mapped[int]
    origin_message_id: Mapped[int]
    again_of: Mapped[int] = mapped_column(default=0)
    """The request that a person's button repeats; 0 for a command; the negative number of a press on a list, of which
    each press counts. Part of what makes a command or a press unique."""

    copy_of: Mapped[int | None]
    """The request whose document this one sends once more, without asking the vendor."""

    state: Mapped[State] = mapped_column(default=State.QUEUED)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    unusable_answers: Mapped[int] = mapped_column(default=0)
    throttled: Mapped[int] = mapped_column(default=0)
    """How often the vendor said error 9: somebody else used the login."""

    invoice_number: Mapped[str | None] = mapped_column(String(20))
    failure: Mapped[Failure | None]
    failure_code: Mapped[int | None]

    closed_by: Mapped[str | None] = mapped_column(String(256))
    """The name of the person who cancelled it."""

    resolution: Mapped[Resolution | None]
    """What a person found out about an unknown outcome."""
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(String(256))

    status_message_id: Mapped[int | None]
    delivered_at: Mapped[datetime | None]
    """When Telegram accepted the outcome, or when it became certain that it never will (`undeliverable`)."""
    undeliverable: Mapped[str | None] = mapped_column(Text)
    admins_told_at: Mapped[datetime | None]
    """When the admins heard that it is undeliverable."""
    delivered_message_id: Mapped[int | None]
    file_id: Mapped[str | None] = mapped_column(String(256))

    __table_args__ = (
        UniqueConstraint("origin_chat_id", "origin_message_id", "again_of"),
        Index(
            "ix_requests_queued",
            "login",
            "id",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_requests_running",
            "id",
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
        Index(
            "ix_requests_undelivered",
            "id",
            sqlite_where=text("delivered_at IS NULL AND state IN ('done', 'failed', 'unknown', 'cancelled')"),
            postgresql_where=text("delivered_at IS NULL AND state IN ('done', 'failed', 'unknown', 'cancelled')"),
        ),
        Index("ix_requests_chat_id_id", "chat_id", "id"),
        {"sqlite_autoincrement": True},
    )

    @property
    def sub_client(self) -> SubClient:
        return SubClient(name=self.user_name, id=self.user_id)

    @property
    def wish(self) -> Wish:
        match self.kind:
            case Kind.CREATE_INVOICE if self.amount is not None:
                return CreateInvoice(self.sub_client, self.amount, self.service)
            case Kind.GET_INVOICE if self.document_id is not None:
                return GetInvoice(self.sub_client, self.document_id)
            case Kind.GET_ACT:
                return GetAct(self.sub_client, num=self.document_num, id=self.document_id)
            case _:
                raise ValueError(f"request {self.id} lacks what its kind {self.kind} needs")

    @property
    def makes_invoice(self) -> bool:
        """Whether sending it would make an invoice: a create whose invoice is not known to exist."""
        return self.kind is Kind.CREATE_INVOICE and self.invoice_number is None

    @property
    def requester(self) -> Person:
        return Person(self.requester_id, self.requester_name, self.language)

    @property
    def destination(self) -> Destination:
        return Destination(self.chat_id, self.thread_id, self.reply_to)


class Document(Base):
    """The PDF of a request, byte for byte as the vendor sent it."""

    __tablename__ = "documents"

    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"), primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[datetime] = mapped_column(index=True)


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


class Petition(Base):
    """Somebody's wish to be let in: a person for themselves, or for a group that they added the bot to."""

    __tablename__ = "petitions"

    id: Mapped[int] = _serial()
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
    decided_by: Mapped[str | None] = mapped_column(String(256))
    told_at: Mapped[datetime | None]
    """When the asker heard the answer."""

    __table_args__ = (Index("ix_petitions_kind_subject_id", "kind", "subject_id"), {"sqlite_autoincrement": True})


class PetitionCard(Base):
    """The message with which an admin was asked to decide about a petition."""

    __tablename__ = "petition_cards"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"), primary_key=True, autoincrement=False)
    admin_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    message_id: Mapped[int]
    """0 where Telegram takes nothing for this admin."""
    outcome_shown: Mapped[bool] = mapped_column(default=False)
    """Whether the card says by now who decided what."""


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
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    login: Mapped[str] = mapped_column(String(128))


class ChatSettings(Base):
    """What a chat has set for itself: the sub-client that `/act <num>` means here."""

    __tablename__ = "chat_settings"

    chat_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_name: Mapped[str | None] = mapped_column(String(64))
    user_id: Mapped[int | None]


class Question(Base):
    """A question that the bot asked with buttons or a forced reply, until somebody answers it."""

    __tablename__ = "questions"

    id: Mapped[int] = _serial()
    kind: Mapped[str] = mapped_column(String(32))
    asker_id: Mapped[int]
    chat_id: Mapped[int]
    thread_id: Mapped[int | None]
    origin_chat_id: Mapped[int]
    origin_message_id: Mapped[int]
    message_id: Mapped[int | None]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("origin_chat_id", "origin_message_id", "kind"),
        Index("ix_questions_chat_id_message_id", "chat_id", "message_id"),
        {"sqlite_autoincrement": True},
    )


class AuditEntry(Base):
    """Who did what, and when. Never changed afterwards."""

    __tablename__ = "audit"

    id: Mapped[int] = _serial()
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
