"""Menus are set where they change, and what was set is remembered."""

import pytest
from telegram.error import BadRequest

from bot.commands.menus import Menus
from bot.domain import Role
from db.models import AllowedPerson, PersonSettings
from tests.support.stage import ANNA, EPOCH, OLGA, Call, Stage
from tests.unit.db.plans.plan import Recorder

COMMON, OF_AN_ADMIN = 6, 3
"""Menus in three languages each, the last for all others: in private and in groups; of Olga."""


def _menus(on: Stage) -> Menus:
    (menus,) = [worker for worker in on.app.workers if isinstance(worker, Menus)]
    return menus


async def _work(on: Stage) -> list[Call]:
    before = len(on.edge.calls)
    await _menus(on).work()
    return on.edge.calls[before:]


def _as_after_a_start(on: Stage) -> None:
    menus = _menus(on)
    menus.__init__(menus._database, menus._bot, menus._authorization, menus._translators)  # type: ignore[misc]


async def _let_in(on: Stage, ids: range, language: str | None) -> None:
    async with on.app.database.write() as session:
        for user_id in ids:
            person = AllowedPerson(user_id=user_id, name="x", role=Role.MANAGER, logins=[], added_at=EPOCH)
            session.add_all([person, PersonSettings(user_id=user_id, language=language)])


async def test_a_start_without_a_change_calls_nothing(on_stage: Stage) -> None:
    first = await _work(on_stage)
    assert [call.method for call in first] == ["setMyCommands"] * (COMMON + OF_AN_ADMIN)
    _as_after_a_start(on_stage)
    assert await _work(on_stage) == []


@pytest.mark.parametrize("count", [3, 250])
async def test_one_change_costs_one_call_however_many_are_on_the_list(on_stage: Stage, count: int) -> None:
    await _work(on_stage)
    await _let_in(on_stage, range(2000, 2000 + count), "en")
    await _let_in(on_stage, range(3000, 3000 + count), None)
    assert len(await _work(on_stage)) == count

    with Recorder(on_stage.app.database.engine) as statements:
        assert await _work(on_stage) == []
    assert len(statements) <= 8

    async with on_stage.app.database.write() as session:
        (await session.get_one(PersonSettings, 2001)).language = "ru"
    (changed,) = await _work(on_stage)
    assert (changed.method, changed.params["scope"]["chat_id"]) == ("setMyCommands", 2001)

    await on_stage.say(OLGA, "/revoke 2001")
    (gone,) = await _work(on_stage)
    assert (gone.method, gone.params["scope"]["chat_id"]) == ("deleteMyCommands", 2001)


async def test_who_becomes_an_admin_and_is_none_any_more(on_stage: Stage) -> None:
    await _work(on_stage)
    for role, method in ((Role.ADMIN, "setMyCommands"), (Role.MANAGER, "deleteMyCommands")):
        async with on_stage.app.database.write() as session:
            (await session.get_one(AllowedPerson, ANNA)).role = role
        calls = await _work(on_stage)
        assert {(call.method, call.params["scope"]["chat_id"]) for call in calls} == {(method, ANNA)}
        assert len(calls) == OF_AN_ADMIN


async def test_what_telegram_refuses_holds_up_nobody_and_is_not_tried_at_each_change(
    on_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = list[object]()

    async def refuse(_: object, scope: object, __: object) -> None:
        refused.append(scope)
        raise BadRequest("chat not found")

    menus = _menus(on_stage)
    await _work(on_stage)
    await _let_in(on_stage, range(2000, 2002), "ru")
    with monkeypatch.context() as away:
        away.setattr(type(menus._bot), "set_my_commands", lambda _, *what: refuse(*what))
        await menus.work()
        await menus.work()
    assert len(refused) == 2
    _as_after_a_start(on_stage)
    assert len(await _work(on_stage)) == 2
