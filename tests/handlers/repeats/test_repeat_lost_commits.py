"""A commit that worked and was reported as failed: the update comes again, all is done once, and the workers hear."""

import ast
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import bot.repeats
from bot.repeats.runner import RepeatRunner
from tests.handlers.repeats.stage_of_repeats import create, go_to, occurrences, repeats, runs
from tests.handlers.repeats.test_repeat import FIRST
from tests.handlers.test_lost_commits import Commits, Fresh, _shown
from tests.support.stage import ANNA, Call, Stage, stage

Act = Callable[[Stage], Awaitable[Any]]
WORDS = "/repeat alice 1500 SMS {month} monthly 1"


async def nothing(_: Stage) -> None:
    """There is nothing yet."""


async def previewed(on: Stage) -> None:
    await on.say(ANNA, WORDS)


async def created(on: Stage) -> None:
    await create(on, WORDS)


async def paused(on: Stage) -> None:
    await created(on)
    await on.press(ANNA, "rpause:1")


async def due(on: Stage) -> None:
    await created(on)
    await go_to(on, FIRST)


async def change_shown(on: Stage) -> None:
    await due(on)
    await on.press(ANNA, "redit:1")
    await on.say(ANNA, "alice 1700 monthly 2")


def presses(data: str) -> Act:
    return lambda on: on.press(ANNA, data)


CASES: dict[str, list[tuple[Act, Act]]] = {
    "RepeatDesk.preview": [(nothing, lambda on: on.say(ANNA, WORDS))],
    "RepeatDesk.speak": [(previewed, presses("rspeak:1:1"))],
    "RepeatDesk.create": [(previewed, presses("rbegin:1")), (previewed, presses("rbeginsure:1"))],
    "RepeatDesk.discard": [(previewed, presses("rdrop:1"))],
    "RepeatControl.pause": [(created, presses("rpause:1"))],
    "RepeatControl.go_on": [(paused, presses("rgo:1"))],
    "RepeatControl.end": [(due, presses("rendsure:1"))],
    "RepeatControl.switch": [(created, presses("rself:1:1"))],
    "RepeatControl.skip": [(created, presses("rskip:1:0"))],
    "RepeatControl.run_now": [(created, presses("rnow:1"))],
    "RepeatRuns.create": [(due, presses("rmake:1:0")), (due, presses("rmakesure:1:0"))],
    "RepeatRuns.skip": [(due, presses("rleave:1:0"))],
    "RepeatEditing.change": [(change_shown, presses("reditsure:1"))],
    "RepeatEditing.withdraw": [(change_shown, presses("reditdrop:1"))],
    "RepeatEditing.preview": [(due, presses("redit:1")), (due, presses("rchange:1:0"))],
}
_SILENT = {"RepeatDesk.preview", "RepeatDesk.speak", "RepeatDesk.discard", "RepeatEditing.withdraw"}
"""Nobody waits for what these do."""
_READS = "RepeatEditing.preview"
"""Writes nothing itself; the question that it answers is written."""
_HELPERS = {"RepeatControl.change", "RepeatDesk.shown_with"}
"""Used by the others."""


def test_every_use_case_of_repeats_is_here() -> None:
    assert {*_writing()} - _HELPERS == CASES.keys() - {_READS}


@pytest.mark.parametrize(("name", "prepare", "act"), [(name, *case) for name, cases in CASES.items() for case in cases])
async def test_all_is_done_once_and_told(fresh: Fresh, name: str, prepare: Act, act: Act) -> None:
    commits, wanted, facts = await _played(fresh, prepare, act, lost=0, told=name not in _SILENT | {_READS})
    assert commits
    for lost in range(1, commits + 1):
        told = name not in _SILENT | {_READS}
        _, read, after = await _played(fresh, prepare, act, lost=lost, told=told)
        assert {_shown(call) for call in read} == {_shown(call) for call in wanted}, lost
        assert after == facts, lost


async def _played(
    fresh: Fresh, prepare: Act, act: Act, *, lost: int, told: bool
) -> tuple[int, list[Call], list[object]]:
    with fresh() as url:
        async with stage(url) as on:
            await prepare(on)
            heard: list[None] = []
            (runner,) = (worker for worker in on.app.workers if isinstance(worker, RepeatRunner))
            runner._changes.listen(heard.append)
            commits, before = Commits(on, lost), len(on.edge.calls)
            await act(on)
            if lost:
                await on.take(commits.update)
            assert bool(heard) >= told
            return commits.count, on.edge.calls[before:], await _facts(on)


async def _facts(on: Stage) -> list[object]:
    return [
        [(one.state, one.by_itself, one.amount, one.next_number, one.language, one.pause) for one in await repeats(on)],
        [(one.state, one.turn, one.answered_by) for one in await runs(on)],
        [(one.nominal, one.state) for one in await occurrences(on)],
    ]


def _writing() -> Iterator[str]:
    """Yield the methods of use cases that write, themselves or through `change`."""
    root = Path(bot.repeats.__path__[0])
    for name in ("desk", "control", "runs", "editing"):
        for node in ast.parse((root / f"{name}.py").read_bytes()).body:
            if isinstance(node, ast.ClassDef):
                for method in node.body:
                    if isinstance(method, ast.AsyncFunctionDef) and not method.name.startswith("_"):
                        calls = [one for one in ast.walk(method) if isinstance(one, ast.Call)]
                        if {ast.unparse(call.func) for call in calls} & _WRITES:
                            yield f"{node.name}.{method.name}"


_WRITES = {"self._database.write", "self._database.write_until_stored", "self.change", "self._control.change"}
