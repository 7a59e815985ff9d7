"""Two processes on one database: what is promised holds while they are paused, cut off, killed and stopped."""

from typing import Any

import pytest

from bot.process.leadership import Leadership
from bot.queue import late_answers
from db.models import Request
from tests.simulation.__main__ import replay_command
from tests.simulation.oracle import judge
from tests.simulation.pair import Blow, draw_pair, play_pair
from tests.simulation.plan import quiet
from tests.simulation.world import Theatre

SEEDS = range(4)

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


def test_who_was_paused_while_connecting_sends_nothing_as_it_wakes(stage: Theatre) -> None:
    """Another leads by then, and counts the pace from its own beginning."""
    for seed in (6, 7, 8):
        journal = play_pair(quiet("/invoice kim001k 1500", seed=seed), AMID_A_CALL, stage)
        assert judge(journal) == []


def test_writes_without_a_fence_are_found(stage: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was paused amid an update ends it as it wakes, before it has learned that another leads."""
    plan = quiet("/invoice kim001k 1500", seed=2, reactions=0)
    amid_an_update = (Blow(5.08, "pause", 20.0),)
    assert judge(play_pair(plan, amid_an_update, stage)) == []
    monkeypatch.setattr(Leadership, "fenced", lambda _, database: database)

    findings = judge(play_pair(plan, amid_an_update, stage))

    assert any(finding.startswith("only_the_leader_writes") for finding in findings)


def test_a_late_answer_that_is_believed_against_a_person_is_found(
    stage: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = late_answers._take

    async def take_all(session: Any, call: Any, answer: Any) -> bool:
        request = await session.get(Request, call.request.id)
        request.resolution = None
        return await take(session, call, answer)

    monkeypatch.setattr(late_answers, "_take", take_all)
    findings = judge(play_pair(quiet("/invoice kim001k 1500", seed=19), AMID_A_CALL, stage))

    assert any(finding.startswith("only_the_leader_writes") for finding in findings)
