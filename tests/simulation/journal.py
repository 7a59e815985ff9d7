"""What really happened: the logs of SMS Center, of Telegram and of the people, from which the oracle judges.

Times are seconds of the virtual clock. Nothing here comes from the bot.
"""

from dataclasses import dataclass, field
from enum import StrEnum, auto


class Want(StrEnum):
    """What a person who sent something has a right to."""

    OUTCOME = auto()
    """A valid command for SMS Center: a document, or a sentence that ends it."""
    REPLY = auto()
    """Any other command, and every mistake: at least one message back."""
    NOTHING = auto()
    """What must not have any effect: strangers, unlisted groups."""
    EITHER = auto()
    """The person's rights changed around that time: it may be done, refused or kept back."""


class Borrowed(StrEnum):
    """How somebody came to words that they did not write."""

    FORWARDED = auto()
    VIA_BOT = auto()


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of a file, as CSV has it. No marker: nothing comes of it."""

    text: str
    marker: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants made again every month. `marker` is a sub-client of no other wish and command."""

    marker: str
    minute: int
    """It is due so many minutes after nine."""
    times: int | None = None
    """How often; None: without an end."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a person. `marker` is a sub-client's name or an act's number that occurs in no other command."""

    at: float
    person: int
    chat: int
    message_id: int
    text: str
    want: Want
    marker: str | None = None
    login: str | None = None
    """The login whose queue it belongs in."""
    creates: bool = False
    repeats: bool = False
    """Whether it asks for the same invoice as an earlier command; both have the same marker."""
    answers: "Sent | None" = None
    """The bot's question that this is the reply to."""
    topic: int | None = None
    borrowed: Borrowed | None = None
    rows: tuple[FileRow, ...] = ()
    """Those of the file that it brings."""
    wish: Wish | None = None
    """What it asks to be repeated."""
    bot: int = 0
    """To which bot; in private chats each counts its own messages."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press of a button under a message of the bot."""

    at: float
    person: int
    chat: int
    message: "Sent"
    label: str
    data: str
    shown: str
    """What the message said then."""


@dataclass(slots=True)
class Exchange:
    """One HTTP request to SMS Center. `arrived_at` is None if it never got there."""

    login: str
    call: str
    marker: str
    """Whom it is for; an act's number if that is the command's marker."""
    started_at: float
    arrived_at: float | None = None
    ended_at: float | None = None
    """When the answer came, the connection broke, the caller gave up, or the caller's process died."""
    invoice: str | None = None
    """The number of the invoice that it made."""
    pdf: bytes | None = None
    service: str = ""
    """What an invoice is for."""
    answer: str = "none"
    """What the caller got: `fine`, `refused 7`, `lost` (nothing usable)."""
    calm: bool = True
    """Whether the vendor and the network behaved."""


@dataclass(slots=True)
class Sent:
    """A message of the bot that Telegram took."""

    at: float
    chat: int
    message_id: int
    text: str
    """As it was sent; `shown` is what later edits made of it."""
    shown: str = ""
    versions: list[tuple[float, str]] = field(default_factory=list)
    """What it said from when on, the oldest first."""
    document: bytes | None = None
    name: str = ""
    """The document's file name."""
    reply_to: int | None = None
    buttons: tuple[tuple[str, str], ...] = ()
    asks_reply: bool = False
    bot_knows: bool = False
    """Whether Telegram's answer reached the bot."""
    deleted: bool = False
    topic: int | None = None
    bot: int = 0


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Telegram refused to pass a message on to a chat, for good."""

    at: float
    chat: int


@dataclass(slots=True)
class Journal:
    """Everything that can be judged."""

    said: list[Said] = field(default_factory=list)
    pressed: list[Pressed] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    notices: list[tuple[float, str]] = field(default_factory=list)
    """What the bot answered to presses."""
    forbidden: list[Forbidden] = field(default_factory=list)
    begins: list[float] = field(default_factory=list)
    """When a process began."""
    ends: list[float] = field(default_factory=list)
    """When a process ended, by death or in peace."""
    leaps: list[tuple[float, float]] = field(default_factory=list)
    """From when to when time leapt, with a process or without."""
    disk_trouble: list[tuple[float, float]] = field(default_factory=list)
    disturbances: list[float] = field(default_factory=list)
    """Moments at which anything went wrong: in between, the bot has no excuse for being late."""
    leaks: list[str] = field(default_factory=list)
    """Log lines with a secret in them."""
    crashes: list[str] = field(default_factory=list)
    """What ended a process or a task of it without anybody wanting it."""
    unlawful: list[str] = field(default_factory=list)
    """What a process wrote that leads no more."""
    points: list[list[str]] = field(default_factory=list)
    """The await points that touch the outside, for each process."""
    gone: set[tuple[int, int, int]] = field(default_factory=set)
    """Messages of people that were deleted: bot, chat and message id."""
    bots: list[tuple[int, float]] = field(default_factory=list)
    """The bots that work on the database, one after the other, and from when on people write to each."""
    closed_topics: set[int] = field(default_factory=set)
    moved: dict[int, int] = field(default_factory=dict)
    """Groups that became supergroups: old id to new id."""
    logins: tuple[str, ...] = ()
    """The logins, the default one first."""
    own_logins: dict[int, str | None] = field(default_factory=dict)
    """What the allowlist names for people and groups at the beginning."""
    expires: dict[int, float] = field(default_factory=dict)
    """Whose time on the allowlist ends, and when."""
    finished: bool = False
    """Whether all came to rest in the end."""
