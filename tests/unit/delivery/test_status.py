"""Status messages say what stays true, seldom, and go away."""

import asyncio
import re
from collections.abc import Collection
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from telegram.error import Forbidden, NetworkError

from bot.domain import State
from bot.smscentre import NotSent, Refused
from db import status_messages
from db.models import StatusMessage
from tests.simulation.world import Theatre
from tests.support.databases import EngineName
from tests.unit.delivery.waiting_room import Chats, WaitingRoom, open_room
from tests.unit.queue.workshop import PACE, Answer, Working, Workshop

ANNA, GROUP = 101, -500


async def rows(working: Working) -> int:
    async with working._database.read() as session:
        return len((await session.scalars(select(StatusMessage))).all())


only_on_sqlite = pytest.mark.parametrize("engine", [EngineName.SQLITE], indirect=True)
"""For what is long and asks the database nothing that other tests do not."""


@only_on_sqlite
def test_a_burst_costs_at_most_two_calls_a_command_documents_included(stage: Theatre) -> None:
    shop, chats = Workshop(stage, answer=lambda _: Answer(after=1.0)), Chats()

    async def work(working: Working) -> None:
        async with open_room(working, chats):
            for number in range(60):
                await working.ask(chat=1000 + number % 12)
            await working.all_done()
        assert await rows(working) == 0

    shop.run(work)
    assert chats.calls["document"] == 60
    assert chats.calls.total() <= 120
    assert chats.unchanged == 0
    assert chats.statuses == {}


def test_what_waits_in_one_chat_shares_a_message(stage: Theatre) -> None:
    shop, chats = Workshop(stage), Chats()

    async def work(working: Working) -> None:
        async with open_room(working, chats):
            await working.ask(chat=GROUP)
            for _ in range(5):
                await working.ask(chat=GROUP)
            await asyncio.sleep(10)
            (text,) = chats.texts(GROUP)
            assert "5 requests" in text
            assert "/queue" in text
            await working.all_done()

    shop.run(work)
    assert (chats.calls["send"], chats.calls["delete"], len(chats.statuses)) == (1, 1, 0)
    assert chats.calls["edit"] <= 2


def test_it_says_how_many_go_before_and_then_only_that_it_is_next(stage: Theatre) -> None:
    shop, chats = Workshop(stage, answer=lambda _: Answer(after=0.5)), Chats()

    async def work(working: Working) -> None:
        async with open_room(working, chats):
            for chat in range(1, 7):
                await working.ask(chat=chat)
            await working.all_done()

    shop.run(work)
    last = [text for chat, text in chats.history if chat == 6]
    assert ["4 before yours" in last[0], "is next" in last[1]] == [True, True]
    assert len(last) == 2
    assert chats.unchanged == 0


@only_on_sqlite
@pytest.mark.parametrize("after", [0.0, 7.0, 29.0])
def test_the_time_that_it_tells_is_about_true(stage: Theatre, after: float) -> None:
    shop, chats = Workshop(stage, answer=lambda _: Answer(after=after)), Chats()

    async def work(working: Working) -> None:
        async with open_room(working, chats):
            for chat in range(1, 13):
                await working.ask(chat=chat)
            await working.all_done()

    shop.run(work)
    for call in shop.calls[2:]:
        told = [text for chat, text in chats.history if chat == call.request][-1]
        hours, minutes, seconds = map(int, re.findall(r"(\d\d):(\d\d):(\d\d)", told)[-1])
        assert abs((hours - 9) * 3600 + minutes * 60 + seconds - call.started) <= 60
    assert chats.calls["edit"] <= (10 if not after else 60)
    assert chats.unchanged == 0


def test_a_restart_edits_nothing_that_is_true(stage: Theatre) -> None:
    shop, chats = Workshop(stage), Chats()

    async def ask(working: Working) -> None:
        async with open_room(working, chats):
            for chat in range(1, 9):
                await working.ask(chat=chat)
            await asyncio.sleep(20)

    async def look(working: Working) -> None:
        async with open_room(working, chats):
            await asyncio.sleep(5)

    shop.run(ask)
    shown, calls = dict(chats.statuses), chats.calls["send"]
    assert len(shown) >= 6
    shop.run(look)
    assert chats.calls["send"] == calls
    assert chats.unchanged == 0


