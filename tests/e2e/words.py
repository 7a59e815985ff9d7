"""What a text says, whatever the language: for tests and oracles that hold facts, not sentences."""

import re

from bot.language.translator import LANGUAGES, Translator, read_catalogue

_CUT = "\0"
_SPEAKERS = [Translator(language, read_catalogue(language)) for language in LANGUAGES]
_STATUS = tuple(t.say("In the queue: {what}.", what=_CUT).partition(_CUT)[0] for t in _SPEAKERS)


def is_status(text: str) -> bool:
    """Whether this is the message about a request that waits, which goes away when its outcome is there."""
    return text.startswith(_STATUS)


def is_russian(text: str) -> bool:
    """Whether a text is in Russian: it has some words of it, more than a name or an act's number."""
    return len(re.findall(r"[а-яё]{2,}", text.lower())) >= 3


def says_not_whole(caption: str) -> bool:
    """Whether a document's caption warns that it is not complete."""
    return "not complete" in caption or "неполный" in caption
