"""The decision table, row by row: who may do what, where, and what they hear if not."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from bot.access.policy import (
    Access,
    Action,
    LoginOptions,
    Place,
    Ruling,
    Standing,
    login_options,
    place_of,
    rule,
    standing_of,
)
from bot.domain import ConfiguredLogins, Denial, Role
from db.models import AllowedChat, AllowedPerson

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LOGINS = ConfiguredLogins(("default", "a", "b", "c"), timedelta(minutes=1))

YES, IN_PRIVATE, ADMINS = Ruling.YES, Ruling.IN_PRIVATE, Ruling.ADMINS_ONLY
IN, NO, SILENT = Ruling.ALREADY_IN, Ruling.NOT_ON_LIST, Ruling.SILENT

# Written down apart from the code, person by person.
EXPECTED: dict[tuple[Standing, Place], dict[Action, Ruling]] = {}


def expect(
    standing: Standing,
    place: Place,
    *,
    use: Ruling,
    receive: Ruling,
    manage: Ruling,
    lists: Ruling,
    petition: Ruling,
) -> None:
    EXPECTED[standing, place] = {
        Action.USE: use,
        Action.RECEIVE: receive,
        Action.MANAGE: manage,
        Action.READ_LISTS: lists,
        Action.PETITION: petition,
    }


for _outsider in (Standing.STRANGER, Standing.EXPIRED):
    expect(_outsider, Place.PRIVATE, use=NO, receive=SILENT, manage=NO, lists=NO, petition=YES)
    expect(_outsider, Place.LISTED, use=NO, receive=SILENT, manage=NO, lists=NO, petition=IN_PRIVATE)
    expect(_outsider, Place.EVERYONE, use=YES, receive=YES, manage=ADMINS, lists=ADMINS, petition=IN_PRIVATE)
for _place in (Place.PRIVATE, Place.LISTED, Place.EVERYONE):
    expect(Standing.MANAGER, _place, use=YES, receive=YES, manage=ADMINS, lists=ADMINS, petition=IN)
for _admin in (Standing.ADMIN, Standing.ALWAYS_ADMIN):
    expect(_admin, Place.PRIVATE, use=YES, receive=YES, manage=YES, lists=YES, petition=IN)
    expect(_admin, Place.LISTED, use=YES, receive=YES, manage=YES, lists=IN_PRIVATE, petition=IN)
    expect(_admin, Place.EVERYONE, use=YES, receive=YES, manage=YES, lists=IN_PRIVATE, petition=IN)
for _anybody in Standing:
    expect(_anybody, Place.CLOSED, use=SILENT, receive=SILENT, manage=SILENT, lists=SILENT, petition=SILENT)


@pytest.mark.parametrize(("standing", "place", "action"), list(product(Standing, Place, Action)))
def test_every_row(standing: Standing, place: Place, action: Action) -> None:
    assert rule(standing, place, action) is EXPECTED[standing, place][action]
    access = Access(standing, place)
    assert access.may(action) is (EXPECTED[standing, place][action] is YES)


def test_only_admins_manage_anywhere() -> None:
    managing = {key[0] for key, row in EXPECTED.items() if YES in {row[Action.MANAGE], row[Action.READ_LISTS]}}
    assert managing == {Standing.ADMIN, Standing.ALWAYS_ADMIN}


def test_whoever_may_use_may_receive_and_nobody_else() -> None:
    for standing, place in product(Standing, Place):
        assert (rule(standing, place, Action.USE) is YES) == (rule(standing, place, Action.RECEIVE) is YES)


def person(role: Role = Role.MANAGER, expires_at: datetime | None = None) -> AllowedPerson:
    return AllowedPerson(user_id=7, name="Anna", role=role, logins=[], expires_at=expires_at, added_by=1, added_at=NOW)


def chat(*, everyone: bool = False, expires_at: datetime | None = None, left_at: datetime | None = None) -> AllowedChat:
    return AllowedChat(
        chat_id=-7, name="Team", everyone=everyone, expires_at=expires_at, left_at=left_at, added_by=1, added_at=NOW
    )


@pytest.mark.parametrize(
    ("entry", "always", "standing"),
    [
        (None, False, Standing.STRANGER),
        (person(), False, Standing.MANAGER),
        (person(Role.ADMIN), False, Standing.ADMIN),
        (person(expires_at=NOW + timedelta(microseconds=1)), False, Standing.MANAGER),
        (person(expires_at=NOW), False, Standing.EXPIRED),
        (person(Role.ADMIN, NOW - timedelta(days=1)), False, Standing.EXPIRED),
        (None, True, Standing.ALWAYS_ADMIN),
        (person(expires_at=NOW), True, Standing.ALWAYS_ADMIN),
    ],
)
def test_what_a_person_is(entry: AllowedPerson | None, *, always: bool, standing: Standing) -> None:
    assert standing_of(entry, NOW, always_admin=always) is standing


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        (None, Place.CLOSED),
        (chat(), Place.LISTED),
        (chat(everyone=True), Place.EVERYONE),
        (chat(everyone=True, left_at=NOW), Place.CLOSED),
        (chat(expires_at=NOW), Place.CLOSED),
        (chat(expires_at=NOW + timedelta(seconds=1)), Place.LISTED),
    ],
)
def test_what_a_group_is(entry: AllowedChat | None, place: Place) -> None:
    assert place_of(entry, NOW, private=False) is place
    assert place_of(entry, NOW, private=True) is Place.PRIVATE


@pytest.mark.parametrize(
    ("of_chat", "chosen", "of_person", "login"),
    [
        ("chat", "b", ["a", "b"], "chat"),
        (None, "b", ["a", "b"], "b"),
        (None, "gone", ["a", "b"], "a"),
        (None, None, ["a", "b"], "a"),
        (None, "b", [], "default"),
        (None, None, [], "default"),
        ("chat", None, [], "chat"),
    ],
)
def test_which_login_a_request_uses(
    of_chat: str | None, chosen: str | None, of_person: list[str], login: str | None
) -> None:
    entry = person()
    entry.logins = of_person
    assert login_options(Standing.MANAGER, entry, chosen, of_chat, LOGINS).now == login


@pytest.mark.parametrize(
    ("of_chat", "chosen", "of_person", "login", "lost"),
    [
        (None, None, ["gone", "a"], "a", "gone"),
        (None, "a", ["gone", "a"], "a", None),
        (None, "gone", ["a", "gone"], "a", "gone"),
        (None, None, ["gone", "a", "b"], "gone", None),
        (None, "gone", ["a", "gone", "b"], "gone", None),
        (None, None, ["gone", "lost"], "gone", None),
        ("c", None, ["gone", "a"], "c", None),
        ("gone", None, ["gone", "a"], "gone", None),
    ],
)
def test_a_login_that_left_the_settings(
    of_chat: str | None, chosen: str | None, of_person: list[str], login: str, lost: str | None
) -> None:
    entry = person()
    entry.logins = of_person
    options = login_options(Standing.MANAGER, entry, chosen, of_chat, LOGINS)
    assert (options.now, options.lost) == (login, lost)
    assert options.usable == tuple(one for one in of_person if one in LOGINS)


@pytest.mark.parametrize(
    ("standing", "own", "of_chat", "had"),
    [
        (Standing.MANAGER, ["a", "b"], None, {"a", "b"}),
        (Standing.MANAGER, [], None, {"default"}),
        (Standing.MANAGER, ["a", "b"], "c", {"c"}),
        (Standing.ADMIN, ["a"], None, {"a"}),
        (Standing.ADMIN, [], None, {"a", "b", "c", "default"}),
        (Standing.ADMIN, [], "c", {"c"}),
        (Standing.ALWAYS_ADMIN, None, None, {"a", "b", "c", "default"}),
        (Standing.ALWAYS_ADMIN, ["b"], None, {"b"}),
        (Standing.STRANGER, None, None, set()),
        (Standing.STRANGER, None, "c", {"c"}),
        (Standing.EXPIRED, ["a", "b"], None, set()),
        (Standing.EXPIRED, ["a", "b"], "c", {"c"}),
    ],
)
def test_which_logins_a_person_has(
    standing: Standing, own: list[str] | None, of_chat: str | None, had: set[str]
) -> None:
    entry = None if own is None else person()
    if entry is not None:
        entry.logins = own or []
    options = login_options(standing, entry, "a", of_chat, LOGINS)
    assert {login for login in ("a", "b", "c", "default") if options.include(login)} == had
    assert options.now is None or options.include(options.now)


@pytest.mark.parametrize(
    ("standing", "place", "login", "why"),
    [
        (Standing.MANAGER, Place.LISTED, "a", None),
        (Standing.MANAGER, Place.LISTED, "b", Denial.NO_LOGIN),
        (Standing.MANAGER, Place.CLOSED, "a", Denial.CHAT_CLOSED),
        (Standing.STRANGER, Place.CLOSED, "a", Denial.CHAT_CLOSED),
        (Standing.STRANGER, Place.LISTED, "a", Denial.NOT_LISTED),
        (Standing.EXPIRED, Place.PRIVATE, "a", Denial.EXPIRED),
        (Standing.EXPIRED, Place.EVERYONE, "b", Denial.NO_LOGIN),
    ],
)
@pytest.mark.parametrize("action", [Action.USE, Action.RECEIVE])
def test_why_not(standing: Standing, place: Place, login: str, why: Denial | None, action: Action) -> None:
    assert Access(standing, place, LoginOptions(now="a", own=("a",))).denial(action, login) is why


@pytest.mark.parametrize("configured", [LOGINS, ConfiguredLogins(("acme",), timedelta(minutes=1))])
def test_guests_of_a_group_without_a_login_have_none(configured: ConfiguredLogins) -> None:
    assert login_options(Standing.STRANGER, None, None, None, configured).now is None
    assert login_options(Standing.EXPIRED, person(), None, None, configured).now is None