def test_of_what_was_cancelled_those_behind_hear(stage: Theatre) -> None:
    shop, chats = Workshop(stage), Chats()

    async def work(working: Working) -> None:
        async with open_room(working, chats) as room:
            ids = [await working.ask(chat=chat) for chat in range(1, 9)]
            await asyncio.sleep(10)
            before = dict(chats.statuses)
            await room.cancel(ids[4])
            await asyncio.sleep(10)
            changed = {chat for (chat, message), text in chats.statuses.items() if before[chat, message] != text}
            assert changed == {6, 7, 8}
            assert 5 not in {chat for chat, _ in chats.statuses}
            await working.all_done()

    shop.run(work)
    assert chats.statuses == {}


def test_a_pause_is_told_once_in_each_chat_and_so_is_its_end(stage: Theatre) -> None:
    shop = Workshop(stage, answer=lambda _: Answer(Refused(2, "no")) if not shop.calls else Answer())
    chats = Chats()

    async def work(working: Working) -> None:
        async with open_room(working, chats):
            for chat in range(1, 6):
                await working.ask(chat=chat)
            await asyncio.sleep(100)
            assert all("refused" in text for text in chats.statuses.values())
            assert len(chats.statuses) == 5
            calls = chats.calls.total()
            await asyncio.sleep(3600)
            assert chats.calls.total() == calls
            await working.resume()
            await asyncio.sleep(10)
            assert not any("refused" in text for text in chats.statuses.values())
            await working.all_done()

    shop.run(work)
    assert chats.unchanged == 0


def test_a_command_long_after_the_message_has_it_said_anew_beneath(stage: Theatre) -> None:
    shop, chats = Workshop(stage), Chats()

    async def work(working: Working) -> None:
        async with open_room(working, chats):
            for _ in range(8):
                await working.ask(chat=ANNA)
            await asyncio.sleep(100)
            ((_, first),) = chats.statuses
            await working.ask(chat=ANNA)
            await asyncio.sleep(10)
            ((_, second),) = chats.statuses
            assert second > first
            await working.all_done()

    shop.run(work)
    assert (chats.calls["send"], chats.calls["delete"]) == (2, 2)


def test_a_chat_that_takes_nothing_is_not_asked_again_and_again(stage: Theatre) -> None:
    shop, chats = Workshop(stage), Chats(fails={7: Forbidden("blocked"), 8: NetworkError("reset")})

    async def work(working: Working) -> None:
        async with open_room(working, chats):
            for chat in (1, 2, 3, 4, 7, 8):
                await working.ask(chat=chat)
            await asyncio.sleep(200)
            sent = chats.calls["send"]
            del chats.fails[8]
            await working.all_done()
            assert sent <= 3 + 1 + 10

    shop.run(work)


@only_on_sqlite
@pytest.mark.parametrize("waiting", [10, 100])
def test_one_more_command_costs_the_same_however_many_wait(stage: Theatre, waiting: int) -> None:
    shop, chats = Workshop(stage), Chats()

    async def work(working: Working) -> None:
        async with open_room(working, chats):
            for chat in range(1, waiting + 1):
                await working.ask(chat=chat)
            await asyncio.sleep(30)
            before, calls = shop.operations, chats.calls.total()
            await working.ask(chat=9999)
            await asyncio.sleep(5)
            assert chats.calls.total() - calls == 1
            assert shop.operations - before < 45

    shop.run(work)


