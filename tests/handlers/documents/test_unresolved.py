"""`/unresolved`: by pages, with the login of each."""

from bot.domain import State
from tests.support.stage import ANNA, OLGA, TEAM, Call, Stage

INVOICES = 12


async def _unknown(stage: Stage, number: int) -> None:
    for sum_ in range(number):
        await stage.say(ANNA, f"/invoice alice {1500 + sum_}", TEAM)
    for request in await stage.requests():
        async with stage.app.database.write() as session:
            request.state = State.UNKNOWN
            await session.merge(request)


def _buttons(call: Call) -> dict[str, str]:
    rows = call.params["reply_markup"]["inline_keyboard"]
    return {button["text"]: button["callback_data"] for row in rows for button in row}


async def test_a_single_one_is_shown_at_once(on_stage: Stage) -> None:
    await _unknown(on_stage, 1)
    (told,) = await on_stage.say(OLGA, "/unresolved")
    assert "<b>demo</b>" in told.text
    assert len(_buttons(told)) == 3


async def test_many_are_turned_and_each_is_shown_with_its_way_back(on_stage: Stage) -> None:
    await _unknown(on_stage, INVOICES)
    (told,) = await on_stage.say(OLGA, "/unresolved")
    first = _buttons(told)
    assert told.text.count("demo") == 10
    assert [*first][:10] == [str(number) for number in range(1, 11)]
    (_, turned) = await on_stage.press(OLGA, [*first.values()][-1])
    second = _buttons(turned)
    assert [*second][:2] == ["11", "12"]
    (_, card) = await on_stage.press(OLGA, second["12"])
    assert "1\N{NO-BREAK SPACE}511,00" in card.text
    ways = [*_buttons(card).values()]
    assert len(ways) == 4
    (_, back) = await on_stage.press(OLGA, ways[-1])
    assert back.text == turned.text


async def test_one_that_is_settled_meanwhile_is_not_shown(on_stage: Stage) -> None:
    await _unknown(on_stage, 2)
    (told,) = await on_stage.say(OLGA, "/unresolved")
    shown = _buttons(told)["2"]
    (_, number, _) = shown.split(":")
    await on_stage.press(ANNA, f"close:{number}", TEAM)
    (answer,) = await on_stage.press(OLGA, shown)
    assert answer.params["show_alert"]


async def test_managers_see_no_such_list(on_stage: Stage) -> None:
    await _unknown(on_stage, 2)
    for data in ("unresolved:0", "unknown:1:0"):
        calls = await on_stage.press(ANNA, data)
        assert all(call.method == "answerCallbackQuery" for call in calls)


async def test_a_group_sees_its_own_only(on_stage: Stage) -> None:
    """Also by the buttons of a list that an earlier version had shown there."""
    await on_stage.say(ANNA, "/invoice alice 700")
    await _unknown(on_stage, 2)
    (told,) = await on_stage.say(OLGA, "/unresolved", TEAM)
    assert "700" not in told.text
    assert [data.rpartition(":")[0] for data in _buttons(told).values()] == ["unknown:2", "unknown:3"]
    (_, turned) = await on_stage.press(OLGA, "unresolved:0", TEAM)
    assert turned.text == told.text
    calls = await on_stage.press(OLGA, "unknown:1:0", TEAM)
    assert [call.method for call in calls] == ["answerCallbackQuery"]
    (everything,) = await on_stage.say(OLGA, "/unresolved")
    assert len(_buttons(everything)) == 3
