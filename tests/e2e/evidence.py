"""What the sandboxes saw and the people did: all that the oracle is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sandbox.smscentre.journal import Entry
from sandbox.telegram.journal import Call
from sandbox.telegram.state import CallbackQuery, Message


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a person, with its text as it was (edits change the message), when (`time.monotonic`), and
    whether the allowlist let them then."""

    message: Message
    text: str
    at: float
    allowed: bool


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press of a button."""

    query: CallbackQuery
    at: float
    allowed: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """Both journals, what people did, and the few facts that no journal has.

    `listed` are the ids of people and groups that were ever on the allowlist; `deaths` are the times at which the
    bot's process was killed; `moved` maps a group's id to that of the supergroup that it became.
    """

    said: Sequence[Said]
    pressed: Sequence[Pressed]
    calls: Sequence[Call]
    entries: Sequence[Entry]
    bodies: Sequence[bytes]
    """What SMS Center answered, byte for byte."""
    pace: float
    listed: frozenset[int]
    deaths: Sequence[float] = ()
    moved: Mapping[int, int] = field(default_factory=dict)
    without_answer: frozenset[int] = frozenset()
    """Ids of messages that rightly stay without an answer: their sender lost the right to one."""
