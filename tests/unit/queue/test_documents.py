"""Documents that never come whole, or are too large: how often they are asked for, and what is kept of them."""

from collections.abc import Callable

import pytest

from bot.domain import Failure, Kind, State, SubClient
from bot.parsing import folded
from bot.smscentre import Created, NoUsableAnswer, TooLarge
from db.models import Request
from tests.simulation.world import Theatre
from tests.unit.queue.workshop import PDF, Answer, Working, Workshop

HALF = PDF[:9]


def _first(*results: bytes | Created | Exception) -> Callable[[Request], Answer]:
    left = list(results)
    return lambda _: Answer(left.pop(0) if left else PDF)


def _half() -> NoUsableAnswer:
    return NoUsableAnswer("the PDF is not whole", partial=HALF)


def _play(shop: Workshop, kind: Kind) -> tuple[Request, bytes | None]:
    became: list[tuple[Request, bytes | None]] = []

    async def work(working: Working) -> None:
        asked = await working.ask(kind=kind)
        await working.all_done()
        became.append((await working.request(asked), await working.pdf(asked)))

    shop.run(work)
    return became[0]


@pytest.mark.parametrize("kind", [Kind.GET_ACT, Kind.GET_INVOICE])
@pytest.mark.parametrize("tries", [[_half(), _half()], [NoUsableAnswer("cut off"), _half()]])
def test_a_document_that_comes_whole_at_last_is_like_any_other(
    stage: Theatre, kind: Kind, tries: list[Exception]
) -> None:
    shop = Workshop(stage, answer=_first(*tries))
    done, pdf = _play(shop, kind)
    assert (done.state, done.incomplete, pdf) == (State.DONE, False, PDF)
    assert len(shop.calls) == 3


@pytest.mark.parametrize("kind", [Kind.GET_ACT, Kind.GET_INVOICE])
def test_after_the_third_try_what_came_is_kept_and_marked(stage: Theatre, kind: Kind) -> None:
    shop = Workshop(stage, answer=_first(_half(), _half(), _half()))
    done, pdf = _play(shop, kind)
    assert (done.state, done.incomplete, pdf) == (State.DONE, True, HALF)
    assert len(shop.calls) == 3


def test_a_last_try_that_brings_nothing_fails(stage: Theatre) -> None:
    shop = Workshop(stage, answer=_first(_half(), _half(), NoUsableAnswer("cut off")))
    failed, pdf = _play(shop, Kind.GET_ACT)
    assert (failed.state, failed.failure, pdf) == (State.FAILED, Failure.UNREADABLE, None)


def test_an_invoice_whose_document_never_comes_whole_is_made_once(stage: Theatre) -> None:
    shop = Workshop(stage, answer=_first(Created("9001", None, None), _half(), _half(), _half()))
    done, pdf = _play(shop, Kind.CREATE_INVOICE)
    assert (done.state, done.incomplete, done.invoice_number, pdf) == (State.DONE, True, "9001", HALF)
    assert len(shop.calls) == 4


def test_a_create_that_brought_half_a_document_and_no_number_stays_unknown(stage: Theatre) -> None:
    shop = Workshop(stage, answer=_first(_half()))
    unknown, pdf = _play(shop, Kind.CREATE_INVOICE)
    assert (unknown.state, pdf) == (State.UNKNOWN, None)
    assert len(shop.calls) == 1


@pytest.mark.parametrize(
    ("kind", "results", "number"),
    [
        (Kind.GET_ACT, [TooLarge(50_000_000)], None),
        (Kind.GET_INVOICE, [TooLarge(50_000_000)], None),
        (Kind.CREATE_INVOICE, [TooLarge(50_000_000, "9001")], "9001"),
        (Kind.CREATE_INVOICE, [TooLarge(50_000_000)], None),
        (Kind.CREATE_INVOICE, [Created("9001", None, None), TooLarge(50_000_000)], "9001"),
    ],
)
def test_a_document_that_is_too_large_is_asked_for_once(
    stage: Theatre, kind: Kind, results: list[Created | Exception], number: str | None
) -> None:
    shop = Workshop(stage, answer=_first(*results))
    failed, pdf = _play(shop, kind)
    assert (failed.state, failed.failure, failed.invoice_number) == (State.FAILED, Failure.TOO_LARGE, number)
    assert pdf is None
    assert len(shop.calls) == len(results)


@pytest.mark.parametrize("told", ["9001", None, "9002"])
def test_what_one_document_was_asked_for_under_is_one_sub_client(stage: Theatre, told: str | None) -> None:
    """An invoice made for `Alice` that comes for `#101` too says so; SMS Center may not tell its number."""
    shop = Workshop(stage, answer=_first(Created(told, None, PDF)))
    known: list[tuple[str, int, str]] = []

    async def work(working: Working) -> None:
        await working.ask(kind=Kind.CREATE_INVOICE, user=SubClient(name="Alice"))
        await working.all_done()
        await working.ask(kind=Kind.GET_INVOICE, user=SubClient(id=101))
        await working.all_done()
        known.extend(await working.names())

    shop.run(work)
    assert known == ([("acme", 101, folded("alice"))] if told == "9001" else [])
