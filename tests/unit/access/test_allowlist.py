"""Petitions and changes of the allowlist, on a database: limits, first decisions, and the last admin."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.access.allowlist import Allowlist, AllowlistRefusal
from bot.access.authorization import Authorization
from bot.access.entries import ChatChange, PersonChange, Until
from bot.access.petitions import MAX_GROUPS_OF_ONE, Asked, Petitions
from bot.access.stopping import Stopping
from bot.audit.reading import AuditFilter, AuditLog
from bot.domain import ConfiguredLogins, Decision, Destination, Person, PetitionKind, Role
from bot.runtime.clock import end_of, last_day
from bot.runtime.signals import Signal
from db import allowlist, audit, petitions
from db.engine import Database
from db.models import AllowedChat, Petition
from handlers.audit import read_filter

OLGA, PAVEL, IVAN = Person(1, "Olga", "ru"), Person(2, "Pavel", "en"), Person(3, "Ivan", "en")
TEAM = -100500


class StoppedClock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def go(self, **by: float) -> None:
        self.time += timedelta(**by)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def asking(database: Database, clock: StoppedClock) -> Petitions:
    return Petitions(database, clock, Signal(), only_login=None)


def allowing(database: Database, clock: StoppedClock, *admin_ids: int) -> Allowlist:
    configured = ConfiguredLogins(("acme", "beta"), timedelta(minutes=1))
    stopping = Stopping(Authorization(database, clock, frozenset(admin_ids), configured), clock)
    return Allowlist(database, clock, Signal(), stopping, admin_ids=frozenset(admin_ids), names=configured.names)


async def open_petition(database: Database, kind: PetitionKind, subject_id: int) -> Petition:
    async with database.read() as session:
        petition = await petitions.latest(session, kind, subject_id)
    assert petition is not None
    return petition


async def actions(database: Database) -> list[str]:
    async with database.read() as session:
        return [entry.action for entry in await audit.find(session, newest=10**9, limit=100)]


async def test_a_person_asks_once_a_day(asking: Petitions, clock: StoppedClock) -> None:
    assert (await asking.ask(IVAN)).asked is Asked.NOW
    clock.go(hours=23)
    assert (await asking.ask(IVAN)).asked is Asked.BEFORE
    clock.go(hours=2)
    assert (await asking.ask(IVAN)).asked is Asked.NOW


async def test_a_refused_person_waits_a_week(asking: Petitions, clock: StoppedClock, database: Database) -> None:
    await asking.ask(IVAN)
    petition = await open_petition(database, PetitionKind.PERSON, IVAN.id)
    await asking.decide(petition.id, Decision.REFUSED, OLGA)
    clock.go(days=6, hours=23)
    reply = await asking.ask(IVAN)
    assert reply.asked is Asked.TOO_EARLY
    assert reply.again_at == clock.now() + timedelta(hours=1)
    clock.go(hours=1)
    assert (await asking.ask(IVAN)).asked is Asked.NOW


async def test_nobody_can_fill_the_disk(
    asking: Petitions, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.access.petitions.MAX_A_DAY", 5)
    for number in range(5):
        assert (await asking.ask(Person(1000 + number, "Somebody", "en"))).asked is Asked.NOW
    assert (await asking.ask(IVAN)).asked is Asked.TOO_MANY
    clock.go(days=1)
    assert (await asking.ask(IVAN)).asked is Asked.NOW


async def test_one_person_cannot_flood_with_groups_but_an_admin_may_add_many(asking: Petitions) -> None:
    became = [
        (await asking.ask_for_group(TEAM - number, "Group", IVAN, by_admin=False)).asked
        for number in range(MAX_GROUPS_OF_ONE + 1)
    ]
    assert became == [Asked.NOW] * MAX_GROUPS_OF_ONE + [Asked.TOO_MANY]
    for number in range(30):
        reply = await asking.ask_for_group(-900_000 - number, "Group", OLGA, by_admin=True)
        assert reply.asked is Asked.NOW


async def test_the_first_decision_wins(asking: Petitions, database: Database) -> None:
    await asking.ask(IVAN)
    petition = await open_petition(database, PetitionKind.PERSON, IVAN.id)
    first = await asking.decide(petition.id, Decision.MANAGER, OLGA)
    again = await asking.decide(petition.id, Decision.MANAGER, OLGA)
    second = await asking.decide(petition.id, Decision.REFUSED, PAVEL)
    assert (first.by_this_press, again.by_this_press, second.by_this_press) == (True, True, False)
    assert second.petition is not None
    assert (second.petition.decision, second.petition.decided_by) == (Decision.MANAGER, "Olga")
    async with database.read() as session:
        entry = await allowlist.person(session, IVAN.id)
    assert entry is not None
    assert (entry.role, entry.added_by, entry.name) == (Role.MANAGER, OLGA.id, "Ivan")
    assert await actions(database) == ["petition: manager", "petition: person"]


async def test_a_decision_never_demotes_who_was_let_in_meanwhile(
    asking: Petitions, database: Database, clock: StoppedClock
) -> None:
    await asking.ask(IVAN)
    petition = await open_petition(database, PetitionKind.PERSON, IVAN.id)
    await allowing(database, clock, 1).put_person(IVAN.id, PersonChange(role=Role.ADMIN), OLGA)
    late = await asking.decide(petition.id, Decision.MANAGER, PAVEL)
    assert not late.by_this_press
    assert late.petition is not None
    assert late.petition.decision is Decision.ADMIN


async def test_a_group_comes_in_with_its_login_and_comes_back(
    asking: Petitions, database: Database, clock: StoppedClock
) -> None:
    async with database.write() as session:
        session.add(
            AllowedChat(chat_id=TEAM, name="Team", everyone=True, left_at=clock.now(), added_by=1, added_at=clock.now())
        )
    await asking.ask_for_group(TEAM, "Team", IVAN, by_admin=False)
    petition = await open_petition(database, PetitionKind.GROUP, TEAM)
    await asking.decide(petition.id, Decision.ALLOWED, OLGA, "beta")
    async with database.read() as session:
        entry = await allowlist.chat(session, TEAM)
    assert entry is not None
    assert (entry.login, entry.everyone, entry.left_at) == ("beta", True, None)


async def test_the_last_admin_stays(database: Database, clock: StoppedClock) -> None:
    use = allowing(database, clock)
    await use.put_person(OLGA.id, PersonChange(role=Role.ADMIN), OLGA)
    assert await use.revoke_person(OLGA.id, OLGA) is AllowlistRefusal.LAST_ADMIN
    assert await use.put_person(OLGA.id, PersonChange(role=Role.MANAGER), OLGA) is AllowlistRefusal.LAST_ADMIN
    soon = Until(clock.now() + timedelta(days=1))
    assert await use.put_person(OLGA.id, PersonChange(until=soon), OLGA) is AllowlistRefusal.LAST_ADMIN

    await use.put_person(PAVEL.id, PersonChange(role=Role.ADMIN, until=soon), OLGA)
    # Pavel's time ends, and then nobody would be left.
    assert await use.revoke_person(OLGA.id, PAVEL) is AllowlistRefusal.LAST_ADMIN
    await use.put_person(PAVEL.id, PersonChange(until=Until(None)), OLGA)
    assert await use.revoke_person(OLGA.id, PAVEL) is None
    assert await use.revoke_person(PAVEL.id, PAVEL) is AllowlistRefusal.LAST_ADMIN


async def test_who_is_always_an_admin_cannot_be_changed_but_others_can(database: Database, clock: StoppedClock) -> None:
    use = allowing(database, clock, OLGA.id)
    soon = Until(clock.now() + timedelta(days=1))
    assert await use.revoke_person(OLGA.id, PAVEL) is AllowlistRefusal.ALWAYS_ADMIN
    assert await use.put_person(OLGA.id, PersonChange(role=Role.MANAGER), PAVEL) is AllowlistRefusal.ALWAYS_ADMIN
    assert await use.put_person(OLGA.id, PersonChange(until=soon), PAVEL) is AllowlistRefusal.ALWAYS_ADMIN
    assert await use.put_person(OLGA.id, PersonChange(logins=("beta",)), PAVEL) is None
    await use.put_person(PAVEL.id, PersonChange(role=Role.ADMIN), OLGA)
    assert await use.revoke_person(PAVEL.id, PAVEL) is None


async def test_old_buttons_let_nobody_in_again(database: Database, clock: StoppedClock) -> None:
    use = allowing(database, clock, OLGA.id)
    change = PersonChange(role=Role.ADMIN)
    assert await use.put_person(IVAN.id, change, OLGA, only_listed=True) is AllowlistRefusal.NOT_LISTED
    assert await use.put_chat(TEAM, ChatChange(everyone=True), OLGA, only_listed=True) is AllowlistRefusal.NOT_LISTED
    assert await use.put_person(IVAN.id, PersonChange(logins=("nosuch",)), OLGA) is AllowlistRefusal.UNKNOWN_LOGIN
    assert await use.person(IVAN.id) is None


async def test_a_change_leaves_the_rest_and_is_noted_once(database: Database, clock: StoppedClock) -> None:
    use = allowing(database, clock, OLGA.id)
    until = Until(clock.now() + timedelta(days=1))
    await use.put_person(IVAN.id, PersonChange(name="Ivan", logins=("beta", "acme"), until=until), OLGA)
    await use.put_person(IVAN.id, PersonChange(role=Role.ADMIN), OLGA)
    await use.put_person(IVAN.id, PersonChange(role=Role.ADMIN), OLGA)
    entry = await use.person(IVAN.id)
    assert entry is not None
    assert (entry.role, entry.logins, entry.expires_at) == (Role.ADMIN, ["beta", "acme"], until.at)
    assert await actions(database) == ["allow user", "allow user"]
    clock.go(days=2)
    await use.put_person(IVAN.id, PersonChange(), OLGA)
    entry = await use.person(IVAN.id)
    assert entry is not None
    assert entry.expires_at is None, "who is let in after their time is in"


@pytest.mark.parametrize("zone", ["Asia/Vladivostok", "America/New_York"])
async def test_the_end_of_access_is_noted_once_and_beyond_doubt(
    database: Database, clock: StoppedClock, zone: str
) -> None:
    use, auditing = allowing(database, clock, OLGA.id), AuditLog(database, clock, ZoneInfo(zone))
    end = end_of(date(2027, 1, 31), ZoneInfo(zone))
    for _ in range(2):
        await use.put_person(IVAN.id, PersonChange(name="Ivan", until=Until(end)), OLGA)
    assert await actions(database) == ["allow user"]
    noted = await auditing.ask(AuditFilter(), OLGA, Destination(1, reply_to=7))
    content = await auditing.file(noted.question_id)
    assert content is not None
    (told,) = re.findall(r"until (\S+)", content.decode("utf-8-sig"))
    assert datetime.fromisoformat(told) == end


async def test_the_audit_is_found_and_turned(database: Database, clock: StoppedClock) -> None:
    use, auditing = allowing(database, clock, OLGA.id), AuditLog(database, clock, ZoneInfo("Europe/Moscow"))
    for number in range(12):
        await use.put_person(100 + number, PersonChange(name=f"=cmd|{number}"), OLGA)
    await use.revoke_person(105, PAVEL)
    everything = await auditing.ask(AuditFilter(), OLGA, Destination(1, reply_to=7))
    assert (len(everything.entries), everything.more) == (10, True)
    await use.revoke_person(106, PAVEL)
    rest = await auditing.page(everything.question_id, 1)
    assert rest is not None
    assert ([entry.subject_id for entry in rest.entries], rest.more) == ([102, 101, 100], False)

    of_one = await auditing.ask(read_filter("105"), OLGA, Destination(1, reply_to=8))
    assert [entry.action for entry in of_one.entries] == ["revoke user", "allow user"]
    of_pavel = await auditing.ask(read_filter("Pavel"), OLGA, Destination(1, reply_to=9))
    assert len(of_pavel.entries) == 2
    content = await auditing.file(of_one.question_id)
    assert content is not None
    lines = content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert ",'=cmd|5; manager" in lines[2]
    assert "2026-11-22 15:00:00+03:00" in lines[2]


@pytest.mark.parametrize(
    ("args", "what"),
    [
        ("", AuditFilter()),
        ("1002", AuditFilter(person=1002)),
        ("-100500", AuditFilter(person=-100500)),
        ("#17", AuditFilter(number=17)),
        ("alice", AuditFilter(name="alice")),
        ("1" * 19, AuditFilter(name="1" * 19)),
    ],
)
def test_what_the_audit_is_asked_for(args: str, what: AuditFilter) -> None:
    assert read_filter(args) == what


@pytest.mark.parametrize("zone", [None, ZoneInfo("Europe/Moscow"), ZoneInfo("America/New_York")])
def test_access_until_a_day_includes_the_day(zone: ZoneInfo | None) -> None:
    day = date(2027, 1, 31)
    end = end_of(day, zone)
    assert end.tzinfo is not None
    assert last_day(end, zone) == day
    local = end.astimezone(zone)
    assert (local.date(), local.hour, local.minute) == (date(2027, 2, 1), 0, 0)


async def test_a_group_that_moves_takes_its_whole_entry_along(database: Database, clock: StoppedClock) -> None:
    """Whatever column an entry has: one that is left behind may open a group that was closed."""
    entry = AllowedChat(
        chat_id=-7,
        name="Team",
        login="acme",
        everyone=True,
        expires_at=clock.now() + timedelta(days=1),
        left_at=clock.now(),
        added_by=1,
        added_at=clock.now(),
    )
    columns = [column.name for column in AllowedChat.__table__.columns if column.name != "chat_id"]
    before = {name: getattr(entry, name) for name in columns}
    assert None not in before.values(), "this test has to fill every column"
    async with database.write() as session:
        await allowlist.put(session, entry)

    for _ in range(2):  # Telegram says so in both chats
        async with database.write() as session:
            await allowlist.move_chat(session, -7, -1007)

    async with database.read() as session:
        (moved,) = await allowlist.chats(session)
    assert moved.chat_id == -1007
    assert {name: getattr(moved, name) for name in columns} == before
