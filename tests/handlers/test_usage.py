"""Every mistake in a command's arguments: named, with the right form, in both languages, and nothing asked for."""

import re

import pytest

from bot.parsing import Problem
from tests.e2e.words import is_russian
from tests.support.stage import ANNA, OLGA, Stage

_MISTAKES = {
    Problem.MISSING: "/retry",
    Problem.TOO_MANY_ARGUMENTS: "/getinvoice alice 9001 9002",
    Problem.SEVERAL_COMMANDS: "/invoice alice 1500\n/invoice bob 200",
    Problem.HIDDEN_CHARACTERS: "/invoice ali\u200bce 1500",
    Problem.FOREIGN_DIGITS: "/invoice alice ١٥٠٠",
    Problem.BAD_SUB_CLIENT: "/invoice - 1500",
    Problem.BAD_SUB_CLIENT_ID: "/invoice #10x 1500",
    Problem.SUB_CLIENT_TOO_LONG: f"/invoice {'a' * 65} 1500",
    Problem.BAD_ID: "/getinvoice alice 90x",
    Problem.NUM_TOO_LONG: f"/act alice {'7' * 65}",
    Problem.NUM_OR_SUB_CLIENT: "/act #7",
    Problem.AMOUNT_NOT_A_NUMBER: "/invoice alice many",
    Problem.AMOUNT_ZERO: "/invoice alice 0",
    Problem.AMOUNT_NEGATIVE: "/invoice alice -5",
    Problem.AMOUNT_PLUS_SIGN: "/invoice alice +5",
    Problem.AMOUNT_LEADING_ZERO: "/invoice alice 0150",
    Problem.AMOUNT_EXPONENT: "/invoice alice 1e3",
    Problem.AMOUNT_TOO_MANY_DECIMALS: "/invoice alice 1500.505",
    Problem.AMOUNT_TOO_LONG: "/invoice alice 1234567890123",
    Problem.AMOUNT_AMBIGUOUS_SEPARATOR: "/invoice alice 1,234",
    Problem.AMOUNT_AMBIGUOUS: "/invoice alice 15 00",
    Problem.AMOUNT_MULTIPLIER: "/invoice alice 15 тыс",
    Problem.AMOUNT_CURRENCY: "/invoice alice $15",
    Problem.SERVICE_BEGINS_WITH_DIGIT: "/invoice alice 1500.50 2026",
    Problem.SERVICE_BEGINS_WITH_SIGN: "/invoice alice 1500 *",
    Problem.SERVICE_TOO_LONG: f"/invoice alice 1500 {'s' * 201}",
    Problem.UNKNOWN_WORD: "/allow 1002 boss",
    Problem.USERNAME: "/allow @anna",
    Problem.BAD_DATE: "/allow 1002 until tomorrow",
    Problem.WRONG_KIND_OF_ID: "/revoke chat 1002",
    Problem.SAID_TWICE: "/allow 1002 admin manager",
    Problem.GROUP_HAS_NO_ROLE: "/allow chat -100 admin",
    Problem.GROUP_HAS_ONE_LOGIN: "/allow chat -100 demo beta",
    Problem.PERSON_IS_NOT_EVERYONE: "/allow 1002 everyone",
    Problem.NO_FREQUENCY: "/repeat alice 5 1 09:00",
    Problem.BAD_DAY: "/repeat alice 5 monthly 32",
    Problem.BAD_TIME: "/repeat alice 5 monthly 1 25:00",
    Problem.BAD_TIMES: "/repeat alice 5 monthly 1 0 times",
    Problem.NEVER: "/repeat alice 5 monthly 1 until 01.01.2020",
    Problem.UNKNOWN_PLACEHOLDER: "/repeat alice 5 SMS {foo} monthly 1",
}


_OF_SERVICES = {"{month", "{quarter", "{year", "{foo"}
"""What a service may hold, and what one of the mistakes does; other braces are of a sentence that was not filled in."""


def test_no_mistake_is_left_out() -> None:
    # Without a day `/repeat` asks for it; only to an answer without one this is said.
    assert set(_MISTAKES) == set(Problem) - {Problem.NO_DAY}


@pytest.mark.parametrize(("problem", "text"), _MISTAKES.items(), ids=[problem.value for problem in _MISTAKES])
async def test_a_mistake_is_explained(on_stage: Stage, problem: Problem, text: str) -> None:
    said = {}
    for_admins = text.startswith(("/allow", "/revoke"))
    for who in (OLGA,) if for_admins else (ANNA, OLGA):
        (call,) = await on_stage.say(who, text)
        command = text.partition(" ")[0]
        mistake, _, form = call.text.partition("\n")
        if form:
            assert f"<code>{command} &lt;" in form
        else:
            assert mistake.endswith(".")
        assert set(re.findall(r"{\w*", call.text)) <= _OF_SERVICES
        assert len(mistake) < 400
        said[who] = mistake
    assert for_admins or not is_russian(said[ANNA])
    assert is_russian(said[OLGA]), said[OLGA]
    assert await on_stage.requests() == [], problem


@pytest.mark.parametrize(
    ("command", "asked", "answer"),
    [
        ("/invoice alice", "What sum for <b>alice</b>?", "1500"),
        ("/invoice 1500,50", "Which sub-client is the invoice for?", "alice"),
        ("/getinvoice alice", "What is the ID of the invoice of <b>alice</b>?", "№ 9001"),
        ("/getinvoice No. 9001", "Which sub-client's invoice?", "alice"),
        ("/act alice", "Which act of <b>alice</b>?", "7."),
    ],
)
async def test_what_is_missing_is_asked_for(on_stage: Stage, command: str, asked: str, answer: str) -> None:
    (question,) = await on_stage.say(ANNA, command)
    assert asked in question.text
    await on_stage.say(ANNA, answer)
    assert len(await on_stage.requests()) == (0 if command.startswith("/invoice") else 1)


async def test_each_mistake_has_words_of_its_own(on_stage: Stage) -> None:
    said = [(await on_stage.say(OLGA, text))[0].text.partition("\n")[0] for text in _MISTAKES.values()]
    assert len(set(said)) == len(said)


async def test_what_people_wrote_is_only_text(on_stage: Stage) -> None:
    (call,) = await on_stage.say(ANNA, "/getinvoice <i>alice</i> <b>1</b>")
    assert "&lt;b&gt;1&lt;/b&gt;" in call.text
    assert "<b>1" not in call.text
