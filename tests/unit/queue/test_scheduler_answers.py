"""What the queue makes of each of the vendor's answers: when it tries again, and how often."""

from collections.abc import Callable

import pytest

from bot.domain import Failure, Hold, Kind, State
from bot.queue.changes import QueueChange
from bot.smscentre import Created, NotSent, NoUsableAnswer, Refused
from db.models import Request
from tests.simulation.world import Theatre
from tests.unit.queue.workshop import PACE, PDF, Answer, Working, Workshop, gaps

LATE = 0.005
REST = 15 * 60.0


def _first(*results: bytes | Created | Exception) -> Callable[[Request], Answer]:
    """Answer the first calls so, and the others with a document."""
    left = list(results)
    return lambda _: Answer(left.pop(0) if left else PDF, after=0.5)


def _play(shop: Workshop, *, kind: Kind = Kind.GET_ACT, count: int = 1) -> list[Request]:
    """Queue some requests at once, and return what became of them."""
    became: list[Request] = []

    async def work(working: Working) -> None:
        asked = [await working.ask(kind=kind) for _ in range(count)]
        await working.all_done()
        became.extend([await working.request(request_id) for request_id in asked])

    shop.run(work)
    return became


def _pauses(shop: Workshop) -> list[float]:
    return gaps(shop.calls, every=True)


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        (1, Failure.PARAMETERS),
        (5, Failure.NOT_CREATED),
        (6, Failure.NO_SUB_CLIENT),
        (7, Failure.NO_DOCUMENT),
        (777, Failure.REFUSED),
    ],
)
def test_a_refusal_ends_the_request_and_uses_up_the_minute(stage: Theatre, code: int, failure: Failure) -> None:
    shop = Workshop(stage, answer=_first(Refused(code, "no")))

    refused, done = _play(shop, count=2)

    assert (refused.state, refused.failure, refused.failure_code) == (State.FAILED, failure, code)
    assert done.state is State.DONE
    assert _pauses(shop) == [pytest.approx(PACE, abs=LATE)]


@pytest.mark.parametrize("kind", Kind)
def test_a_refused_login_is_paused_and_all_its_requests_wait_until_it_is_resumed(stage: Theatre, kind: Kind) -> None:
    shop = Workshop(stage, answer=_first(Refused(2, "password")))

    async def work(working: Working) -> None:
        asked = [await working.ask(kind=kind) for _ in range(2)]
        await working.sleep_until(5_000.0)
        assert [(await working.request(request_id)).state for request_id in asked] == [State.QUEUED] * 2
        assert (await working.login()).paused_at is not None
        await working.resume()
        await working.all_done()

    shop.run(work)

    assert [call.request for call in shop.calls] == [1, 1, 2]
    assert shop.calls[1].started == pytest.approx(5_000.0, abs=LATE)


@pytest.mark.parametrize("code", [2, 4])
def test_a_record_whose_commit_is_reported_as_failed_tells_of_the_login_too(stage: Theatre, code: int) -> None:
    shop = Workshop(stage)

    def refuse(_: Request) -> Answer:
        # The next commit is that of its record.
        shop.commits_until_loss = 1
        return Answer(Refused(code, "no"))

    shop.answer = refuse
    turns: list[QueueChange] = []

    async def work(working: Working) -> None:
        await working.ask()
        await working.sleep_until(30.0)
        turns.extend(working.turns)

    shop.run(work)

    assert shop.commits_until_loss == 0
    assert frozenset({"acme"}) in [turn.troubled for turn in turns]


def test_a_blocked_address_makes_the_login_rest_then_try_the_same_request(stage: Theatre) -> None:
    shop = Workshop(stage, answer=_first(Refused(4, "blocked"), Refused(4, "blocked")))

    became = _play(shop, count=2)

    assert [call.request for call in shop.calls] == [1, 1, 1, 2]
    assert _pauses(shop) == [pytest.approx(pause, abs=LATE) for pause in (REST, REST, PACE)]
    assert [request.state for request in became] == [State.DONE, State.DONE]


def test_a_restart_does_not_cut_the_rest_short(stage: Theatre) -> None:
    shop = Workshop(stage, answer=_first(Refused(4, "blocked")))

    async def first(working: Working) -> None:
        await working.ask()
        await working.sleep_until(10.0)
        assert (await working.login()).hold is Hold.BLOCKED

    async def second(working: Working) -> None:
        await working.all_done()

    shop.run(first)
    shop.run(second)

    assert _pauses(shop) == [pytest.approx(REST, abs=LATE)]


