"""Changing a repeat: from the words that the bot sends to the invoices that come of the words sent back."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from bot.domain import RunState
from db.models import StoredRepeat
from tests.handlers.repeats.stage_of_repeats import MONTHLY, create, go_to, repeats, runs, work
from tests.support.stage import ANNA, BORIS, FORWARDED, OLGA, TEAM, Call, Stage

FIRST = datetime(2026, 12, 1, 9, tzinfo=UTC)


async def change(on: Stage, words: str, repeat_id: int = 1) -> StoredRepeat:
    """Have Anna change a repeat of hers, in private."""
    await on.press(ANNA, f"redit:{repeat_id}")
    (shown,) = await on.say(ANNA, words)
    await on.press(ANNA, shown.buttons[0])
    return (await repeats(on))[repeat_id - 1]


def asked_with(call: Call) -> str:
    return call.text.rpartition("<code>")[2].removesuffix("</code>")


async def test_sum_service_and_date_are_changed(on_stage: Stage) -> None:
    await create(on_stage)
    _, asked = await on_stage.press(ANNA, "redit:1")
    assert asked_with(asked) == MONTHLY.removeprefix("/repeat ").replace("1500", "1500.00")
    (shown,) = await on_stage.say(ANNA, "alice 1700 Calls, {month} monthly 5 10:00")
    for said in ("1,700.00", "Calls, December 2026".replace(" 2026", ""), "Sat 5 Dec 2026 10:00"):
        assert said in shown.text, shown.text
    assert (await repeats(on_stage))[0].amount == Decimal(1500)
    _, changed = await on_stage.press(ANNA, shown.buttons[0])
    assert "Changed" in changed.text
    assert await go_to(on_stage, FIRST) == []
    (card,) = await go_to(on_stage, datetime(2026, 12, 5, 10, tzinfo=UTC))
    await on_stage.press(ANNA, card.buttons[0])
    await work(on_stage)
    (request,) = await on_stage.requests()
    assert (request.amount, request.service) == (Decimal(1700), "Calls, December")


async def test_the_same_words_once_more_change_no_date(on_stage: Stage) -> None:
    await create(on_stage, "/repeat alice 5 weekly mon 10 times")
    await on_stage.press(ANNA, "rskip:1:0")
    before = (await repeats(on_stage))[0]
    _, asked = await on_stage.press(ANNA, "redit:1")
    assert asked_with(asked) == "alice 5.00 weekly mon 09:00 9 times"
    (shown,) = await on_stage.say(ANNA, asked_with(asked).replace("5.00", "6"))
    await on_stage.press(ANNA, shown.buttons[0])
    (after,) = await repeats(on_stage)
    assert after.amount == Decimal(6)
    assert (after.rule, after.next_number, after.next_at) == (before.rule, before.next_number, before.next_at)


async def test_a_card_asks_anew_and_its_old_buttons_are_void(on_stage: Stage) -> None:
    await create(on_stage)
    (card,) = await go_to(on_stage, FIRST)
    _, asked = await on_stage.press(ANNA, card.buttons[2])
    (shown,) = await on_stage.say(ANNA, asked_with(asked).replace("1500", "1900"))
    await on_stage.press(ANNA, shown.buttons[0])
    (edited,) = await work(on_stage)
    assert "1,900.00" in edited.text
    (refused,) = await on_stage.press(ANNA, card.buttons[0])
    assert refused.params["show_alert"]
    await work(on_stage)
    assert await on_stage.requests() == []
    await on_stage.press(ANNA, edited.buttons[0])
    await work(on_stage)
    assert [request.amount for request in await on_stage.requests()] == [Decimal(1900)]


async def test_what_was_agreed_and_has_not_started_asks_anew(on_stage: Stage) -> None:
    await create(on_stage)
    (card,) = await go_to(on_stage, FIRST)
    await on_stage.press(ANNA, card.buttons[0])
    await change(on_stage, "alice 1900 monthly 1")
    await work(on_stage)
    assert [run.state for run in await runs(on_stage)] == [RunState.ASKED]
    assert await on_stage.requests() == []


async def test_a_date_that_was_made_is_not_made_twice(on_stage: Stage) -> None:
    await create(on_stage)
    await on_stage.press(ANNA, "rself:1:1")
    await go_to(on_stage, FIRST)
    await change(on_stage, "alice 1900 monthly 1 18:00")
    assert await go_to(on_stage, FIRST + timedelta(hours=10)) == []
    assert len(await on_stage.requests()) == 1


async def test_of_many_on_a_card_one_is_chosen(on_stage: Stage) -> None:
    await create(on_stage, "/repeat alice 1 monthly 1")
    await create(on_stage, "/repeat alice 2 monthly 1")
    (card,) = await go_to(on_stage, FIRST)
    _, which = await on_stage.press(ANNA, card.buttons[2])
    assert which.buttons == ["redit:1", "redit:2"]
    _, first = await on_stage.press(ANNA, "redit:1", message_id=5100)
    _, second = await on_stage.press(ANNA, "redit:2", message_id=5100)
    assert (asked_with(first)[:10], asked_with(second)[:10]) == ("alice 1.00", "alice 2.00")
    (shown,) = await on_stage.say(ANNA, "alice 3 monthly 1")
    await on_stage.press(ANNA, shown.buttons[0])
    assert [repeat.amount for repeat in await repeats(on_stage)] == [1, 3]


async def test_what_cannot_be_read_is_told_and_the_question_stays(on_stage: Stage) -> None:
    await create(on_stage)
    await on_stage.press(ANNA, "redit:1")
    for words, said in (("alice 15k monthly 1", "k"), ("alice 1500 SMS", "When"), ("alice 5 monthly 99", "99")):
        (answer,) = await on_stage.say(ANNA, words)
        assert said in answer.text
        assert answer.buttons == []
    (refused,) = await on_stage.say(ANNA, "alice 7 monthly 1", **FORWARDED)
    assert "forwarded" in refused.text
    (shown,) = await on_stage.say(ANNA, "alice 7 monthly 1")
    _, kept = await on_stage.press(ANNA, shown.buttons[1])
    assert "stays as it was" in kept.text
    (refused,) = await on_stage.press(ANNA, shown.buttons[0])
    assert refused.params["show_alert"]
    assert (await repeats(on_stage))[0].amount == Decimal(1500)


async def test_only_its_owner_or_an_admin_changes_one(on_stage: Stage) -> None:
    await create(on_stage, chat=TEAM)
    (refused,) = await on_stage.press(BORIS, "redit:1", TEAM)
    assert refused.params["show_alert"]
    _, asked = await on_stage.press(ANNA, "redit:1", TEAM)
    assert asked.params["reply_markup"]["selective"]
    assert await on_stage.say(BORIS, "alice 1 monthly 1", TEAM, reply_to=5002) == []
    (shown,) = await on_stage.say(ANNA, "alice 1 monthly 1", TEAM, reply_to=5002)
    (refused,) = await on_stage.press(BORIS, shown.buttons[0], TEAM)
    assert refused.params["show_alert"]
    (refused,) = await on_stage.press(BORIS, shown.buttons[1], TEAM)
    assert refused.params["show_alert"]
    _, asked = await on_stage.press(OLGA, "redit:1")
    (shown,) = await on_stage.say(OLGA, "alice 2 monthly 2")
    await on_stage.press(OLGA, shown.buttons[0])
    (repeat,) = await repeats(on_stage)
    assert (repeat.amount, repeat.owner_id) == (Decimal(2), ANNA)
    assert repeat.next_at is not None
    assert repeat.next_at.date() == date(2026, 12, 2)


async def test_a_large_sum_is_pointed_out(on_stage: Stage) -> None:
    await create(on_stage)
    await on_stage.press(ANNA, "redit:1")
    (shown,) = await on_stage.say(ANNA, "alice 2000000 monthly 1")
    assert "large sum" in shown.text
