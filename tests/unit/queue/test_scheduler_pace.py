"""Order and pace of the queue, for all schedules of commands, answers and deaths that hypothesis makes up."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain import Kind, State
from bot.smscentre import NotSent, NoUsableAnswer, Refused
from db.models import Request
from tests.simulation.world import Theatre
from tests.support.sweeps import amount
from tests.unit.queue.workshop import PACE, PDF, Answer, Working, Workshop, gaps

LATE = 0.005
"""Seconds that the queue may need to notice that something is due."""
ROUNDING = 0.000_002

LOGINS = ("acme", "beta")

_TIMES = st.lists(st.tuples(st.floats(0, 300), st.sampled_from(LOGINS)), min_size=1, max_size=8)
_LONG = st.lists(st.sampled_from((0.0, 0.5, 29.0)), min_size=8, max_size=8)
_RESULTS = st.sampled_from(
    (PDF, PDF, Refused(7, "none"), Refused(9, "busy"), Refused(4, "blocked"), NoUsableAnswer("cut"), NotSent("refused"))
)
_few = settings(
    max_examples=amount(10, 1000), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


async def _ask_all(working: Working, intake: list[tuple[float, str]]) -> None:
    for moment, login in sorted(intake):
        await working.sleep_until(moment)
        await working.ask(login)


@_few
@given(intake=_TIMES, long=_LONG)
def test_each_request_starts_as_soon_as_the_pace_allows(
    stage: Theatre, intake: list[tuple[float, str]], long: list[float]
) -> None:
    shop = Workshop(stage, LOGINS, answer=lambda request: Answer(after=long[request.id % 8]))

    async def work(working: Working) -> None:
        await _ask_all(working, intake)
        await working.all_done()

    shop.run(work)

    assert sorted(call.request for call in shop.calls) == sorted(shop.asked)
    for login in LOGINS:
        calls = shop.of(login)
        assert [call.request for call in calls] == sorted(call.request for call in calls)
        free_at = 0.0
        for call in calls:
            due = max(free_at, shop.asked[call.request])
            assert free_at - ROUNDING <= call.started <= due + LATE
            free_at = (call.ended or 0.0) + PACE


@_few
@given(
    intake=_TIMES,
    results=st.lists(_RESULTS, min_size=30, max_size=30),
    long=_LONG,
    deaths=st.lists(st.floats(0.1, 200), max_size=3),
    kind=st.sampled_from((Kind.GET_ACT, Kind.CREATE_INVOICE)),
)
def test_whatever_happens_the_pace_is_kept_and_every_request_ends(
    stage: Theatre,
    intake: list[tuple[float, str]],
    results: list[bytes | Exception],
    long: list[float],
    deaths: list[float],
    kind: Kind,
) -> None:
    left = iter(results)
    shop = Workshop(stage, LOGINS, answer=lambda request: Answer(next(left, PDF), after=long[request.id % 8]))
    waiting = sorted(intake)

    async def work(working: Working) -> None:
        while waiting:
            await working.sleep_until(waiting[0][0])
            await working.ask(waiting[0][1], kind)
            waiting.pop(0)
        await working.all_done()
        assert set(await working.states()) <= {State.DONE, State.FAILED, State.UNKNOWN}

    for death in deaths:
        shop.run(work, dies_after=death)
    shop.run(work)

    for login in LOGINS:
        assert all(gap >= PACE - ROUNDING for gap in gaps(shop.of(login)))
        order = [call.request for call in shop.of(login)]
        assert order == sorted(order)
    assert {call.request for call in shop.calls} <= set(shop.asked)


@_few
@given(deaths=st.lists(st.floats(0.0, 70.0), min_size=1, max_size=4), after=st.sampled_from((0.5, 29.0)))
def test_a_create_is_started_once_whenever_the_process_dies(stage: Theatre, deaths: list[float], after: float) -> None:
    shop = Workshop(stage, answer=lambda _: Answer(after=after))
    asked: list[int] = []

    async def work(working: Working) -> None:
        while len(asked) < 3:
            asked.append(await working.ask(kind=Kind.CREATE_INVOICE))
        await working.all_done()

    for death in deaths:
        shop.run(work, dies_after=death)
    shop.run(work)

    called = [call.request for call in shop.calls]
    assert len(called) == len(set(called))


def test_a_busy_login_does_not_hold_up_another(stage: Theatre) -> None:
    shop = Workshop(stage, LOGINS, answer=lambda request: Answer(after=29.0 if request.login == "acme" else 0.0))

    async def work(working: Working) -> None:
        for _ in range(3):
            await working.ask("acme")
        await working.sleep_until(100.0)
        await working.ask("beta")
        await working.all_done()

    shop.run(work)

    (beta,) = shop.of("beta")
    assert beta.started <= 100.0 + LATE


def test_an_idle_queue_does_not_touch_the_database(stage: Theatre) -> None:
    shop = Workshop(stage)

    async def work(working: Working) -> None:
        await working.ask()
        await working.all_done()
        await working.sleep_until(100.0)
        before = shop.operations
        await working.sleep_until(86_400.0)
        assert shop.operations == before

    shop.run(work)


def test_a_clock_set_back_between_two_processes_costs_one_pace_at_the_most(stage: Theatre) -> None:
    shop = Workshop(stage)

    async def first(working: Working) -> None:
        await working.ask()
        await working.all_done()

    async def second(working: Working) -> None:
        await working.ask()
        await working.all_done()

    shop.run(first)
    restarted = shop.now
    shop.clock_offset -= shop.clock_offset.__class__(hours=3)
    shop.run(second)

    assert shop.calls[1].started <= restarted + PACE + LATE
    assert gaps(shop.calls)[0] >= PACE - ROUNDING


def test_a_login_without_settings_gives_its_requests_up(stage: Theatre) -> None:
    shop = Workshop(stage, LOGINS, answer=lambda _: Answer(after=29.0))
    told: list[Request] = []

    async def first(working: Working) -> None:
        await working.ask("beta")
        await working.ask("beta")

    async def second(working: Working) -> None:
        told.extend(request for turn in working.turns for request in turn.ended)
        await working.all_done()

    shop.run(first)
    shop.names = ("acme",)
    shop.run(second)

    assert [request.state for request in told] == [State.FAILED]
