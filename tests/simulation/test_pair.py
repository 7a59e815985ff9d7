"""Two processes on one database: what is promised holds while they are paused, cut off, killed and stopped."""

import pytest

from tests.simulation.__main__ import replay_command
from tests.simulation.oracle import judge
from tests.simulation.pair import Blow, draw_pair, play_pair
from tests.simulation.plan import quiet
from tests.simulation.world import Theatre

SEEDS = range(8)

AMID_A_CALL = (Blow(5.3, "pause", 20.0),)
"""Shorter than the call may last, longer than the lease does."""


@pytest.mark.parametrize("half", range(2))
def test_random_schedules(stage: Theatre, half: int) -> None:
    broken = []
    for seed in SEEDS[half::2]:
        broken += [f"seed {seed}: {finding}" for finding in judge(play_pair(*draw_pair(seed), stage))]
    assert not broken, f"replay: {replay_command(seed, pair=True)}"


def test_the_other_goes_on_where_the_leader_is_killed(stage: Theatre) -> None:
    plan = quiet("/act kim001k 1", "/act kim002k 2", reactions=0)
    journal = play_pair(plan, (Blow(30.0, "kill"),), stage)

    assert judge(journal) == []
    assert [call.marker for call in journal.exchanges] == ["kim001k", "kim002k"]


def test_a_late_answer_counts(stage: Theatre) -> None:
    """Who was paused amid a call finds its answer as it wakes; the other has asked a person meanwhile."""
    plan = quiet("/invoice kim001k 1500", reactions=0)
    journal = play_pair(plan, AMID_A_CALL, stage)

    assert judge(journal) == []
    unknown, document = (sent for sent in journal.sent if "kim001k" in sent.text)
    assert "It is unknown" in unknown.text
    assert document.document is not None