def test_a_login_that_somebody_else_uses_is_asked_fifteen_times_more(stage: Theatre) -> None:
    shop = Workshop(stage, answer=_first(*[Refused(9, "busy")] * 16))

    busy, done = _play(shop, kind=Kind.CREATE_INVOICE, count=2)

    assert (busy.state, busy.failure, done.state) == (State.FAILED, Failure.BUSY, State.DONE)
    assert [call.request for call in shop.calls] == [1] * 16 + [2]
    assert _pauses(shop) == [pytest.approx(PACE, abs=LATE)] * 16


def test_what_never_left_is_tried_again_with_growing_pauses_for_ten_minutes(stage: Theatre) -> None:
    shop = Workshop(stage, answer=lambda _: Answer(NotSent("connection refused")))

    (failed,) = _play(shop, kind=Kind.CREATE_INVOICE)

    # Each turn of the loop takes a microsecond, and how many there are depends on the server.
    pauses = [round(pause, 3) for pause in _pauses(shop)]
    assert (failed.state, failed.failure) == (State.FAILED, Failure.UNREACHABLE)
    assert pauses == sorted(pauses)
    assert pauses[0] < 2.0
    assert max(pauses) == pytest.approx(60.0, abs=LATE)
    assert 600.0 <= shop.calls[-1].started < 661.0


def test_what_never_left_uses_nothing_up(stage: Theatre) -> None:
    shop = Workshop(stage, answer=_first(NotSent("connection refused")))

    (done,) = _play(shop, kind=Kind.CREATE_INVOICE)

    assert done.state is State.DONE
    assert shop.calls[1].started < 2.0


def test_a_create_without_a_usable_answer_is_unknown_and_never_sent_again(stage: Theatre) -> None:
    shop = Workshop(stage, answer=_first(NoUsableAnswer("cut off")))

    unknown, done = _play(shop, kind=Kind.CREATE_INVOICE, count=2)

    assert (unknown.state, done.state) == (State.UNKNOWN, State.DONE)
    assert [call.request for call in shop.calls] == [1, 2]
    assert _pauses(shop) == [pytest.approx(PACE, abs=LATE)]


def test_a_client_that_fails_counts_as_no_usable_answer(stage: Theatre) -> None:
    shop = Workshop(stage, answer=_first(RuntimeError("a mistake of ours")))

    (unknown,) = _play(shop, kind=Kind.CREATE_INVOICE)

    assert unknown.state is State.UNKNOWN


def test_a_read_without_a_usable_answer_has_three_tries(stage: Theatre) -> None:
    shop = Workshop(stage, answer=_first(*[NoUsableAnswer("cut off")] * 3))

    failed, done = _play(shop, count=2)

    assert (failed.state, failed.failure, done.state) == (State.FAILED, Failure.UNREADABLE, State.DONE)
    assert [call.request for call in shop.calls] == [1, 1, 1, 2]


def test_an_invoice_whose_pdf_did_not_come_is_fetched_in_the_next_slot(stage: Theatre) -> None:
    shop = Workshop(stage, answer=_first(Created("9001", None, None)))

    (done,) = _play(shop, kind=Kind.CREATE_INVOICE)

    assert (done.state, done.invoice_number) == (State.DONE, "9001")
    assert not done.makes_invoice
    assert _pauses(shop) == [pytest.approx(PACE, abs=LATE)]


def test_an_invoice_that_exists_is_never_made_again_because_its_pdf_does_not_come(stage: Theatre) -> None:
    shop = Workshop(stage, answer=_first(Created("9001", None, None), *[NoUsableAnswer("cut off")] * 5))

    (failed,) = _play(shop, kind=Kind.CREATE_INVOICE)

    assert (failed.state, failed.failure, failed.invoice_number) == (State.FAILED, Failure.PDF_MISSING, "9001")


def test_a_read_that_a_dead_process_left_running_goes_on_after_one_pace(stage: Theatre) -> None:
    shop = Workshop(stage, answer=lambda _: Answer(after=20.0))

    async def work(working: Working) -> None:
        if not shop.asked:
            await working.ask()
        await working.all_done()

    shop.run(work, dies_after=5.0)
    restarted = shop.now
    shop.run(work)

    first, second = shop.calls
    assert first.started == pytest.approx(0.0, abs=LATE)
    assert second.started == pytest.approx(restarted + PACE, abs=LATE)


def test_stopping_lets_the_running_call_end_and_starts_no_other(stage: Theatre) -> None:
    shop = Workshop(stage, answer=lambda _: Answer(after=20.0))
    states: list[State] = []

    async def stop_early(working: Working) -> None:
        await working.ask()
        await working.ask()
        await working.sleep_until(5.0)

    async def look(working: Working) -> None:
        states.extend(await working.states())

    shop.run(stop_early)
    assert shop.now == pytest.approx(20.0, abs=LATE)
    shop.run(look)

    assert states == [State.DONE, State.QUEUED]
