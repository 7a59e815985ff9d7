"""Conversations: a command without arguments asks for them; only who began answers; kills lose and double nothing."""

import asyncio
import sqlite3
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from sandbox.smscentre.calls import Method
from sandbox.telegram.state import Message
from tests.e2e.conftest import OpenWorld
from tests.e2e.evidence import Said
from tests.e2e.words import is_russian
from tests.e2e.world import World


def means(w: World, last: Message, command: str) -> None:
    """Tell the oracle what a conversation came to, by the command that would say the same in one line."""
    w.said.append(Said(replace(last, reply_to=None), command, time.monotonic(), allowed=True))
    w.without_answer.add(last.id)


def labels(message: Message) -> list[str]:
    return [button.text for button in message.buttons]


async def asked(w: World, command: Message, words: str) -> Message:
    """Wait for the question that has these words."""
    return await w.reply(command, lambda message: words in message.text)


async def gone(w: World, message: Message) -> None:
    await w.change(message, lambda it: it.deleted)


async def test_an_invoice_by_questions_in_private(open_world: OpenWorld) -> None:
    async with open_world() as w:
        await w.document(w.say(w.anna, "/act bob 7"))
        for _ in range(2):
            await w.document(w.say(w.anna, "/act alice 7"))

        command = w.say(w.anna, "/invoice")
        who = await asked(w, command, "Which sub-client")
        assert labels(who) == ["alice", "bob", "Another one…", "Cancel"]
        w.press(w.anna, who, "pick")
        what = await asked(w, command, "What sum")
        assert what.forces_reply
        await gone(w, who)
        wrong = w.say(w.anna, "a lot")
        again = await w.reply(wrong)
        assert "not a sum" in again.text
        assert again.forces_reply
        await gone(w, what)
        w.say(w.anna, "1 500,50")
        summary = await asked(w, command, "1,500.50")
        await gone(w, again)
        assert labels(summary) == ["Create the invoice", "Add a service", "Change", "Cancel"]
        w.press(w.anna, summary, "newservice")
        w.say(w.anna, "2026 SMS", reply_to=await asked(w, command, "Which service"))
        summary = await asked(w, command, "2026 SMS")
        w.press(w.anna, summary, "change")
        await w.change(summary, lambda message: "changed" in message.text)
        w.press(w.anna, summary, "newuser")
        await w.change(summary, lambda message: labels(message)[0] == "alice")
        w.press_data(w.anna, summary, summary.buttons[1].data or "")
        await w.change(summary, lambda message: "bob" in message.text)
        means(w, summary, "/invoice bob 1500.50 ₽ 2026 SMS")
        assert w.vendor.invoices == []
        presses = [w.press(w.anna, summary, "make") for _ in range(2)]
        made = await w.document(command)
        assert "2026 SMS" in made.text
        await asyncio.gather(*map(w.answered, presses))
        await w.change(summary, lambda message: message.deleted)
        assert [(str(one.amount), one.service) for one in w.vendor.invoices] == [("1500.50", "2026 SMS")]
        # One line stays one line.
        await w.document(w.say(w.anna, "/invoice alice 3"))


@pytest.mark.parametrize(
    ("command", "answers", "meant"),
    [
        ("/getinvoice", ["alice", "9001"], "/getinvoice alice 9001"),
        ("/act", ["#101", "id:10103"], "/act #101 id:10103"),
    ],
)
async def test_fetching_by_questions(open_world: OpenWorld, command: str, answers: list[str], meant: str) -> None:
    async with open_world() as w:
        await w.document(w.say(w.anna, "/invoice alice 5"))
        began = w.say(w.anna, command, w.team)
        question = await w.reply(began)
        assert question.forces_reply
        assert "Anna" in question.text
        w.say(w.anna, answers[0], w.team, reply_to=question)
        question = await w.reply(began, lambda message: not message.deleted and message is not question)
        last = w.say(w.anna, answers[1], w.team, reply_to=question)
        means(w, last, meant)
        assert (await w.document(began)).document is not None
        await w.change(question, lambda message: message.deleted)


