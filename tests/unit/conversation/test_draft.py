"""A draft gets to a wish by answers alone, and never past the person's word."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.choices import Choice
from bot.conversation.draft import Answer, Draft, DraftKind, Step, advance, begin, from_json, to_json
from bot.conversation.reader import Reader
from bot.domain import CreateInvoice, GetAct, GetInvoice, SubClient, Wish
from bot.parsing import MoneyWords, ParseError, Problem, Understood

ALICE, NUMBER = SubClient(name="alice"), SubClient(id=101)
WORDS = st.sampled_from(
    ["alice", "#101", "1500", "1 500,50 ₽ SMS", "9001", "id:7", "А-15/2026", "1 09:00", "abc", "a b", "/x", "0"]
)
READER = Reader(MoneyWords("₽"), datetime(2026, 11, 15, 12, tzinfo=UTC), UTC)
CHANGE_SUM = (Choice.CHANGE, Choice.CHANGE_AMOUNT)
ANSWERS = st.one_of(WORDS, st.text(max_size=20), st.sampled_from([ALICE, NUMBER]), st.sampled_from(Choice))


def hold(about: DraftKind, *answers: Answer) -> Draft:
    draft = begin(about, READER)
    for answer in answers:
        draft = advance(draft, answer, READER)
    return draft


@pytest.mark.parametrize(
    ("about", "answers", "wish"),
    [
        (DraftKind.INVOICE, [ALICE, "1500", Choice.CREATE], CreateInvoice(ALICE, Decimal("1500.00"))),
        (DraftKind.INVOICE, ["#101", "1500 SMS", Choice.CREATE], CreateInvoice(NUMBER, Decimal("1500.00"), "SMS")),
        (
            DraftKind.INVOICE,
            [Choice.ANOTHER, "alice", "1", Choice.CHANGE_SERVICE, "2026 год", Choice.CREATE],
            CreateInvoice(ALICE, Decimal("1.00"), "2026 год"),
        ),
        (
            DraftKind.INVOICE,
            [ALICE, "1 x", Choice.CHANGE, Choice.NO_SERVICE, Choice.CHANGE, Choice.BACK, Choice.CREATE],
            CreateInvoice(ALICE, Decimal("1.00")),
        ),
        (
            DraftKind.INVOICE,
            [ALICE, "1 x", *CHANGE_SUM, "2", Choice.CHANGE, Choice.CHANGE_SUB_CLIENT, "#101", Choice.CREATE],
            CreateInvoice(NUMBER, Decimal("2.00"), "x"),
        ),
        (DraftKind.GET_INVOICE, [ALICE, "9001"], GetInvoice(ALICE, "9001")),
        (DraftKind.ACT, [NUMBER, "А-15/2026"], GetAct(NUMBER, num="А-15/2026")),
        (DraftKind.ACT, ["alice", "id:501"], GetAct(ALICE, id="501")),
    ],
)
def test_ways_to_a_wish(about: DraftKind, answers: list[Answer], wish: Wish) -> None:
    draft = hold(about, *answers)
    assert draft.step is Step.READY
    assert draft.wish == wish


@pytest.mark.parametrize(
    ("answers", "service", "when"),
    [
        ([ALICE, "1", "SMS {month}", Choice.MONTHLY, "1 09:00"], "SMS {month}", "monthly 1 09:00"),
        ([ALICE, "1", Choice.NO_SERVICE, Choice.WEEKLY, "mon"], None, "weekly mon"),
        ([ALICE, "1 SMS", Choice.QUARTERLY, "10 10:00"], "SMS", "quarterly 10 10:00"),
        ([ALICE, "1 SMS", Choice.YEARLY, "25.12"], "SMS", "yearly 25.12"),
        ([ALICE, "1 SMS", Choice.LAST_DAY, "18:00"], "SMS", "monthly last day 18:00"),
        ([ALICE, "1 SMS", Choice.LAST_WORKING_DAY, "18:00"], "SMS", "monthly last working day 18:00"),
        ([ALICE, "1 SMS", "monthly 1 09:00"], "SMS", "monthly 1 09:00"),
        ([ALICE, "1 SMS", "Каждый месяц 1"], "SMS", "Каждый месяц 1"),
        ([ALICE, "1 SMS", "weekly mon 09:00"], "SMS", "weekly mon 09:00"),
        ([ALICE, "1 SMS", "weekly", "mon"], "SMS", "weekly mon"),
        ([ALICE, "1 SMS", "каждую неделю", "в пн 10:00"], "SMS", "weekly в пн 10:00"),
        ([ALICE, "1 SMS", "ежегодно", "25 декабря"], "SMS", "ежегодно 25 декабря"),
        ([ALICE, "1 SMS", "monthly until 2030-12-31", "15"], "SMS", "monthly until 2030-12-31 15"),
        ([ALICE, "1 SMS", "the last working day 18:00"], "SMS", "monthly the last working day 18:00"),
        ([ALICE, "1 SMS", "в последний день 18:00"], "SMS", "monthly в последний день 18:00"),
        ([ALICE, "1 SMS", Choice.MONTHLY, "weekly mon"], "SMS", "weekly mon"),
        ([ALICE, "1 SMS", Choice.MONTHLY, "every week on monday"], "SMS", "every week on monday"),
        ([ALICE, "1", "без услуги", "Каждый квартал", "10"], None, "quarterly 10"),
        ([ALICE, "1", "–", "monthly 1"], None, "monthly 1"),
    ],
)
def test_ways_to_what_repeats(answers: list[Answer], service: str | None, when: str) -> None:
    draft = hold(DraftKind.REPEAT, *answers)
    assert draft.step is Step.READY
    assert draft.wish == CreateInvoice(ALICE, Decimal("1.00"), service)
    assert draft.when == when
    READER.rule(when)


@pytest.mark.parametrize(
    ("about", "answers", "wrong", "problem"),
    [
        (DraftKind.INVOICE, [], "alice 1500", Problem.BAD_SUB_CLIENT),
        (DraftKind.INVOICE, [ALICE], "15 тыс", Problem.AMOUNT_MULTIPLIER),
        (DraftKind.INVOICE, [ALICE, "1", Choice.CHANGE_SERVICE], "x" * 201, Problem.SERVICE_TOO_LONG),
        (DraftKind.GET_INVOICE, [ALICE], "A1", Problem.BAD_ID),
        (DraftKind.ACT, [ALICE], "7 8", Problem.TOO_MANY_ARGUMENTS),
        (DraftKind.REPEAT, [ALICE], "1 SMS {moth}", Problem.UNKNOWN_PLACEHOLDER),
        (DraftKind.REPEAT, [ALICE, "1"], "{moth}", Problem.UNKNOWN_PLACEHOLDER),
        (DraftKind.REPEAT, [ALICE, "1 x", Choice.MONTHLY], "32", Problem.BAD_DAY),
        (DraftKind.REPEAT, [ALICE, "1 x", Choice.WEEKLY], "25:00", Problem.BAD_TIME),
    ],
)
def test_what_cannot_be_understood(about: DraftKind, answers: list[Answer], wrong: str, problem: Problem) -> None:
    with pytest.raises(ParseError) as refused:
        advance(hold(about, *answers), wrong, READER)
    assert refused.value.problem is problem


@pytest.mark.parametrize(
    ("about", "said", "step"),
    [
        (DraftKind.INVOICE, Understood(), Step.SUB_CLIENT),
        (DraftKind.INVOICE, Understood(ALICE), Step.AMOUNT),
        (DraftKind.INVOICE, Understood(amount=Decimal("1.00")), Step.SUB_CLIENT),
        (DraftKind.GET_INVOICE, Understood(ALICE), Step.INVOICE_ID),
        (DraftKind.GET_INVOICE, Understood(document="9001"), Step.SUB_CLIENT),
        (DraftKind.ACT, Understood(ALICE), Step.ACT_NUMBER),
        (DraftKind.REPEAT, Understood(), Step.SUB_CLIENT),
        (DraftKind.REPEAT, Understood(ALICE, when="monthly 1"), Step.AMOUNT),
        (DraftKind.REPEAT, Understood(ALICE, Decimal(1)), Step.FREQUENCY),
        (DraftKind.REPEAT, Understood(ALICE, Decimal(1), when="еженедельно"), Step.DAY),
    ],
)
def test_a_conversation_begins_where_the_command_stopped(about: DraftKind, said: Understood, step: Step) -> None:
    draft = begin(about, READER, said)
    assert draft.step is step
    assert (draft.sub_client, draft.amount, draft.document) == (said.sub_client, said.amount, said.document)


@given(about=st.sampled_from(DraftKind), answers=st.lists(ANSWERS, max_size=25))
def test_any_answers_at_all(about: DraftKind, answers: list[Answer]) -> None:
    draft = begin(about, READER)
    for answer in answers:
        before = draft
        with suppress(ParseError):
            draft = advance(draft, answer, READER)
        assert from_json(json.loads(json.dumps(to_json(draft)))) == draft
        if before.ended:
            assert draft == before
        elif draft.step is Step.READY:
            assert draft.wish.sub_client == draft.sub_client
            if about is DraftKind.INVOICE:
                # Nothing is created but by the button under what the person has read.
                assert (before.step, answer) == (Step.SUMMARY, Choice.CREATE)
            if about is DraftKind.REPEAT:
                READER.rule(draft.when or "")
        elif draft.step is Step.SUMMARY:
            assert draft.sub_client is not None
            assert draft.amount is not None
        if isinstance(answer, str) and not isinstance(answer, Choice) and not before.takes_words:
            assert draft == before
