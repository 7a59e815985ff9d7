"""The three promises, on schedules of commands, faults and deaths."""

from dataclasses import replace

import pytest

from tests.simulation.__main__ import replay_command
from tests.simulation.oracle import judge
from tests.simulation.plan import Doom, Plan, draw, quiet
from tests.simulation.world import Theatre, play

SEEDS = range(50)

MADE = quiet("/invoice kim001k 1500")
TWICE = quiet("/invoice kim001k 1500", "/invoice kim001k 1500", reactions=0, downtimes=(200.0,))
UNKNOWN = quiet("/invoice kim001k 1500", first_calls=("cut after",))


_WITHOUT_CONSEQUENCE = ("db begin", "db execute", "getMe", "MyCommands", "sendChatAction", "deleteWebhook")
"""What leaves nothing behind: a death there is as good as one at the point before."""


@pytest.mark.parametrize("tenth", range(10))
def test_random_schedules(stage: Theatre, tenth: int) -> None:
    broken = []
    for seed in SEEDS[tenth::10]:
        broken += [f"seed {seed}: {finding}" for finding in judge(play(draw(seed), stage))]
        if broken:
            break
    assert not broken, f"replay: {replay_command(seed)}"


@pytest.mark.parametrize("plan", [MADE, UNKNOWN, TWICE], ids=["made", "unknown", "twice"])
def test_death_at_every_await_point(stage: Theatre, plan: Plan) -> None:
    """Kill the process once before and after everything that it does to the outside."""
    points = play(plan, stage).points[0]
    dooms = [Doom("", nth) for nth, point in enumerate(points, start=1) if not point.endswith(_WITHOUT_CONSEQUENCE)]
    assert len(dooms) > 30
    broken = []
    for doom in dooms:
        broken += [f"{doom}: {finding}" for finding in judge(play(replace(plan, dooms=(doom,)), stage))]
    assert not broken


def test_the_same_seed_plays_the_same_schedule(stage: Theatre) -> None:
    assert repr(play(draw(52), stage)) == repr(play(draw(52), stage))
