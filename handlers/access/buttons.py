"""The buttons of the allowlist. A login is named by a number made of its name, so that old buttons never mean another.

Entries are named by what they are (0: a person, 1: a group) and by Telegram's id without its sign.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from telegram import InlineKeyboardMarkup

from bot.access.login_choice import DEFAULT_LOGIN, key_of
from bot.access.petition_buttons import to_petition
from bot.domain import Role
from bot.language.translator import Translator
from bot.messaging.keyboards import Row, keyboard, pages, short
from db.models import AllowedChat, AllowedPerson, Petition

LIST = "list"
ENTRY = "entry"
ROLE = "role"
EVERYONE = "everyone"
LOGINS = "logins"
LOGIN = "login"
UNTIL = "until"
TILL = "till"
DROP = "delist"
DROPPED = "delisted"
LET_IN = "letin"
LET_IN_SURE = "letinsure"
ROLE_SURE = "rolesure"

PERSON, GROUP = 0, 1
NO_END = 0
PAGE = 8
"""Entries on one page of the list."""

_SPANS_DAYS = (30, 90, 365)


def subject_of(kind: int, number: int) -> int:
    """Return Telegram's id of an entry."""
    return -number if kind == GROUP else number


def day_of(number: int) -> date | None:
    """Read a day from a button, 20270131; None if it is none."""
    try:
        return date(number // 10000, number // 100 % 100, number % 100)
    except ValueError:
        return None


def of_list(
    t: Translator, entries: Sequence[tuple[int, int, str]], page: int, waiting: Sequence[Petition] = ()
) -> InlineKeyboardMarkup | None:
    """Return a button for each entry (kind, id, label) of a page, and the way to the other pages.

    `waiting` are open petitions, which come first.
    """
    shown = entries[page * PAGE : (page + 1) * PAGE]
    rows: list[Row] = [to_petition(petition) for petition in waiting]
    rows += [[(short(label), f"{ENTRY}:{kind}:{abs(id_)}")] for kind, id_, label in shown]
    rows.append(pages(t, LIST, page, page * PAGE + PAGE < len(entries)))
    return keyboard(rows)


def of_person(
    t: Translator, user_id: int, entry: AllowedPerson | None, *, always: bool, logins: Sequence[str]
) -> InlineKeyboardMarkup | None:
    """Return what may be changed about a person; nobody who is always an admin can lose that in the chat."""
    if entry is None and not always:
        return keyboard([_to_list(t)])
    rows: list[Row] = []
    if not always and entry is not None:
        is_admin = entry.role is Role.ADMIN
        label = t.say("Make a manager") if is_admin else t.say("Make an admin")
        rows.append([(label, f"{ROLE}:{user_id}:{0 if is_admin else 1}")])
    if len(logins) > 1:
        rows.append([(t.say("Logins…"), f"{LOGINS}:{PERSON}:{user_id}")])
    if not always:
        rows.append([(t.say("Until when…"), f"{UNTIL}:{PERSON}:{user_id}")])
        rows.append([(t.say("Take off the list…"), f"{DROP}:{PERSON}:{user_id}")])
    return keyboard([*rows, _to_list(t)])


def of_contact(t: Translator, question_id: int) -> InlineKeyboardMarkup | None:
    """Return buttons to admit a shared contact as a manager or as an admin."""
    return keyboard(
        [
            [(t.say("As a manager"), f"{LET_IN}:{question_id}:0"), (t.say("As an admin"), f"{LET_IN}:{question_id}:1")],
        ]
    )


def sure_about_candidate(t: Translator, question_id: int) -> InlineKeyboardMarkup | None:
    """Return the ways to answer whether somebody is to become an admin."""
    return keyboard(
        [
            [(t.say("Yes, make them an admin"), f"{LET_IN_SURE}:{question_id}")],
            [(t.say("Only a manager"), f"{LET_IN}:{question_id}:0")],
        ]
    )


def sure_about_role(t: Translator, user_id: int) -> InlineKeyboardMarkup | None:
    """Return the same for somebody who is on the list already."""
    return keyboard([[(t.say("Yes, make them an admin"), f"{ROLE_SURE}:{user_id}")], _to_entry(t, PERSON, user_id)])


def of_group(t: Translator, entry: AllowedChat, logins: Sequence[str]) -> InlineKeyboardMarkup | None:
    number = abs(entry.chat_id)
    label = t.say("Only for people on the list") if entry.everyone else t.say("For everyone in the group")
    rows: list[Row] = [[(label, f"{EVERYONE}:{number}:{0 if entry.everyone else 1}")]]
    if len(logins) > 1:
        rows.append([(t.say("Login…"), f"{LOGINS}:{GROUP}:{number}")])
    rows.append([(t.say("Until when…"), f"{UNTIL}:{GROUP}:{number}")])
    rows.append([(t.say("Take off the list…"), f"{DROP}:{GROUP}:{number}")])
    return keyboard([*rows, _to_list(t)])


def of_logins(
    t: Translator, kind: int, subject_id: int, chosen: Sequence[str], logins: Sequence[str]
) -> InlineKeyboardMarkup | None:
    """Return a button for each login: a person may have several, a group one or none of its own."""
    head = f"{LOGIN}:{kind}:{abs(subject_id)}"
    rows: list[Row] = []
    for login in logins:
        on = login in chosen
        rows.append([(f"{'✓ ' if on else ''}{short(login)}", f"{head}:{key_of(login)}:{0 if on else 1}")])
    rows.append([(t.say("The default one"), f"{head}:{DEFAULT_LOGIN}:1")])
    return keyboard([*rows, _to_entry(t, kind, subject_id)])


def of_until(t: Translator, kind: int, subject_id: int, today: date) -> InlineKeyboardMarkup | None:
    """Return a few days to choose from; any other is typed."""
    head = f"{TILL}:{kind}:{abs(subject_id)}"
    days = [today + timedelta(days=span) for span in _SPANS_DAYS]
    rows: list[Row] = [[(t.say("until {day}", day=t.day(day)).unescape(), f"{head}:{day:%Y%m%d}")] for day in days]
    rows.append([(t.say("Without an end"), f"{head}:{NO_END}")])
    return keyboard([*rows, _to_entry(t, kind, subject_id)])


def confirm_drop(t: Translator, kind: int, subject_id: int) -> InlineKeyboardMarkup | None:
    return keyboard(
        [[(t.say("Yes, take off the list"), f"{DROPPED}:{kind}:{abs(subject_id)}")], _to_entry(t, kind, subject_id)]
    )


def to_list(t: Translator) -> InlineKeyboardMarkup | None:
    return keyboard([_to_list(t)])


def _to_list(t: Translator) -> Row:
    return [("« " + t.say("The list"), f"{LIST}:0")]


def _to_entry(t: Translator, kind: int, subject_id: int) -> Row:
    return [("« " + t.say("Back"), f"{ENTRY}:{kind}:{abs(subject_id)}")]
