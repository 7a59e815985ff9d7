"""Never too fast and no later than must be: spacing, order, and nobody held up by others."""

from collections.abc import Callable
from itertools import pairwise

from sandbox.smscentre.faults import Delay, Hang
from tests.e2e.conftest import OpenWorld
from tests.e2e.world import TWO_LOGINS, World

PACE_S = 0.6
LATE_S = 1.0
"""A machine that does other things meanwhile may start a request this late; benchmarks hold the real promise."""


async def test_four_at_once_go_out_in_order_and_on_time(
    open_world: OpenWorld, record_property: Callable[[str, object], None]
) -> None:
    async with open_world(pace=PACE_S) as w:
        w.vendor.faults.add(Delay(0.3), times=2)
        asked = [w.say(w.anna, f"/invoice alice {amount}") for amount in (100, 200, 300, 400)]
        for message in asked:
            await w.document(message)
        assert [int(made.amount) for made in w.vendor.invoices] == [100, 200, 300, 400]
        late = _lateness(w)
        record_property("seconds late", ", ".join(f"{seconds:.3f}" for seconds in late))
        assert max(late) < LATE_S


async def test_order_and_pace_hold_across_a_restart(open_world: OpenWorld) -> None:
    async with open_world(pace=PACE_S) as w:
        asked = [w.say(w.anna, f"/invoice alice {amount}") for amount in (100, 200, 300, 400)]
        await w.document(asked[1])
        await w.bot.kill()
        w.bot.start()
        for message in asked:
            await w.document(message)
        assert [int(made.amount) for made in w.vendor.invoices] == [100, 200, 300, 400]


async def test_nobody_is_held_up_by_another_login_or_a_slow_chat(open_world: OpenWorld) -> None:
    async with open_world(SMSC_ACCOUNTS=TWO_LOGINS, SMSC_TIMEOUT="30") as w:
        await w.allow("chat", w.team.id, login="beta")
        w.vendor.faults.add(Hang(), login="demo")
        stuck = w.say(w.anna, "/act alice 7")
        await w.requests(1)
        await w.document(w.say(w.anna, "/act alice 8", w.team))

        # Telegram does not answer what is sent to the team; the others get theirs.
        w.telegram.faults.hang("sendDocument")
        slow = w.say(w.anna, "/act bob 7", w.team)
        await w.telegram.wait_for(lambda: len(w.telegram.journal.of("sendDocument")) == 2)
        after = w.say(w.anna, "/whoami", w.team)
        w.vendor.faults.clear()
        await w.document(stuck)
        await w.document(w.say(w.olga, "/act bob 8"))
        await w.reply(after)
        await w.bot.kill()
        w.bot.start()
        await w.document(slow)


def _lateness(w: World) -> list[float]:
    """Return how long after the end of the pace each request but the first arrived."""
    entries = w.vendor.journal.entries
    return [
        after.arrived.monotonic - before.ended.monotonic - w.pace
        for before, after in pairwise(entries)
        if before.ended is not None
    ]
