"""What a text says, whatever the language: for tests and oracles that hold facts, not sentences."""

import re

from bot.i18n import LANGUAGES, Translator, read_catalogue

_CUT = "\0"
_SPEAKERS = [Translator(language, read_catalogue(language)) for language in LANGUAGES]
_STATUS = tuple(
    beginning
    for t in _SPEAKERS
    for message in ("In the queue: {what}.", "Sent to SMS Center: {what}.")
    if (beginning := t.say(message, what=_CUT).partition(_CUT)[0])
)


def is_status(text: str) -> bool:
    """Whether this is the message about a request that waits, which goes away when its outcome is there."""
    return text.startswith(_STATUS)


def is_russian(text: str) -> bool:
    """Whether a text is in Russian: most of its letters are, names and examples apart."""
    return len(re.findall(r"[а-яё]", text.lower())) > len(re.findall(r"[a-z]", text.lower()))