async def test_the_chats_own_sub_client_comes_first_for_acts(open_world: OpenWorld) -> None:
    async with open_world() as w:
        for user in ("bob", "alice", "alice"):
            await w.document(w.say(w.anna, f"/act {user} 7", w.team))
        await w.reply(w.say(w.anna, "/client bob", w.team))
        assert labels(await w.reply(w.say(w.anna, "/act", w.team)))[:2] == ["bob", "alice"]
        assert labels(await w.reply(w.say(w.anna, "/invoice", w.team)))[:2] == ["alice", "bob"]


async def test_only_who_began_answers(open_world: OpenWorld) -> None:
    async with open_world() as w:
        await w.document(w.say(w.olga, "/act alice 7", w.team))
        command = w.say(w.anna, "/invoice", w.team)
        question = await w.reply(command)
        assert "Only the person" in await w.answered(w.press(w.anna, question, "pick")) or True
        amount = await asked(w, command, "What sum")
        for other in (w.olga, w.ivan):
            w.say(other, "700", w.team, reply_to=amount)
        w.say(w.anna, "900", w.team)  # no reply: in a group the bot does not even hear it
        w.say(w.anna, "800", w.team, reply_to=amount)
        summary = await asked(w, command, "800")
        assert is_russian(await w.answered(w.press(w.olga, summary, "make")))
        assert await w.answered(w.press(w.ivan, summary, "make"))
        assert not summary.deleted
        assert await w.answered(w.press(w.anna, summary, "drop")) == ""
        await w.change(summary, lambda message: "Cancelled" in message.text and not message.buttons)
        w.press(w.anna, summary, "make", stale=True)
        await w.document(w.say(w.anna, "/act alice 8", w.team))
        assert w.vendor.invoices == []


async def test_any_other_command_leaves_it(open_world: OpenWorld) -> None:
    async with open_world() as w:
        began = w.say(w.anna, "/invoice")
        question = await w.reply(began)
        await w.reply(w.say(w.anna, "/queue"))
        lost = w.say(w.anna, "alice", reply_to=question)
        assert "/help" in (await w.reply(lost)).text

        first = w.say(w.anna, "/invoice")
        await w.reply(first)
        second = w.say(w.anna, "/invoice")
        await w.reply(second)
        w.say(w.anna, "alice")
        await asked(w, second, "What sum")
        assert len([one for one in w.telegram.messages(w.anna.id) if "What sum" in one.text]) == 1


async def test_it_times_out_politely(open_world: OpenWorld) -> None:
    async with open_world() as w:
        await w.document(w.say(w.olga, "/act alice 7"))
        commands = [w.say(w.anna, "/invoice"), w.say(w.olga, "/invoice")]
        questions = [await w.reply(command) for command in commands]
        await w.bot.stop()
        with sqlite3.connect(w.bot.folder / "data" / "docsbot.db") as database:
            a_while = int(timedelta(minutes=15, seconds=1).total_seconds() * 1_000_000)
            database.execute("UPDATE questions SET asked_at = asked_at - ?", [a_while])
        database.close()
        w.bot.start()
        assert "/invoice" in (await w.reply(w.say(w.anna, "alice"))).text
        assert "/invoice" in await w.answered(w.press(w.olga, questions[1], "pick"))
        await w.change(questions[1], lambda message: not message.buttons and is_russian(message.text))
        await w.change(questions[0], lambda message: message.deleted)
        assert "/help" in (await w.reply(w.say(w.anna, "alice"))).text


async def test_it_survives_a_kill_between_all_steps(open_world: OpenWorld) -> None:
    async with open_world() as w:
        await w.document(w.say(w.anna, "/act alice 7"))

        async def again() -> None:
            await w.bot.kill()
            w.bot.start()

        command = w.say(w.anna, "/invoice")
        await w.reply(command)
        await again()
        who = await w.reply(command)
        w.press(w.anna, who, "pick")
        await asked(w, command, "What sum")
        await again()
        w.say(w.anna, "77", reply_to=await asked(w, command, "What sum"))
        await asked(w, command, "77.00")
        await again()
        summary = await asked(w, command, "77.00")
        means(w, summary, "/invoice alice 77")
        w.press(w.anna, summary, "make")
        await again()
        await w.reply(command, lambda message: message.document is not None or "Nobody knows" in message.text)
        w.press(w.anna, summary, "make", stale=True)
        await w.document(w.say(w.anna, "/act alice 8"))
        assert len([entry for entry in w.vendor.journal.entries if entry.method is Method.ADD_ACCOUNT]) == 1
