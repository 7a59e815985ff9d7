"""The three promises, on schedules of commands, faults and deaths."""

from dataclasses import replace

import pytest

from tests.simulation import telegram
from tests.simulation.__main__ import replay_command
from tests.simulation.cast import ANNA, LOGINS, OLGA
from tests.simulation.draw import draw
from tests.simulation.draw_repeats import repeat_words
from tests.simulation.journal import FileRow, Want, Wish
from tests.simulation.months import named_in
from tests.simulation.oracle import judge
from tests.simulation.phrases import ends_batch, still_waits
from tests.simulation.plan import Doom, Leap, Line, Plan, quiet
from tests.simulation.world import Theatre, play
from tests.support.sweeps import amount, stride

SEEDS = range(amount(21, 40))
"""`test_planted_bugs` plays some more."""

MADE = quiet("/invoice kim001k 1500")
TWICE = quiet("/invoice kim001k 1500", "/invoice kim001k 1500", reactions=0, downtimes=(200.0,))
UNKNOWN = quiet("/invoice kim001k 1500", first_calls=("cut after",))
ROWS = (FileRow("kimr1k;1500;", "kimr1k"), FileRow("kimr2k;;7", "kimr2k"), FileRow("nobody;-5;"))
FILE = quiet(lines=(Line(5.0, ANNA, ANNA.id, "/batch", Want.REPLY, login=LOGINS[0], rows=ROWS),))
WISH = Wish("kimp01k", minute=2)
REPEAT = Line(5.0, ANNA, ANNA.id, repeat_words(WISH, 1500), Want.REPLY, login=LOGINS[0], wish=WISH)
MONTHLY = quiet(lines=(REPEAT,), leaps=(Leap(1, lands=100.0, dies=False),), seed=28)
"""Anna has it run by itself."""
ASKED = replace(MONTHLY, seed=27)
"""Anna agrees to each date."""

_WITHOUT_CONSEQUENCE = ("getMe", "MyCommands", "sendChatAction", "deleteWebhook")


@pytest.mark.parametrize("seventh", range(7))
def test_random_schedules(stage: Theatre, seventh: int) -> None:
    broken = []
    for seed in SEEDS[seventh::7]:
        broken += [f"seed {seed}: {finding}" for finding in judge(play(draw(seed), stage))]
        if broken:
            break
    assert not broken, f"replay: {replay_command(seed)}"


@pytest.mark.parametrize("plan", [MADE, UNKNOWN, TWICE], ids=["made", "unknown", "twice"])
def test_death_at_every_await_point(stage: Theatre, plan: Plan) -> None:
    """Kill the process once after every other thing that it does to the outside, or after each (`make sweep`).

    Just before one is as good as after the last.
    """
    points = play(plan, stage).points[0]
    dooms = [Doom("", nth) for nth, point in enumerate(points, start=1) if _leaves_something(point)]
    assert len(dooms) > 20
    broken = []
    for doom in dooms[:: stride(2)]:
        broken += [f"{doom}: {finding}" for finding in judge(play(replace(plan, dooms=(doom,)), stage))]
    assert not broken


def test_death_amid_a_batch(stage: Theatre) -> None:
    """Kill the process once at every seventh step, from the file on; each row has its outcome in the result."""
    journal = play(FILE, stage)
    assert any(ends_batch(sent) for sent in journal.sent)
    dooms = [Doom("", nth) for nth, point in enumerate(journal.points[0], start=1) if _leaves_something(point)]
    assert len(dooms) > 40
    for doom in dooms[:: stride(7)]:
        assert judge(play(replace(FILE, dooms=(doom,)), stage)) == [], doom


@pytest.mark.parametrize("plan", [MONTHLY, ASKED], ids=["by itself", "asked"])
def test_death_amid_a_repeat(stage: Theatre, plan: Plan) -> None:
    """Kill the process once at every ninth step, from the command on, over two of its dates; each is made once."""
    journal = play(plan, stage)
    assert [named_in(call.service) for call in journal.exchanges] == [{0}, {1}]
    dooms = [Doom("", nth) for nth, point in enumerate(journal.points[0], start=1) if _leaves_something(point)]
    assert len(dooms) > 80
    for doom in dooms[:: stride(9)]:
        assert judge(play(replace(plan, dooms=(doom,)), stage)) == [], doom


def _leaves_something(point: str) -> bool:
    return point.startswith(("after", "vendor")) and not point.endswith(_WITHOUT_CONSEQUENCE)


def test_the_same_seed_plays_the_same_schedule(stage: Theatre) -> None:
    assert repr(play(draw(52), stage)) == repr(play(draw(52), stage))


def test_a_disk_that_is_full_from_any_moment_on(stage: Theatre) -> None:
    """What was sent is noted once the disk has room again; it is not sent once more for each try."""
    for n in range(10):
        texts = ("/invoice kim001k 1500", "/invoice kim002k 1500")
        assert judge(play(quiet(*texts, disk_full=((6 + n / 20, 60.0),), commit_takes=0.05), stage)) == []


def test_the_admins_hear_of_a_login_while_the_database_stumbles(stage: Theatre) -> None:
    for seed in range(12):
        trouble = {"disk_trouble": ((5.3, 60.0),), "lost_commits": True}
        plan = quiet("/act kim001k 7", first_calls=("error 2",), seed=seed, **trouble)
        journal = play(plan, stage)
        assert judge(journal) == []
        assert any(sent.chat == OLGA.id and "(error 2)" in sent.text for sent in journal.sent)


def test_an_orderly_stop_leaves_no_status_message_behind(stage: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits until what is being sent is noted."""
    monkeypatch.setattr(telegram, "draw_fate", lambda _, trouble: telegram.Fate(coming=2.0 if trouble else 0.02))
    plan = quiet("/invoice kim001k 1500", "/invoice kim002k 1500", telegram_trouble=1.0, heals_at=60.0)
    first, second = plan.lines
    for n in range(6):
        late = replace(plan, lines=(first, replace(second, at=40.0)), stops=(40.1 + n / 4,))
        journal = play(late, stage)
        assert judge(journal) == []
        assert not [sent.shown for sent in journal.sent if still_waits(sent)]
