"""Building keyboards.

A button's data is its name and ids, `name:id[:id…]`, at most 64 bytes: what a press means is looked up, never carried.
"""

import re
from collections.abc import Iterable

from markupsafe import Markup
from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

from bot.domain import Person
from bot.language.translator import Translator

_DATA = re.compile(r"([a-z]+)((?::[0-9]{1,18})+)")
_MAX_LABEL = 40

Keyboard = InlineKeyboardMarkup
"""Buttons under a message, for rooms that do not speak python-telegram-bot."""
Row = list[tuple[str, str]]
"""Buttons side by side: each a label and its data."""


def read_data(data: str | None) -> tuple[str, tuple[int, ...]] | None:
    """Read a button's data; None if no button of ours has it: a modified client sends whatever it likes."""
    found = _DATA.fullmatch(data or "")
    if found is None:
        return None
    return found[1], tuple(int(part) for part in found[2][1:].split(":"))


def keyboard(rows: Iterable[Row]) -> InlineKeyboardMarkup | None:
    """Build a keyboard; None if there are no buttons."""
    built = [[InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in rows if row]
    return InlineKeyboardMarkup(built) if built else None


def column(buttons: Iterable[tuple[str, str]]) -> InlineKeyboardMarkup:
    """Build a keyboard of one button a row."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=data)] for label, data in buttons])


def pages(t: Translator, name: str, page: int, more: bool, *before: int) -> Row:  # noqa: FBT001
    """Return the buttons to the page before and the page after; `before` are ids in front of the page's number."""
    head = ":".join([name, *map(str, before)])
    row: Row = []
    if page > 0:
        row.append(("« " + t.say("Back"), f"{head}:{page - 1}"))
    if more:
        row.append((t.say("More") + " »", f"{head}:{page + 1}"))
    return row


def ask(placeholder: Markup) -> ForceReply:
    """Open a reply, for the person replied to only: in groups a bot in privacy mode hears nothing else."""
    return ForceReply(selective=True, input_field_placeholder=placeholder.unescape())


def short(label: str) -> str:
    """Cut a label to what a button shows."""
    return label if len(label) <= _MAX_LABEL else label[: _MAX_LABEL - 1] + "…"


def mention(person: Person) -> Markup:
    """Name a person so that Telegram knows who is meant, also without a username."""
    return Markup('<a href="tg://user?id={}">{}</a>').format(person.id, person.name)
