"""`/repeat` and `/repeats`, from the words to the invoices."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.domain import Failure, OccurrenceState, RepeatPause, RepeatState, Resolution, RunState, State
from bot.queue.changes import QueueChange
from db import chat_moves
from db.models import Request
from tests.handlers.batches.stage_of_batches import end_next
from tests.handlers.repeats.stage_of_repeats import MONTHLY, create, end, go_to, occurrences, repeats, runs, work
from tests.support.stage import ANNA, BORIS, OLGA, TEAM, Stage, stage

FIRST = datetime(2026, 12, 1, 9, tzinfo=UTC)


async def test_a_repeat_is_shown_created_and_asks_each_time(on_stage: Stage) -> None:
    (shown,) = await on_stage.say(ANNA, MONTHLY)
    for said in ("Every month on day 1", "Tue 1 Dec 2026 09:00: 1,500.00", "SMS, December 2026", "SMS, February 2027"):
        assert said in shown.text, shown.text
    assert (await repeats(on_stage))[0].state is RepeatState.PREVIEWED
    assert await go_to(on_stage, FIRST - timedelta(days=2)) == []

    _, done = await on_stage.press(ANNA, shown.buttons[0])
    assert "Created" in done.text
    assert await go_to(on_stage, FIRST - timedelta(seconds=1)) == []
    (card,) = await go_to(on_stage, FIRST)
    assert "SMS, December 2026" in card.text
    assert await on_stage.requests() == []
    assert await work(on_stage) == []

    await on_stage.press(ANNA, card.buttons[0])
    await on_stage.press(ANNA, card.buttons[0])
    (edited,) = await work(on_stage)
    assert "Anna: create" in edited.text
    (request,) = await on_stage.requests()
    assert (request.service, request.amount, request.requester_id, request.login) == (
        "SMS, December 2026",
        Decimal(1500),
        ANNA,
        "demo",
    )
    await end(on_stage, request.id)
    assert [one.state for one in await occurrences(on_stage)] == [OccurrenceState.MADE]
    (card,) = await go_to(on_stage, datetime(2027, 1, 1, 9, tzinfo=UTC))
    await on_stage.press(ANNA, card.buttons[1])
    (edited,) = await work(on_stage)
    assert "skipped" in edited.text
    assert len(await on_stage.requests()) == 1
    assert [one.nominal for one in await occurrences(on_stage)] == [date(2026, 12, 1), date(2027, 1, 1)]


async def test_what_is_wrong_is_told(on_stage: Stage) -> None:
    for words, said in (
        ("alice 1500 monthly 32", "32"),
        ("alice 15k monthly 1", "k"),
        ("alice 1500 SMS {moth} monthly 1", "{moth}"),
        ("alice 1500 monthly 1 25:00", "25:00"),
        ("alice 1500 monthly 1 until 01.01.2020", "before the first"),
    ):
        (answer,) = await on_stage.say(ANNA, f"/repeat {words}")
        assert said in answer.text
        assert answer.buttons == []
    assert await repeats(on_stage) == []


async def test_russian_words(on_stage: Stage) -> None:
    (shown,) = await on_stage.say(OLGA, "/repeat alice 1500 SMS, {месяц} {год} ежемесячно последний рабочий день 18:00")
    for said in ("каждый месяц в последний рабочий день", "SMS, ноябрь 2026", "пн 30.11.2026 18:00"):
        assert said.lower() in shown.text.lower(), shown.text
    english = next(data for data in shown.buttons if data.startswith("rspeak"))
    _, shown = await on_stage.press(OLGA, english)
    assert "SMS, November 2026" in shown.text


async def test_a_large_sum_and_a_second_one_alike_are_asked_about(on_stage: Stage) -> None:
    (shown,) = await on_stage.say(ANNA, "/repeat alice 2000000 monthly 1")
    _, doubt = await on_stage.press(ANNA, shown.buttons[0])
    assert "large sum" in doubt.text
    assert (await repeats(on_stage))[0].state is RepeatState.PREVIEWED
    await on_stage.press(ANNA, doubt.buttons[0])
    assert (await repeats(on_stage))[0].state is RepeatState.ACTIVE
    (shown,) = await on_stage.say(BORIS, "/repeat Alice 2000000 weekly mon", TEAM)
    _, doubt = await on_stage.press(BORIS, shown.buttons[0], TEAM)
    assert "повтор 1, Anna" in doubt.text


async def test_the_list_has_pages_and_each_its_buttons(on_stage: Stage) -> None:
    for number in range(12):
        await create(on_stage, f"/repeat alice {100 + number} monthly {number + 1}")
    await create(on_stage, "/repeat bob 5 weekly mon", BORIS, TEAM)
    (listed,) = await on_stage.say(ANNA, "/repeats")
    assert "bob" not in listed.text
    assert "rlist:1" in listed.buttons
    _, second = await on_stage.press(ANNA, "rlist:1")
    assert second.buttons[:2] == ["rshow:11", "rshow:12"]
    (refused,) = await on_stage.say(ANNA, "/repeats all")
    assert "admins" in refused.text
    (everything,) = await on_stage.say(OLGA, "/repeats all")
    assert "rlistall:1" in everything.buttons
    _, shown = await on_stage.press(OLGA, "rshow:13")
    assert "bob" in shown.text
    (refused,) = await on_stage.press(ANNA, "rshow:13")
    assert refused.params["show_alert"]


async def test_pause_skip_and_end(on_stage: Stage) -> None:
    await create(on_stage, chat=TEAM)
    (refused,) = await on_stage.press(BORIS, "rpause:1", TEAM)
    assert "владелец" in refused.text
    await on_stage.press(ANNA, "rpause:1", TEAM)
    assert await go_to(on_stage, FIRST + timedelta(hours=1)) == []
    _, shown = await on_stage.press(ANNA, "rgo:1", TEAM)
    assert "1 Jan 2027" in shown.text
    skip = next(data for data in shown.buttons if data.startswith("rskip"))
    await on_stage.press(ANNA, skip, TEAM)
    await on_stage.press(ANNA, skip, TEAM)
    assert await go_to(on_stage, datetime(2027, 1, 2, tzinfo=UTC)) == []
    (card,) = await go_to(on_stage, datetime(2027, 2, 1, 9, tzinfo=UTC))
    await on_stage.press(OLGA, "rend:1")
    await on_stage.press(OLGA, "rendsure:1")
    (edited,) = await work(on_stage)
    assert "Nothing came of this" in edited.text
    (refused,) = await on_stage.press(ANNA, card.buttons[0], TEAM)
    assert refused.params["show_alert"]
    assert await on_stage.requests() == []
    assert await go_to(on_stage, datetime(2027, 6, 1, 9, tzinfo=UTC)) == []


async def test_an_end_ends(on_stage: Stage) -> None:
    await create(on_stage, "/repeat alice 5 monthly 1 2 times")
    for month in (12, 1):
        (card,) = await go_to(on_stage, datetime(2026 if month == 12 else 2027, month, 1, 9, tzinfo=UTC))
        await on_stage.press(ANNA, card.buttons[0])
        await work(on_stage)
        await end(on_stage, (await on_stage.requests())[-1].id)
    assert await go_to(on_stage, datetime(2028, 1, 1, tzinfo=UTC)) == []
    assert (await repeats(on_stage))[0].state is RepeatState.ENDED
    assert len(await on_stage.requests()) == 2


async def test_run_now_makes_one_a_day(on_stage: Stage) -> None:
    await create(on_stage)
    await on_stage.press(ANNA, "rnow:1")
    await on_stage.press(ANNA, "rnow:1")
    await work(on_stage)
    (request,) = await on_stage.requests()
    assert request.service == "SMS, November 2026"


async def test_all_that_is_due_at_once_is_one_batch(on_stage: Stage) -> None:
    for number in range(3):
        await create(on_stage, f"/repeat alice {100 + number} monthly 1", chat=TEAM)
    (card,) = await go_to(on_stage, FIRST)
    assert "3 repeats" in card.text
    await on_stage.press(ANNA, card.buttons[0], TEAM)
    await work(on_stage)
    (run,) = await runs(on_stage)
    assert (run.state, run.batch_id) == (RunState.STARTED, 1)
    assert [one.row for one in await occurrences(on_stage)] == [1, 2, 3]
    while (request := await end_next(on_stage)) is not None:
        on_stage.app.queue_changes.announce(QueueChange(ended=(request,)))
        await work(on_stage)
    assert [one.state for one in await occurrences(on_stage)] == [OccurrenceState.MADE] * 3
    assert [request.amount for request in await on_stage.requests()] == [100, 101, 102]


async def test_by_itself(on_stage: Stage) -> None:
    await create(on_stage)
    await on_stage.press(ANNA, "rself:1:1")
    assert await go_to(on_stage, FIRST) == []
    (request,) = await on_stage.requests()
    assert request.service == "SMS, December 2026"


async def test_by_itself_asks_about_a_duplicate(on_stage: Stage) -> None:
    await create(on_stage)
    await on_stage.press(ANNA, "rself:1:1")
    await go_to(on_stage, FIRST - timedelta(minutes=1))
    await on_stage.say(ANNA, "/invoice alice 1500 SMS, December 2026")
    (card,) = await go_to(on_stage, FIRST)
    assert "like an invoice" in card.text
    await on_stage.press(ANNA, card.buttons[0].replace("rmakesure", "rmake"))
    assert len(await on_stage.requests()) == 1
    await on_stage.press(ANNA, card.buttons[0])
    await work(on_stage)
    assert len(await on_stage.requests()) == 2


async def test_a_waiting_row_of_a_batch_is_like_what_repeats(on_stage: Stage) -> None:
    await create(on_stage, "/repeat alice 1500 monthly 1")
    await on_stage.press(ANNA, "rself:1:1")
    await go_to(on_stage, FIRST - timedelta(minutes=1))
    await on_stage.attach(ANNA, b"bob;1\nalice;1500\n", "/batch")
    await on_stage.press(ANNA, "bstart:1")
    (card,) = await go_to(on_stage, FIRST)
    assert "like an invoice" in card.text
    assert await runs(on_stage)
    assert not [request for request in await on_stage.requests() if request.amount == Decimal(1500)]


async def test_what_was_missed_is_asked_about_with_its_dates(on_stage: Stage, stage_url: str) -> None:
    await create(on_stage)
    await on_stage.press(ANNA, "rself:1:1")
    now = on_stage.clock.now()
    async with stage(stage_url) as later:
        later.clock.advance(datetime(2027, 2, 20, tzinfo=UTC) - now)
        (card,) = await work(later)
        assert "came due 3 times" in card.text
        for day in ("1 Dec 2026", "1 Jan 2027", "1 Feb 2027"):
            assert day in card.text
        assert await later.requests() == []
        await later.press(ANNA, card.buttons[0])
        # One after the other: of each it has to be known what became of it.
        for number in range(1, 4):
            await work(later)
            assert len(await later.requests()) == number
            await end(later, number)
        assert [request.service for request in await later.requests()] == [
            "SMS, December 2026",
            "SMS, January 2027",
            "SMS, February 2027",
        ]


async def test_a_revoked_owners_repeats_pause_and_the_admins_hear(on_stage: Stage) -> None:
    await create(on_stage, who=BORIS)
    await create(on_stage, "/repeat bob 7 monthly 1", who=BORIS)
    await on_stage.say(OLGA, f"/revoke {BORIS}")
    (note,) = await go_to(on_stage, FIRST)
    assert note.chat_id == OLGA
    assert note.params["text"].count("alice") == 1
    assert "bob" in note.text
    assert [one.pause for one in await repeats(on_stage)] == [RepeatPause.NOT_ALLOWED] * 2
    assert await occurrences(on_stage) == []
    assert await go_to(on_stage, FIRST + timedelta(days=40)) == []


async def test_an_unknown_outcome_blocks_the_next(on_stage: Stage) -> None:
    await create(on_stage)
    await on_stage.press(ANNA, "rself:1:1")
    await go_to(on_stage, FIRST)
    await end(on_stage, 1, State.UNKNOWN)
    (card,) = await go_to(on_stage, datetime(2027, 1, 1, 9, tzinfo=UTC))
    assert "nobody knows" in card.text
    (refused,) = await on_stage.press(ANNA, card.buttons[0])
    assert refused.params["show_alert"]
    await on_stage.press(ANNA, "close:1")
    await work(on_stage)
    async with on_stage.app.database.read() as session:
        assert (await session.get_one(Request, 1)).resolution is Resolution.CLOSED
    await on_stage.press(ANNA, card.buttons[0])
    await work(on_stage)
    assert len(await on_stage.requests()) == 2


async def test_three_failures_in_a_row_pause(on_stage: Stage) -> None:
    await create(on_stage, "/repeat alice 5 weekly mon")
    await on_stage.press(ANNA, "rself:1:1")
    for number in range(1, 4):
        await go_to(
            on_stage,
            datetime(2026, 11, 16 + 7 * number, 9, tzinfo=UTC) if number < 3 else datetime(2026, 12, 7, 9, tzinfo=UTC),
        )
        await end(on_stage, number, State.FAILED, Failure.NO_SUB_CLIENT)
    (repeat,) = await repeats(on_stage)
    assert (repeat.state, repeat.pause) == (RepeatState.PAUSED, RepeatPause.FAILURES)
    assert any("3 times in a row" in call.text for call in on_stage.edge.calls)


@pytest.mark.parametrize("at_once", [2])
async def test_the_limit_of_a_day(stage_url: str, at_once: int) -> None:
    async with stage(stage_url, MAX_REPEATS_PER_DAY=str(at_once)) as on:
        for number in range(3):
            await create(on, f"/repeat alice {100 + number} monthly 1")
            await on.press(ANNA, f"rself:{number + 1}:1")
        calls = await go_to(on, FIRST)
        assert any("waits until" in call.text for call in calls)
        started = [one for one in await occurrences(on) if one.state is OccurrenceState.STARTED]
        assert len(started) == at_once
        await go_to(on, FIRST + timedelta(days=1))
        assert all(one.state is OccurrenceState.STARTED for one in await occurrences(on))


async def test_a_changed_group_is_followed(on_stage: Stage) -> None:
    await create(on_stage, chat=TEAM)
    (card,) = await go_to(on_stage, FIRST)

    async with on_stage.app.database.write() as session:
        await chat_moves.move_chat(session, TEAM, -1000000000500, on_stage.clock.now())
    (again,) = await work(on_stage)
    assert (again.chat_id, again.text) == (-1000000000500, card.text)
    await on_stage.press(ANNA, again.buttons[0], -1000000000500)
    await work(on_stage)
    (request,) = await on_stage.requests()
    assert request.chat_id == -1000000000500
