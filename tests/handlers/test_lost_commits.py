"""A commit that worked and was reported as failed: the update is handled again, and then the queue moves.

Every use case that changes the queue, times every commit of it, with nothing else happening afterwards: whoever
schedules and whoever delivers has to hear of it then, and the person reads what they would have read.
"""

import ast
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

import bot
from bot.domain import Failure, State
from bot.queue.changes import QueueChange
from db.models import Login, Request
from tests.handlers.documents.test_duplicate import end
from tests.support.stage import ANNA, OLGA, Call, Stage, stage

Act = Callable[[Stage], Awaitable[Any]]
Fresh = Callable[[], AbstractContextManager[str]]
"""Makes a database with the team, and gives its address."""
INVOICE = "/invoice alice 1500"


def ended(state: State, text: str = INVOICE, **more: Any) -> Act:
    """A request of Anna's that came to this end, and has been delivered."""

    async def prepare(on: Stage) -> None:
        await on.say(ANNA, text)
        await end(on, 1, state, **more)

    return prepare


def asked(state: State, text: str = INVOICE) -> Act:
    """The question about an invoice like one that is in this state."""

    async def prepare(on: Stage) -> None:
        await ended(state)(on)
        await on.say(ANNA, text)

    return prepare


def told(text: str) -> Act:
    async def prepare(on: Stage) -> None:
        await on.say(OLGA if "/pause" in text else ANNA, text)

    return prepare


async def paused(on: Stage) -> None:
    await on.say(ANNA, "/act alice 7")
    await on.say(OLGA, "/pause demo")


async def number_wanted(on: Stage) -> None:
    await ended(State.UNKNOWN)(on)
    await on.press(ANNA, "exists:1")


async def whose(on: Stage) -> None:
    await on.say(ANNA, "/act 7")


async def nothing(_: Stage) -> None:
    """There is nothing yet."""


def says(text: str, who: int = ANNA, reply_to: int | None = None) -> Act:
    return lambda on: on.say(who, text, reply_to=reply_to)


def presses(data: str, who: int = ANNA) -> Act:
    return lambda on: on.press(who, data)


CASES: dict[str, list[tuple[Act, Act]]] = {
    "DocumentRequests.enqueue": [
        (nothing, says(INVOICE)),
        (nothing, says("/act alice 7")),
        (whose, says("bob", reply_to=5001)),
    ],
    "DocumentRequests.try_again": [(ended(State.FAILED, failure=Failure.NOT_CREATED), presses("again:1"))],
    "DocumentRequests.cancel": [(told(INVOICE), presses("cancel:1"))],
    "DocumentRequests.cancel_all_of": [(told(INVOICE), presses(f"cancelallsure:{ANNA}:0", OLGA))],
    "Confirmations.answer": [
        (asked(State.DONE), presses("another:1")),
        (asked(State.DONE), presses("sendthat:1")),
        (told("/invoice alice 2000000"), presses("confirm:1")),
    ],
    "DocumentHistory.send": [(ended(State.DONE), presses("resend:1"))],
    "DocumentHistory.send_again": [(ended(State.DONE, file_id="x"), says("/retry 1"))],
    "DocumentHistory.fetch_anew": [(ended(State.DONE, "/act alice 7"), presses("anew:1"))],
    "UnknownOutcomes.create_again": [(ended(State.UNKNOWN), presses("create:1"))],
    "UnknownOutcomes.resolve": [
        (ended(State.UNKNOWN), presses("close:1")),
        (number_wanted, says("9001", reply_to=5001)),
    ],
    "Logins.pause": [(told("/act alice 7"), says("/pause demo", OLGA))],
    "Logins.resume": [(paused, says("/resume demo", OLGA))],
}


OF_THE_QUEUE = {"_changes", "_queue_changes", "_admission"}
"""How use cases call what announces changes of the queue; other signals have other names."""
ELSEWHERE = {"scheduler.py", "runtime", "batches", "repeats"}
"""The scheduler and the runtime answer nobody; cut-off batches are in `batches/test_batch_crashes.py`, and repeats have
a test of the same kind."""


def test_every_use_case_that_changes_the_queue_is_here() -> None:
    assert set(_announcing()) == CASES.keys()


