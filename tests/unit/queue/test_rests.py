"""Rests that all logins have in common: error 4 is about our address, a wrong setting about the vendor's."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from bot.domain import Failure, Hold, Kind, State
from bot.smscentre import NotSent, NoUsableAnswer, Refused, WrongSetting
from db.models import Request
from tests.simulation.world import Theatre
from tests.unit.queue.workshop import PDF, Answer, Working, Workshop, gaps

LATE = 0.005
REST = 15 * 60.0
TRIAL = 60.0
LOGINS = ("acme", "beta", "gamma")

BLOCKED = Refused(4, "blocked")
WRONG = WrongSetting("SMSC_URL", "HTTP 301, Location: https://www.example.org/")


def _first(*results: bytes | Exception, after: float = 0.5) -> Callable[[Request], Answer]:
    left = list(results)
    return lambda _: Answer(left.pop(0) if left else PDF, after=after)


def _started(shop: Workshop) -> list[tuple[str, object]]:
    return [(call.login, pytest.approx(call.started, abs=LATE)) for call in shop.calls]


async def _ask_one_after_the_other(working: Working, kind: Kind = Kind.GET_ACT) -> None:
    """The first login meets the trouble before the others are asked."""
    await working.ask("acme", kind)
    await working.sleep_until(5.0)
    for name in LOGINS[1:]:
        await working.ask(name, kind)


@pytest.mark.parametrize("trouble", [BLOCKED, WRONG])
def test_all_logins_rest_then_one_request_tries_and_all_go_on(stage: Theatre, trouble: Exception) -> None:
    shop = Workshop(stage, LOGINS, answer=_first(trouble))
    rest = REST if trouble is BLOCKED else 60.0

    async def work(working: Working) -> None:
        await _ask_one_after_the_other(working, Kind.CREATE_INVOICE)
        await working.all_done()
        assert all([(await working.login(name)).hold is None for name in LOGINS])

    shop.run(work)

    (_, met), (first, tried), *others = _started(shop)
    assert met == 0.0
    assert first in LOGINS
    assert tried == 0.5 + rest
    # As soon as its answer is there, and not before.
    assert others == [(name, 0.5 + rest + 0.5) for name, _ in others]
    assert sorted([first, *(name for name, _ in others)]) == sorted(LOGINS)


def test_while_it_lasts_only_one_request_tries_each_time(stage: Theatre) -> None:
    shop = Workshop(stage, LOGINS, answer=_first(*[BLOCKED] * 4))

    async def work(working: Working) -> None:
        await _ask_one_after_the_other(working)
        await working.all_done()

    shop.run(work)

    times = [call.started for call in shop.calls]
    assert times[:5] == [pytest.approx(n * (REST + 0.5), abs=LATE * 9) for n in range(5)]
    assert len(times) == 4 + len(LOGINS)


def test_the_tries_at_a_wrong_setting_grow_rarer_and_nothing_is_given_up(stage: Theatre) -> None:
    shop = Workshop(stage, LOGINS, answer=lambda _: Answer(WRONG, after=0.5))

    async def work(working: Working) -> None:
        await _ask_one_after_the_other(working, Kind.CREATE_INVOICE)
        await working.sleep_until(8_000.0)
        assert await working.states() == [State.QUEUED] * 3
        login = await working.login("beta")
        assert login.hold is Hold.WRONG_SETTING
        assert login.trouble == "SMSC_URL: HTTP 301, Location: https://www.example.org/"

    shop.run(work)

    pauses = gaps(shop.calls)
    assert pauses[0] == pytest.approx(60.0, abs=LATE)
    assert all(later > earlier - LATE for earlier, later in pairwise(pauses))
    assert pauses[-1] == pytest.approx(REST, abs=LATE)


def test_an_answer_to_what_was_sent_before_the_block_ends_no_rest(stage: Theatre) -> None:
    def answer(request: Request) -> Answer:
        if request.id == 1:
            return Answer(BLOCKED, after=1.0)
        return Answer(PDF, after=20.0)

    shop = Workshop(stage, LOGINS, answer=answer)

    async def work(working: Working) -> None:
        for name in LOGINS:
            await working.ask(name)
        await working.ask("beta")
        await working.sleep_until(100.0)
        assert [(await working.login(name)).hold for name in LOGINS] == [Hold.BLOCKED] * 3
        assert len(shop.calls) == 3

    shop.run(work)


@pytest.mark.parametrize("result", [NoUsableAnswer("cut off"), NotSent("refused")])
def test_a_try_that_proves_nothing_leaves_the_next_to_another_login(stage: Theatre, result: Exception) -> None:
    shop = Workshop(stage, LOGINS, answer=_first(BLOCKED, result))

    async def work(working: Working) -> None:
        await _ask_one_after_the_other(working)
        await working.all_done()

    shop.run(work)

    tried = 0.5 + REST
    on_trial = [call for call in shop.calls if tried - LATE < call.started < tried + TRIAL - LATE]
    assert len({call.login for call in on_trial}) == 1
    assert min(call.started for call in shop.calls if call.started > tried + TRIAL - LATE) < tried + TRIAL + LATE


def test_what_could_not_be_reached_before_counts_anew_after_a_common_rest(stage: Theatre) -> None:
    shop = Workshop(stage, LOGINS, answer=_first(BLOCKED, *[NotSent("refused")] * 3))

    async def work(working: Working) -> None:
        await _ask_one_after_the_other(working)
        await working.all_done()
        assert set(await working.states()) == {State.DONE}

    shop.run(work)


def test_a_login_that_is_paused_meanwhile_stays_paused(stage: Theatre) -> None:
    def answer(request: Request) -> Answer:
        tries = sum(call.request == request.id for call in shop.calls)
        if request.login == "beta":
            return Answer(Refused(2, "password"), after=2.0)
        return Answer(BLOCKED if tries == 0 and request.id == 1 else PDF, after=5.0)

    shop = Workshop(stage, LOGINS, answer=answer)

    async def work(working: Working) -> None:
        for name in LOGINS:
            await working.ask(name)
        await working.sleep_until(3 * REST)
        assert await working.states() == [State.DONE, State.QUEUED, State.DONE]
        assert (await working.login("beta")).paused_at is not None

    shop.run(work)
    assert len(shop.of("beta")) == 1


def test_a_login_that_is_resumed_tries_for_all(stage: Theatre) -> None:
    shop = Workshop(stage, LOGINS, answer=_first(BLOCKED))

    async def work(working: Working) -> None:
        await _ask_one_after_the_other(working)
        await working.sleep_until(100.0)
        await working.resume("beta")
        await working.all_done()

    shop.run(work)
    (second, at), *others = _started(shop)[1:]
    assert (second, at) == ("beta", 100.0)
    assert others == [("acme", 100.5), ("gamma", 100.5)]


def test_a_restart_tries_a_setting_at_once_with_one_request(stage: Theatre) -> None:
    shop = Workshop(stage, LOGINS, answer=_first(*[WRONG] * 12))

    async def first(working: Working) -> None:
        await _ask_one_after_the_other(working)
        await working.sleep_until(3_000.0)

    async def second(working: Working) -> None:
        await working.sleep_until(shop.now + 5.0)
        (tried,) = [call.login for call in shop.calls if call.started >= restarted]
        assert (await working.login(tried)).told_at is None
        await working.all_done()

    shop.run(first)
    restarted = shop.now
    shop.run(second)


def test_a_rest_that_outlives_the_process_is_still_common(stage: Theatre) -> None:
    shop = Workshop(stage, LOGINS, answer=_first(BLOCKED))

    async def first(working: Working) -> None:
        await _ask_one_after_the_other(working)
        await working.sleep_until(10.0)

    async def second(working: Working) -> None:
        await working.all_done()

    shop.run(first)
    shop.run(second)

    (_, tried), *others = _started(shop)[1:]
    assert tried == 0.5 + REST
    assert all(at == 0.5 + REST + 0.5 for _, at in others)


def test_listeners_hear_that_every_queue_has_other_times(stage: Theatre) -> None:
    shop = Workshop(stage, LOGINS, answer=_first(BLOCKED))
    heard: list[frozenset[str]] = []

    async def work(working: Working) -> None:
        await _ask_one_after_the_other(working)
        await working.all_done()
        heard.extend(turn.touched for turn in working.turns if (not turn.started and turn.returned) or turn.ended)
        assert [turn.troubled for turn in working.turns if turn.troubled] == [frozenset({"acme"})]

    shop.run(work)
    assert heard.count(frozenset(LOGINS)) == 2


def test_no_document_of_an_act_is_not_mistaken_for_a_wrong_setting(stage: Theatre) -> None:
    shop = Workshop(stage, answer=_first(Refused(7, "none")))

    async def work(working: Working) -> None:
        asked = await working.ask()
        await working.all_done()
        assert (await working.request(asked)).failure is Failure.NO_DOCUMENT

    shop.run(work)
