"""How many requests may wait, of one person and of one chat."""

from collections.abc import AsyncIterator

import pytest

from bot.domain import State
from tests.handlers.documents.test_duplicate import end
from tests.support.stage import ANNA, BORIS, OLGA, TEAM, Stage, stage


@pytest.fixture
async def limited(stage_url: str) -> AsyncIterator[Stage]:
    async with stage(stage_url, MAX_WAITING_PER_PERSON="3", MAX_WAITING_PER_CHAT="5") as made:
        yield made


async def waiting(stage: Stage) -> int:
    return sum(request.state is State.QUEUED for request in await stage.requests())


async def test_a_person_may_have_so_many_waiting_wherever(limited: Stage) -> None:
    for number, chat in enumerate((ANNA, TEAM, ANNA), 1):
        assert await limited.say(ANNA, f"/act alice {number}", chat) == []
    for text in ("/act alice 8", "/invoice alice 1500", "/getinvoice alice 9001"):
        (refused,) = await limited.say(ANNA, text, TEAM)
        assert "3" in refused.text
        assert refused.buttons == []
    assert await waiting(limited) == 3
    assert await limited.say(BORIS, "/act alice 9", TEAM) == []

    await end(limited, 1, State.DONE)
    assert await limited.say(ANNA, "/act alice 10") == []
    assert len(await limited.say(ANNA, "/act alice 11")) == 1


async def test_a_chat_may_have_so_many_waiting_whoever_asks(limited: Stage) -> None:
    for number, who in enumerate((ANNA, BORIS, OLGA, ANNA, BORIS), 1):
        assert await limited.say(who, f"/act alice {number}", TEAM) == []
    (refused,) = await limited.say(OLGA, "/act alice 6", TEAM)
    assert "5" in refused.text
    assert await limited.say(OLGA, "/act alice 6") == []
    assert await waiting(limited) == 6


async def test_what_was_taken_stays_taken(limited: Stage) -> None:
    """The last message that was taken comes again: it is not refused."""
    await limited.say(ANNA, "/act alice 1")
    for number in (2, 3):
        await limited.say(BORIS, f"/act alice {number}", TEAM)
        await limited.say(ANNA, f"/act alice {number}")
    limited.rewind()
    assert await limited.say(ANNA, "/act alice 1") == []
    assert await waiting(limited) == 5


async def test_a_press_is_refused_too_and_may_come_again_later(limited: Stage) -> None:
    (asked,) = await limited.say(ANNA, "/invoice alice 2000000")
    for number in range(3):
        await limited.say(ANNA, f"/act alice {number + 1}")
    answer, *more = await limited.press(ANNA, asked.buttons[0])
    assert answer.params["show_alert"]
    assert not more
    assert await waiting(limited) == 3
    await end(limited, 1, State.DONE)
    await limited.press(ANNA, asked.buttons[0])
    assert await waiting(limited) == 3
