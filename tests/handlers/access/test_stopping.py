"""Revoked means stop: what waits is cancelled with the right to it, and everybody concerned reads of it."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import update

from bot.access.authorization import Authorization
from bot.access.login_choice import key_of
from bot.access.stopping import Stopping
from bot.cli import allowlist as command_line
from bot.delivery.outcomes import OutcomeDelivery
from bot.domain import ConfiguredLogins, Denial, State
from bot.process import health
from db import allowlist
from db.models import Login, Request
from handlers.access import buttons as entry
from tests.support.stage import ANNA, BORIS, OLGA, TEAM, Call, Stage


async def wait_for(on: Stage, count: int, chat: int = ANNA, who: int = ANNA) -> None:
    for number in range(count):
        assert await on.say(who, f"/invoice alice {1000 + number} for {who} in {chat}", chat) == []


async def states(on: Stage) -> list[State]:
    return [request.state for request in await on.requests()]


async def delivered(on: Stage) -> list[Call]:
    """Have the outcomes delivered, and return what was sent."""
    (delivery,) = [worker for worker in on.app.workers if isinstance(worker, OutcomeDelivery)]
    before = len(on.edge.calls)
    await delivery.drain(10)
    return [call for call in on.edge.calls[before:] if call.method == "sendMessage"]


async def test_what_waits_of_a_revoked_person_is_cancelled_at_once(on_stage: Stage) -> None:
    await wait_for(on_stage, 8)
    await wait_for(on_stage, 1, who=BORIS, chat=BORIS)
    async with on_stage.app.database.write() as session:
        await session.execute(
            update(Request)
            .values(state=State.RUNNING)
            .where(Request.amount == Decimal(1000), Request.requester_id == ANNA)
        )

    (answer,) = await on_stage.say(OLGA, f"/revoke {ANNA}")

    assert await states(on_stage) == [State.RUNNING, *[State.CANCELLED] * 7, State.QUEUED]
    assert "7 запросов" in answer.text.replace("\xa0", " ")
    assert "не остановить" in answer.text
    assert {request.denied for request in await on_stage.requests()} == {None, Denial.NOT_LISTED}
    told = await delivered(on_stage)
    assert [call.chat_id for call in told] == [ANNA]
    assert "access" in told[0].text
    assert "alice" not in told[0].text
    assert await delivered(on_stage) == []


async def test_what_waits_of_a_group_goes_with_it_and_its_people_read_why(on_stage: Stage) -> None:
    await wait_for(on_stage, 2, chat=TEAM)
    await wait_for(on_stage, 1)
    (answer,) = await on_stage.say(OLGA, f"/revoke chat {TEAM}")
    assert await states(on_stage) == [State.CANCELLED, State.CANCELLED, State.QUEUED]
    assert "alice" in answer.text
    told = await delivered(on_stage)
    assert [call.chat_id for call in told] == [ANNA]
    assert "group" in told[0].text
    assert told[0].text.count("alice") == 2
    assert [request.delivered_message_id is None for request in await on_stage.requests()] == [False, False, True]


async def take_the_login(on: Stage) -> list[Call]:
    return await on.press(OLGA, f"{entry.LOGIN}:{entry.PERSON}:{ANNA}:{key_of('beta')}:0")


async def move_the_group(on: Stage) -> list[Call]:
    return await on.press(OLGA, f"{entry.LOGIN}:{entry.GROUP}:{-TEAM}:{key_of('demo')}:1")


@pytest.mark.parametrize("take", [take_the_login, move_the_group])
async def test_what_waits_for_a_login_goes_with_the_right_to_it(
    on_stage: Stage, take: Callable[[Stage], Awaitable[list[Call]]]
) -> None:
    async with on_stage.app.database.write() as session:
        anna = await allowlist.person(session, ANNA)
        assert anna is not None
        anna.logins = ["beta", "demo"]
    await wait_for(on_stage, 2, chat=TEAM)
    assert {request.login for request in await on_stage.requests()} == {"beta"}
    calls = await take(on_stage)
    assert await states(on_stage) == [State.CANCELLED] * 2
    assert {request.denied for request in await on_stage.requests()} == {Denial.NO_LOGIN}
    assert any("alice" in call.text for call in calls)
    told = await delivered(on_stage)
    assert [call.chat_id for call in told] == [TEAM]
    assert "login" in told[0].text
    assert told[0].text.count("alice") == 2


async def test_one_message_for_each_place_names_the_first_few(on_stage: Stage) -> None:
    await wait_for(on_stage, 8, chat=TEAM)
    await wait_for(on_stage, 1, chat=TEAM, who=BORIS)
    async with on_stage.app.database.write() as session:
        await session.execute(update(Request).values(thread_id=4).where(Request.id == 8))
        await session.execute(update(Request).values(invoice_number="9001").where(Request.id == 7))
    await on_stage.say(OLGA, f"/revoke chat {TEAM}")
    told = await delivered(on_stage)
    assert Counter(call.chat_id for call in told) == {ANNA: 3, BORIS: 1}
    texts = sorted((call.text for call in told if call.chat_id == ANNA), key=len)
    assert ["9001" in text for text in texts] == [False, True, False]
    assert texts[2].count("alice") == 5
    assert "and 1 more" in texts[2]
    assert all("Nothing was created" in text for text in (texts[0], texts[2]))
    assert await delivered(on_stage) == []


async def test_what_is_cancelled_once_that_was_told_is_told_as_well(on_stage: Stage) -> None:
    await wait_for(on_stage, 2)
    await on_stage.say(OLGA, f"/revoke {ANNA}")
    async with on_stage.app.database.write() as session:
        await session.execute(update(Request).values(state=State.QUEUED, denied=None).where(Request.id == 2))
    assert len(await delivered(on_stage)) == 1
    async with on_stage.app.database.write() as session:
        gone = update(Request).values(state=State.CANCELLED, denied=Denial.NOT_LISTED, finished_at=on_stage.clock.now())
        await session.execute(gone.where(Request.id == 2))
    assert len(await delivered(on_stage)) == 1


async def test_what_stays_allowed_stays(on_stage: Stage) -> None:
    """Who is taken off the list goes on in a group for everyone that has a login."""
    async with on_stage.app.database.write() as session:
        group = await allowlist.chat(session, TEAM)
        assert group is not None
        group.everyone, group.login = True, "beta"
    await wait_for(on_stage, 2, chat=TEAM)
    await wait_for(on_stage, 1)
    await on_stage.say(OLGA, f"/revoke {ANNA}")
    assert await states(on_stage) == [State.QUEUED, State.QUEUED, State.CANCELLED]


async def test_what_is_behind_those_looked_at_is_told(on_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.access.stopping._AT_ONCE", 2)
    await wait_for(on_stage, 3)
    (answer,) = await on_stage.say(OLGA, f"/revoke {ANNA}")
    assert await states(on_stage) == [State.CANCELLED, State.CANCELLED, State.QUEUED]
    assert "Остальное из очереди" in answer.text


async def test_the_login_whose_queue_is_empty_now_is_due_no_more(on_stage: Stage) -> None:
    await wait_for(on_stage, 1)
    await on_stage.say(OLGA, f"/revoke {ANNA}")
    async with on_stage.app.database.read() as session:
        login = await session.get_one(Login, "demo")
    assert login.due_at is None


async def test_an_end_of_time_is_noticed_before_the_request_goes_out(on_stage: Stage) -> None:
    await wait_for(on_stage, 1)
    async with on_stage.app.database.write() as session:
        anna = await allowlist.person(session, ANNA)
        assert anna is not None
        anna.expires_at = on_stage.clock.now() + timedelta(seconds=1)
    configured = ConfiguredLogins(("demo", "beta"), timedelta(minutes=1))
    authorization = Authorization(on_stage.app.database, on_stage.clock, frozenset({OLGA}), configured)
    stopping = Stopping(authorization, on_stage.clock)

    async def may_go() -> bool:
        async with on_stage.app.database.write() as session:
            return await stopping.may_go(session, await session.get_one(Request, 1))

    assert await may_go()
    on_stage.clock.advance(timedelta(seconds=1))
    assert not await may_go()
    (request,) = await on_stage.requests()
    assert (request.state, request.denied) == (State.CANCELLED, Denial.EXPIRED)


async def test_who_is_taken_off_the_list_is_named(on_stage: Stage) -> None:
    async with on_stage.app.database.write() as session:
        anna = await allowlist.person(session, ANNA)
        assert anna is not None
        anna.name = "Anna the manager"
    (answer,) = await on_stage.say(OLGA, f"/revoke {ANNA}")
    assert "Anna the manager" in answer.text
    _, answer = await on_stage.press(OLGA, f"{entry.DROPPED}:{entry.GROUP}:{-TEAM}")
    assert str(TEAM) in answer.text
    (answer,) = await on_stage.say(OLGA, "/revoke 987654")
    assert "987654" in answer.text


async def test_each_cancelled_request_is_in_the_audit(on_stage: Stage) -> None:
    await wait_for(on_stage, 2)
    await on_stage.say(OLGA, f"/revoke {ANNA}")
    (shown,) = await on_stage.say(OLGA, "/audit")
    assert shown.text.count("автоматическая отмена") == 2
    assert shown.text.count("сам бот") == 2


async def test_an_invoice_that_exists_is_told_as_existing(on_stage: Stage) -> None:
    await wait_for(on_stage, 1, chat=TEAM)
    async with on_stage.app.database.write() as session:
        await session.execute(update(Request).values(invoice_number="9001"))
    await on_stage.say(OLGA, f"/revoke chat {TEAM}")
    (told,) = await delivered(on_stage)
    assert "9001" in told.text
    assert "Nothing was created" not in told.text


@pytest.mark.parametrize(("known", "cancelled"), [(["demo", "beta"], 2), (None, 0)])
async def test_the_command_line_stops_what_waits_as_well(
    on_stage: Stage, known: list[str] | None, cancelled: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the settings' logins nobody can say there which one is the default: then it is left to the claim."""
    await wait_for(on_stage, 2)
    await command_line.revoke(on_stage.app.settings, "user", ANNA, known_logins=known)
    assert (await states(on_stage)).count(State.CANCELLED) == cancelled
    assert ("cancelled: 2;" in capsys.readouterr().out) == bool(cancelled)


async def test_the_command_line_takes_logins_away(on_stage: Stage) -> None:
    await wait_for(on_stage, 2)
    told = command_line.Told(logins=["beta"])
    await command_line.allow(on_stage.app.settings, "user", ANNA, told, known_logins=["demo", "beta"])
    assert await states(on_stage) == [State.CANCELLED] * 2


async def test_the_running_bot_hears_at_once_what_the_command_line_changes(on_stage: Stage) -> None:
    settings = on_stage.app.settings
    path, looks = health.socket_path(settings.database_url.get_secret_value()), Counter[str]()

    async def healthy() -> health.Health:
        return health.Health(())

    for does in ("allow", "revoke"):
        async with health.answering(path, healthy, partial(looks.update, [does])):
            if does == "allow":
                await command_line.allow(settings, "user", ANNA, command_line.Told(logins=["beta"]))
            else:
                await command_line.revoke(settings, "user", ANNA)
    assert looks == {"allow": 1, "revoke": 1}