@only_on_sqlite
def test_what_could_not_be_planned_is_planned_when_it_is_run_again(
    stage: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, chats = Workshop(stage), Chats()

    async def work(working: Working) -> None:
        room = WaitingRoom(working, chats)
        for chat in (1, 2, 3):
            await working.ask(chat=chat)
        with monkeypatch.context() as broken:
            broken.setattr(status_messages, "ends", _fails)
            with pytest.raises(ZeroDivisionError):
                await room.status.run()
        assert chats.statuses == {}
        running = asyncio.create_task(room.status.run())
        await asyncio.sleep(10)
        running.cancel()
        assert {chat for chat, _ in chats.statuses} == {2, 3}

    shop.run(work)


@only_on_sqlite
def test_what_somebody_deleted_is_said_anew_once_it_is_untrue(stage: Theatre) -> None:
    shop, chats = Workshop(stage), Chats()

    async def work(working: Working) -> None:
        async with open_room(working, chats) as room:
            ids = [await working.ask(chat=chat) for chat in (1, 2, 3, 4, 5, 6)]
            await asyncio.sleep(10)
            (deleted,) = [shown for shown in chats.statuses if shown[0] == 6]
            del chats.statuses[deleted]
            await room.cancel(ids[3])
            await asyncio.sleep(10)
            (text,) = chats.texts(6)
            assert "3 before yours" in text
            await working.all_done()
        assert await rows(working) == 0

    shop.run(work)


@only_on_sqlite
def test_many_places_are_looked_at_in_one_go(stage: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, chats = Workshop(stage), Chats()
    look, asked = status_messages.waiting_in, list[int]()

    async def counted(session: AsyncSession, login: str, places: Collection[int]) -> Any:
        asked.append(len(places))
        return await look(session, login, places)

    async def work(working: Working) -> None:
        for chat in range(1, 121):
            await working.ask(chat=chat)
        async with open_room(working, chats):
            await asyncio.sleep(0.5)
            assert sum(asked) == 119
            assert len(asked) <= 4
            assert max(asked) <= 50

    monkeypatch.setattr(status_messages, "waiting_in", counted)
    shop.run(work)


def test_a_commit_that_is_lost_makes_no_second_row(stage: Theatre) -> None:
    shop, chats = Workshop(stage), Chats()

    async def work(working: Working) -> None:
        async with open_room(working, chats):
            await working.ask(chat=1)
            await asyncio.sleep(10)
            await working.ask(chat=2)
            await asyncio.sleep(0.1)
            shop.commits_until_loss = 1
            await asyncio.sleep(5)
            assert (shop.commits_until_loss, await rows(working)) == (0, 1)
            await working.all_done()
        assert await rows(working) == 0

    shop.run(work)
    assert chats.statuses == {}


@only_on_sqlite
def test_what_never_waits_leads_to_no_look(stage: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, chats = Workshop(stage), Chats()

    async def work(working: Working) -> None:
        async with open_room(working, chats):
            await asyncio.sleep(5)
            with monkeypatch.context() as unasked:
                for name in ("ends", "waiting_in", "is_open"):
                    unasked.setattr(status_messages, name, _fails)
                for chat in (1, 2, 3):
                    request = await working.enter(chat=chat)
                    assert request.state is State.RUNNING
                    await asyncio.sleep(PACE + 5)
            # And what waits is seen again.
            for chat in (4, 5):
                await working.ask(chat=chat)
            await asyncio.sleep(5)
            assert {chat for chat, _ in chats.statuses} == {5}
            await working.all_done()

    shop.run(work)
    assert chats.calls["document"] == 5


async def _fails(*_: object) -> None:
    raise ZeroDivisionError


def test_who_is_to_be_served_at_once_and_is_not_reads_why(stage: Theatre) -> None:
    shop, chats = Workshop(stage, answer=lambda _: Answer(NotSent("no route"))), Chats()

    async def work(working: Working) -> None:
        async with open_room(working, chats):
            await working.ask(chat=ANNA)
            await asyncio.sleep(15)
            (text,) = chats.texts(ANNA)
            assert "reach" in text

    shop.run(work)


def test_who_waits_for_a_slow_answer_is_told_though_it_may_come_at_any_moment(stage: Theatre) -> None:
    shop, chats = Workshop(stage, answer=lambda _: Answer(after=PACE + 25)), Chats()

    async def work(working: Working) -> None:
        async with open_room(working, chats):
            await working.ask(chat=GROUP)
            await asyncio.sleep(PACE + 5)
            await working.ask(chat=ANNA)
            await asyncio.sleep(5)
            assert len(chats.texts(ANNA)) == 1
            await working.all_done()

    shop.run(work)
    assert chats.statuses == {}
