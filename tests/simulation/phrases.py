"""What kind of message a text of the bot is, by the words that people read.

Only what is *not* the end of a command has to be known here: whatever else is said about a command ends it.
"""

from enum import StrEnum, auto

from tests.simulation.journal import Sent


class Kind(StrEnum):
    """What a message does for the person."""

    OUTCOME = auto()
    """A document, or a sentence that ends a command."""
    STATUS = auto()
    QUESTION = auto()
    NOTE = auto()
    """About somebody else's command, for an admin; or a list of several."""


APOLOGY = "Something went wrong on my side"
"""The bot failed and says so: nothing that a fault outside of it may lead to."""

_PHRASES = {
    "I could not deliver": Kind.NOTE,
    "I kept back": Kind.NOTE,
    "Requested by": Kind.NOTE,
    "waits or runs": Kind.NOTE,
    "wait or run": Kind.NOTE,
    "(error 2)": Kind.NOTE,
    "(error 4)": Kind.NOTE,
    "In the queue:": Kind.STATUS,
    "Sent to SMS Center:": Kind.STATUS,
    "Whose act": Kind.QUESTION,
    "which number": Kind.QUESTION,
    "Nothing is created unless you say so": Kind.QUESTION,
}
"""In this order: a note quotes what it is about."""


def kind_of(sent: Sent) -> Kind:
    """Tell what a message is by the words with which it was sent."""
    if sent.document is not None:
        return Kind.OUTCOME
    return next((kind for phrase, kind in _PHRASES.items() if phrase in sent.text), Kind.OUTCOME)