@pytest.mark.parametrize(("prepare", "act"), [case for cases in CASES.values() for case in cases])
async def test_the_queue_moves_and_the_person_reads_the_same(fresh: Fresh, prepare: Act, act: Act) -> None:
    commits, wanted = await _played(fresh, prepare, act, lost=0)
    assert commits
    for lost in range(1, commits + 1):
        _, read = await _played(fresh, prepare, act, lost=lost)
        # What was sent before the loss may come twice; a question whose message is known does not.
        assert {_shown(call) for call in read} == {_shown(call) for call in wanted}, lost


async def _played(fresh: Fresh, prepare: Act, act: Act, *, lost: int) -> tuple[int, list[Call]]:
    """Act, once more if a commit was lost; return how many commits there were and what was sent."""
    with fresh() as url:
        async with stage(url) as on:
            await prepare(on)
            await _rests(on)
            heard: list[QueueChange] = []
            on.app.queue_changes.listen(heard.append)
            commits, before = Commits(on, lost), len(on.edge.calls)
            await act(on)
            if lost:
                await on.take(commits.update)
            await _moves(on, heard)
            return commits.count, on.edge.calls[before:]


class Commits:
    """Counts commits, and reports one that worked as failed."""

    def __init__(self, on: Stage, lost: int) -> None:
        self.count = 0
        self.update: dict[str, Any] = {}
        database, take = on.app.database, on._take
        write = database.write

        @asynccontextmanager
        async def counted() -> AsyncIterator[AsyncSession]:
            async with write() as session:
                yield session
            self.count += 1
            if self.count == lost:
                raise OperationalError("COMMIT", {}, Exception("the connection broke"))

        async def remembered(update: dict[str, Any]) -> list[Call]:
            self.update = update
            return await take(update)

        database.write = counted  # type: ignore[method-assign]
        on._take = remembered  # type: ignore[method-assign]


async def _rests(on: Stage) -> None:
    """Let nothing be left to do of what went before; a paused login stays so."""
    async with on.app.database.write() as session:
        await session.execute(update(Login).values(due_at=None))


async def _moves(on: Stage, heard: list[QueueChange]) -> None:
    """Whatever can be started or delivered was announced."""
    async with on.app.database.read() as session:
        due = set(await session.scalars(select(Login.login).where(Login.due_at <= on.clock.now())))
        open_ = select(Request.id).where(Request.finished_at.is_not(None), Request.delivered_at.is_(None))
        undelivered = set(await session.scalars(open_))
    assert due <= {login for change in heard for login in change.touched}
    assert undelivered <= {request.id for change in heard for request in change.ended}
    assert heard


def _shown(call: Call) -> tuple[str, str, tuple[str, ...]]:
    return call.method, call.text, tuple(call.buttons)


_Method = ast.AsyncFunctionDef | ast.FunctionDef


def _announcing() -> Iterator[str]:
    """Yield the methods of use cases that announce a change of the queue, themselves or through their own helpers."""
    root = Path(bot.__file__).parent
    for path in sorted(root.rglob("*.py")):
        if ELSEWHERE & {*path.parts}:
            continue
        for node in ast.parse(path.read_bytes()).body:
            if isinstance(node, ast.ClassDef):
                methods = {one.name: one for one in node.body if isinstance(one, _Method)}
                for name, method in methods.items():
                    public = isinstance(method, ast.AsyncFunctionDef) and not name.startswith("_")
                    if public and _announces(name, methods, set()):
                        yield f"{node.name}.{name}"


def _announces(name: str, methods: dict[str, _Method], seen: set[str]) -> bool:
    if name in seen or name not in methods:
        return False
    calls = [node for node in ast.walk(methods[name]) if isinstance(node, ast.Call)]
    inner = {one.func.attr for one in calls if isinstance(one.func, ast.Attribute) and _is_self(one.func.value)}
    return any(map(_is_of_the_queue, calls)) or any(_announces(one, methods, seen | {name}) for one in inner)


def _is_of_the_queue(call: ast.Call) -> bool:
    """Say whether this announces something about the queue: by whom it is called, or by what it is given."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr != "announce" or isinstance(call.args[0], ast.Constant):
        return False
    given = {node.id for node in ast.walk(call.args[0]) if isinstance(node, ast.Name)}
    by = func.value.attr if isinstance(func.value, ast.Attribute) else ""
    return by in OF_THE_QUEUE or bool(given & {"QueueChange", "news_of"})


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"
