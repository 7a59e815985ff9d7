"""The queue's tables, and the record of what became of each request."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    and_,
    false,
    literal_column,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain import (
    CreateInvoice,
    Denial,
    Destination,
    Failure,
    GetAct,
    GetInvoice,
    Hold,
    Kind,
    Person,
    Resolution,
    State,
    SubClient,
    Wish,
)
from db.models.base import Base, bot_at_work, partial_index, serial

_OPEN = "state IN ('queued', 'running')"
_TO_DELIVER = (
    "delivered_at IS NULL AND state IN ('done', 'failed', 'unknown', 'cancelled')"
    " AND (batch_id IS NULL OR state = 'unknown')"
)
_UNSENT_PDF = "batch_id IS NOT NULL AND state = 'done' AND delivered_at IS NULL"


class Login(Base):
    """An account of ours at the vendor: the unit of its limit. The credentials stay in the settings."""

    __tablename__ = "logins"

    login: Mapped[str] = mapped_column(String(128), primary_key=True)
    next_start_at: Mapped[datetime]
    """No request may start before: the last answer plus the pace."""
    answered_at: Mapped[datetime | None]
    """When the last request ended that may have reached SMS Center: the pace counts from there."""
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the scheduler has to look at this login; NULL when nothing can start (empty, running or paused)."""
    hold: Mapped[Hold | None]
    held_until: Mapped[datetime | None]
    trouble: Mapped[str | None] = mapped_column(String(200))
    """What the admins have to know of the hold: the setting that is wrong."""
    unreachable_since: Mapped[datetime | None]
    """Since when no request has got through."""
    paused_at: Mapped[datetime | None]
    paused_by: Mapped[str | None] = mapped_column(String(256))
    """Who paused it, empty for the command line; NULL: SMS Center refused it."""
    told_at: Mapped[datetime | None]
    """When the admins were told of the pause or the block, so that they are told once."""


class Request(Base):
    """One wish of one person, and what became of it."""

    __tablename__ = "requests"

    id: Mapped[int] = serial()
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

    bot_id: Mapped[int] = mapped_column(default=bot_at_work)
    """Which bot heard it: each has its own messages in private chats."""
    origin_chat_id: Mapped[int]
    origin_message_id: Mapped[int]
    again_of: Mapped[int] = mapped_column(default=0)
    """The request that a person's button repeats; 0 for a command; the negative number of a press on a list, of which
    each press counts. Part of what makes a command or a press unique."""

    likeness: Mapped[str | None] = mapped_column(String(32))
    """Of creates: equal for all that a person would call the same invoice."""

    copy_of: Mapped[int | None]
    """The request whose document this one sends once more, without asking the vendor."""

    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))
    """The batch whose result brings its outcome; None: its outcome is delivered by itself."""
    yields: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it waits until no other request of its login does: rows of batches come after people."""

    state: Mapped[State] = mapped_column(default=State.QUEUED)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    unusable_answers: Mapped[int] = mapped_column(default=0)
    throttled: Mapped[int] = mapped_column(default=0)
    """How often the vendor said error 9: somebody else used the login."""

    invoice_number: Mapped[str | None] = mapped_column(String(20))
    incomplete: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the PDF is what came of one that never came whole."""
    failure: Mapped[Failure | None]
    failure_code: Mapped[int | None]

    closed_by_id: Mapped[int | None]
    closed_by: Mapped[str | None] = mapped_column(String(256))
    """The name of the person who cancelled it."""
    denied: Mapped[Denial | None]
    """Why the bot cancelled it by itself: the right to it had ended."""

    resolution: Mapped[Resolution | None]
    """What a person found out about an unknown outcome."""
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None]
    """Who decided; the id tells people apart, the name is for people to read."""
    resolved_by: Mapped[str | None] = mapped_column(String(256))

    delivered_at: Mapped[datetime | None]
    """When Telegram accepted the outcome, or when it became certain that it never will (`undeliverable`)."""
    undeliverable: Mapped[str | None] = mapped_column(Text)
    """Why, in Telegram's words, or empty where the allowlist kept it back."""
    withheld: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it was kept back because its requester or chat is no longer allowed."""
    admins_told_at: Mapped[datetime | None]
    """When the admins heard that it is undeliverable."""
    delivered_message_id: Mapped[int | None]
    file_id: Mapped[str | None] = mapped_column(String(256))

    __table_args__ = (
        UniqueConstraint("bot_id", "origin_chat_id", "origin_message_id", "again_of"),
        Index("ix_requests_likeness", "likeness", "login", "state", "finished_at"),
        Index("ix_requests_chat_id_id", "chat_id", "id"),
        Index("ix_requests_of_sub_client_in_chat", "chat_id", "user_name", "user_id", "id"),
        Index("ix_requests_of_sub_client", "user_name", "user_id", "id"),
        Index("ix_requests_created_at_id", "created_at", "id"),
        partial_index("ix_requests_open", "login", "state", "yields", "id", where=_OPEN),
        partial_index("ix_requests_open_in_chat", "chat_id", "login", "state", "yields", "id", where=_OPEN),
        partial_index("ix_requests_not_done", "state", "id", where="state <> 'done'"),
        partial_index("ix_requests_batch_id", "batch_id", where="batch_id IS NOT NULL"),
        partial_index("ix_requests_invoice_number", "invoice_number", "login", where="invoice_number IS NOT NULL"),
        partial_index("ix_requests_document_id", "document_id", "login", where="document_id IS NOT NULL"),
        partial_index("ix_requests_unsent_pdfs", "batch_id", "finished_at", "id", where=_UNSENT_PDF),
        partial_index("ix_requests_unresolved", "id", where="state = 'unknown' AND resolution IS NULL"),
        partial_index("ix_requests_undelivered", "finished_at", "id", where=_TO_DELIVER),
        partial_index("ix_requests_awaited", "requester_id", where="delivered_at IS NULL"),
        partial_index("ix_requests_untold", "id", where="undeliverable IS NOT NULL AND admins_told_at IS NULL"),
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


def in_state(*states: State, of: type[Request] = Request) -> ColumnElement[bool]:
    """Return the condition that a request (or an alias, `of`) is in one of these states, which the indexes know.

    The states stand in the statement itself: a plan that has to hold for any parameter can use no partial index. A
    condition narrower than an index's is joined to it, as SQLite draws no conclusions.
    """
    if len(states) > 1:
        return of.state.in_([_word(state) for state in states])
    state = states[0]
    found = of.state == _word(state)
    if state in _OPEN_STATES:
        return and_(in_state(*_OPEN_STATES, of=of), found)
    return found


def _word(state: State) -> ColumnElement[State]:
    return literal_column(f"'{state.value}'")


_OPEN_STATES = (State.QUEUED, State.RUNNING)
QUEUED = in_state(State.QUEUED)
RUNNING = in_state(State.RUNNING)
OPEN = in_state(*_OPEN_STATES)
ENDED = in_state(State.DONE, State.FAILED, State.UNKNOWN, State.CANCELLED)
NOT_DONE = Request.state != _word(State.DONE)


class SubClientName(Base):
    """A name and a number of SMS Center's that were seen to be one sub-client of a login."""

    __tablename__ = "sub_client_names"

    login: Mapped[str] = mapped_column(ForeignKey("logins.login"), primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    """As names are compared: without case and look-alike letters."""

    __table_args__ = (Index("ix_sub_client_names_name", "login", "name"),)


class Document(Base):
    """The PDF of a request, byte for byte as the vendor sent it."""

    __tablename__ = "documents"

    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"), primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[datetime] = mapped_column(index=True)
