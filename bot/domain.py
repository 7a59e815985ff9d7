"""The words of docsbot as types: sub-clients, what may be asked of SMS Center, and the states of a request."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class SubClient:
    """Whom a document is for: the vendor's `user` (a name) or `user_id` (a number), exactly one of the two."""

    name: str | None = None
    id: int | None = None

    def __post_init__(self) -> None:
        if (self.name is None) == (self.id is None):
            raise ValueError("a sub-client has either a name or an id")

    def __str__(self) -> str:
        """Return the form that people type: `alice` or `#101`."""
        return self.name if self.name is not None else f"#{self.id}"


@dataclass(frozen=True, slots=True)
class CreateInvoice:
    """`add_account`: make a new invoice. The only wish that must never be sent twice."""

    sub_client: SubClient
    amount: Decimal
    service: str | None = None


@dataclass(frozen=True, slots=True)
class GetInvoice:
    """`get_account`: download an invoice that exists."""

    sub_client: SubClient
    id: str


@dataclass(frozen=True, slots=True)
class GetAct:
    """`get_act`: download an act, by its number (`num`) or by its ID (`id`), exactly one of the two."""

    sub_client: SubClient
    num: str | None = None
    id: str | None = None

    def __post_init__(self) -> None:
        if (self.num is None) == (self.id is None):
            raise ValueError("an act is asked for either by number or by id")


Wish = CreateInvoice | GetInvoice | GetAct
"""What one person may ask for; each becomes one request in the queue."""


class State(StrEnum):
    """States of a request; design: queued -> running -> done | failed | unknown, queued -> cancelled."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class Kind(StrEnum):
    """What a request asks for; the stored form of a wish's type."""

    CREATE_INVOICE = "create_invoice"
    GET_INVOICE = "get_invoice"
    GET_ACT = "get_act"


class Failure(StrEnum):
    """Why a request failed."""

    PARAMETERS = "parameters"
    LOGIN_REFUSED = "login_refused"
    """Of old requests: what meets this now waits."""
    NOT_CREATED = "not_created"
    NO_SUB_CLIENT = "no_sub_client"
    NO_DOCUMENT = "no_document"
    BUSY = "busy"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNREADABLE = "unreadable"
    PDF_MISSING = "pdf_missing"
    LOGIN_REMOVED = "login_removed"
    TOO_LARGE = "too_large"
    """The document exists; Telegram takes none so large."""


class Hold(StrEnum):
    """Why a login rests until a time."""

    BLOCKED = "blocked"
    """SMS Center blocked our address."""
    UNREACHABLE = "unreachable"
    """SMS Center could not be reached."""
    WRONG_SETTING = "wrong_setting"
    """Who answers at the address in the settings is not SMS Center's API."""

    @property
    def is_common(self) -> bool:
        """Whether the reason is the same for all logins, so that all rest, and one request tries for all."""
        return self is not Hold.UNREACHABLE


COMMON_HOLDS = frozenset(hold for hold in Hold if hold.is_common)


class Borrowed(StrEnum):
    """How somebody sent words that are not their own."""

    FORWARDED = "forwarded"
    VIA_BOT = "via_bot"
    """Another bot wrote them."""


class Resolution(StrEnum):
    """What a person decided about a create whose outcome nobody knew."""

    EXISTS = "exists"
    CREATE_AGAIN = "create_again"
    CLOSED = "closed"


class Denial(StrEnum):
    """Why the allowlist, as it stands now, does not let a person do something about a request."""

    NOT_LISTED = "not_listed"
    """The person is not on it (any more)."""
    EXPIRED = "expired"
    """The person's time is over."""
    CHAT_CLOSED = "chat_closed"
    """The group is not on it (any more), its time is over, or it removed the bot."""
    NO_LOGIN = "no_login"
    """The person may not use the request's login in the request's chat (any more)."""
    LOGIN_REMOVED = "login_removed"
    """The settings do not have the login (any more)."""


class BatchState(StrEnum):
    """States of a batch: previewed -> running <-> paused -> done | stopped, previewed -> discarded."""

    PREVIEWED = "previewed"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    STOPPED = "stopped"
    DISCARDED = "discarded"


class BatchPause(StrEnum):
    """Why a batch is paused, or was stopped by the bot itself."""

    PERSON = "person"
    UNKNOWN_OUTCOMES = "unknown_outcomes"
    """Of several rows in a row nobody knows whether their invoice was made."""
    LOGIN_PAUSED = "login_paused"
    NOT_ALLOWED = "not_allowed"
    """Its requester may not use the bot, or its login, any more."""
    RESTORED = "restored"
    """A backup was restored, which does not know what was made since."""


class RepeatState(StrEnum):
    """States of a repeat: previewed -> active <-> paused -> ended, previewed -> discarded."""

    PREVIEWED = "previewed"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"
    DISCARDED = "discarded"


class RepeatPause(StrEnum):
    """Why a repeat is paused."""

    PERSON = "person"
    NOT_ALLOWED = "not_allowed"
    """Its owner may not use the bot, or its login, any more."""
    FAILURES = "failures"
    """It failed several times in a row."""


class RunState(StrEnum):
    """States of a run: asked -> agreed -> started, asked -> skipped; one that needs no question begins as agreed."""

    ASKED = "asked"
    AGREED = "agreed"
    STARTED = "started"
    SKIPPED = "skipped"


class OccurrenceState(StrEnum):
    """States of an occurrence: waiting -> started -> made | failed, waiting -> skipped."""

    WAITING = "waiting"
    """For a person, or until it may start."""
    STARTED = "started"
    """It is a request, or a row of a batch."""
    MADE = "made"
    FAILED = "failed"
    SKIPPED = "skipped"


class Role(StrEnum):
    """What a person on the allowlist may do: a manager uses the bot, an admin also manages it."""

    MANAGER = "manager"
    ADMIN = "admin"


class PetitionKind(StrEnum):
    """Who asks to be let in."""

    PERSON = "person"
    GROUP = "group"


class Decision(StrEnum):
    """What an admin said to a petition."""

    MANAGER = "manager"
    ADMIN = "admin"
    ALLOWED = "allowed"
    REFUSED = "refused"
    GONE = "gone"
    """Nobody decided: the bot was removed from the group before."""


@dataclass(frozen=True, slots=True)
class ConfiguredLogins:
    """The logins of the settings, the default one first, and the least time between two requests of one of them."""

    names: tuple[str, ...]
    pace: timedelta

    def __post_init__(self) -> None:
        if not self.names:
            raise ValueError("there has to be a login")

    def __contains__(self, login: object) -> bool:
        return login in self.names

    @property
    def default(self) -> str:
        return self.names[0]

    @property
    def only(self) -> str | None:
        """The login, if there is but one."""
        return self.names[0] if len(self.names) == 1 else None


@dataclass(frozen=True, slots=True)
class Person:
    """A Telegram user as the bot knows one: the id decides, the name is for people to read."""

    id: int
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a reply goes: a chat, its topic (forums only) and the message replied to."""

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None
