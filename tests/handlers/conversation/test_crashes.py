"""A conversation is killed at every single step, the update comes again, and nothing is lost or made twice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import CreateInvoice, GetAct, GetInvoice, SubClient, Wish
from tests.support.stage import ANNA, IVAN, TEAM, Call, Stage
from tests.support.sweeps import stride

_FIRST_ID = 5001


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Killer:
    """Kills at one point: before or after a call of the Bot API, before or after a commit."""

    stage: Stage
    left: int = -1
    update: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        database, edge, take = self.stage.app.database, self.stage.edge, self.stage._take
        # Telegram's flood limits are another story, and slow.
        self.stage.app.application.bot._rate_limiter = None
        write, do_request = database.write, edge.do_request

        @asynccontextmanager
        async def deadly_write() -> AsyncIterator[AsyncSession]:
            async with write() as session:
                yield session
                self.point()
            self.point()

        async def deadly_request(*args: Any, **kwargs: Any) -> tuple[int, bytes]:
            self.point()
            answer = await do_request(*args, **kwargs)
            self.point()
            return answer

        async def remembered(update: dict[str, Any]) -> list[Call]:
            self.update = update
            try:
                return await take(update)
            except Killed:
                return await take(update)

        self.stage._take = remembered  # type: ignore[method-assign]
        database.write = deadly_write  # type: ignore[method-assign]
        edge.do_request = deadly_request  # type: ignore[method-assign]

    def point(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed


def visible(stage: Stage) -> dict[int, Call]:
    """Return the bot's messages that are in the chat, as they look now."""
    messages: dict[int, Call] = {}
    next_id = _FIRST_ID
    for call in stage.edge.calls:
        if call.method == "sendMessage":
            messages[next_id] = call
            next_id += 1
        elif call.method == "editMessageText" and int(call.params["message_id"]) in messages:
            messages[int(call.params["message_id"])] = call
        elif call.method == "deleteMessage":
            messages.pop(int(call.params["message_id"]), None)
    return messages


async def press(stage: Stage, action: str, chat: int) -> None:
    """Press the button of the latest message that has it."""
    message_id, data = next(
        (message_id, data)
        for message_id, call in reversed(visible(stage).items())
        for data in call.buttons
        if data.partition(":")[0] == action
    )
    await stage.press(ANNA, data, chat, message_id)


async def reply(stage: Stage, text: str, chat: int) -> None:
    await stage.say(ANNA, text, chat, reply_to=max(visible(stage)))


async def killed_everywhere(stage: Stage, chat: int, script: list[str], wish: Wish, every: int = 1) -> int:
    """Hold the script's conversation, killed at each point in turn or at one of `every`; return how many there are.

    In the script `!` presses a button and `{}` is another number each time, so that no invoice looks like another.
    """
    killer, points = Killer(stage), 0
    while killer.left <= 0:
        points += stride(every, stage.app.database)
        before = len(await stage.requests())
        killer.left = points
        for line in script:
            said = line.format(100 + points)
            if said.startswith("!"):
                await press(stage, said[1:], chat)
            elif said.startswith("/"):
                await stage.say(ANNA, said, chat)
            else:
                await reply(stage, said, chat)
        requests = (await stage.requests())[before:]
        assert [str(request.wish) for request in requests] == [str(wish).replace("100.00", f"{100 + points}.00")], (
            points
        )
        # What was sent but never recorded stays behind, once; everything else is taken away.
        assert len(visible(stage)) <= 1
        clear(stage)
    return points


def clear(stage: Stage) -> None:
    """Take all messages away, for a new conversation."""
    for message_id in visible(stage):
        stage.edge.calls.append(Call("deleteMessage", {"message_id": message_id}))


async def test_an_invoice_in_private(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/act alice 7")
    wish = CreateInvoice(SubClient(name="alice"), Decimal("100.00"))
    points = await killed_everywhere(on_stage, ANNA, ["/invoice", "!pick", "abc", "{}", "!make"], wish)
    assert points > 40


async def test_an_invoice_with_changes_in_a_group(on_stage: Stage) -> None:
    wish = CreateInvoice(SubClient(name="bob"), Decimal("100.00"), "SMS")
    await on_stage.say(ANNA, "/act alice 7", TEAM)
    script = ["/invoice", "!type", "bob", "7", "!change", "!newsum", "{}", "!newservice", "SMS", "!make"]
    await killed_everywhere(on_stage, TEAM, script, wish, every=5)


async def test_fetches(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/act #101 7", TEAM)
    script = ["/getinvoice", "!type", "alice", "x", "9001"]
    await killed_everywhere(on_stage, TEAM, script, GetInvoice(SubClient(name="alice"), "9001"), every=4)


async def test_cancelling(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/act #101 7")
    killer, points = Killer(on_stage), 0
    while killer.left <= 0:
        points += stride(1, on_stage.app.database)
        killer.left = points
        await on_stage.say(ANNA, "/act")
        await press(on_stage, "drop", ANNA)
        assert len(await on_stage.requests()) == 1
        (*orphans, _) = texts = [call.text for call in visible(on_stage).values()]
        assert "Cancelled" in " ".join(texts)
        assert len(orphans) <= 1
        clear(on_stage)


@pytest.mark.parametrize("command", ["/act 7", "/act"])
async def test_both_copies_of_a_question_listen(on_stage: Stage, command: str) -> None:
    """The process is killed when Telegram has the question and the bot does not know: the question comes twice."""
    killer, points = Killer(on_stage), 0
    while len(visible(on_stage)) < 2:
        clear(on_stage)
        points += 1
        assert points < 50
        killer.left = points
        await on_stage.say(ANNA, command, TEAM)
    first, _ = visible(on_stage)

    assert await on_stage.say(IVAN, "alice", TEAM, reply_to=first) == []
    await on_stage.say(ANNA, "alice", TEAM, reply_to=first)
    if command == "/act":
        await on_stage.say(ANNA, "7", TEAM, reply_to=max(visible(on_stage)))

    (made,) = await on_stage.requests()
    assert made.wish == GetAct(SubClient(name="alice"), num="7")


async def test_an_answered_question_does_not_stand_for_another(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/act 7", TEAM)
    await on_stage.say(ANNA, "/act 8", TEAM)
    first, _ = visible(on_stage)
    for text in ("alice", "bob"):
        await on_stage.say(ANNA, text, TEAM, reply_to=first)
    assert [request.wish for request in await on_stage.requests()] == [GetAct(SubClient(name="alice"), num="7")]
