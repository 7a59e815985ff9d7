"""The queue at work on a virtual clock: a real database, and a vendor that answers as the test says."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import (
    ConfiguredLogins,
    CreateInvoice,
    Destination,
    GetAct,
    GetInvoice,
    Kind,
    Person,
    State,
    SubClient,
    Wish,
)
from bot.queue.changes import QueueChange, QueueChanges
from bot.queue.scheduler import MayGo, Scheduler
from bot.runtime.clock import LoopClock
from bot.smscentre import Created, NotSent
from db import documents, logins, requests
from db.engine import Database
from db.models import Login, Request, SubClientName
from tests.simulation.plan import quiet
from tests.simulation.process import Process
from tests.simulation.world import Theatre
from tests.support.loop import Timeline
from tests.support.points import Trouble

PACE = 60.0
TIMEOUT = 30.0
PDF = b"%PDF-1.4\n%%EOF\n"
_BEGAN = datetime(2026, 11, 22, 9, tzinfo=UTC)
ALICE = SubClient(name="alice")
_ANNA = Person(101, "Anna", "en")


Work = Callable[["Working"], Awaitable[None]]
"""What a process does beside its running queue."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call comes to, after how many seconds."""

    result: bytes | Created | Exception = PDF
    after: float = 0.0


@dataclass(slots=True)
class Call:
    """A call as the vendor saw it. Times are seconds since the beginning."""

    request: int
    login: str
    started: float
    ended: float | None = None
    reached: bool = True


async def _anybody(_session: AsyncSession, _request: Request) -> bool:
    return True


@dataclass
class Workshop:
    """Runs the queue in one process after the other; `calls` and `asked` outlive them."""

    stage: Theatre
    names: tuple[str, ...] = ("acme",)
    answer: Callable[[Request], Answer] = lambda _: Answer()
    timeline: Timeline = field(default_factory=Timeline)
    calls: list[Call] = field(default_factory=list)
    asked: dict[int, float] = field(default_factory=dict)
    """When each request was committed, by its id."""
    may_go: MayGo = _anybody
    commits_until_loss: int = 0
    """The commit at which this comes down to 0 works, and is reported as failed."""
    operations: int = 0
    """How many times the database was touched."""
    commits: int = 0
    clock_offset: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        self.stage.empty_database(quiet("/help"))
        self._began = self.timeline.now
        self._message = 0

    @property
    def now(self) -> float:
        return self.timeline.now - self._began

    def run(self, work: Work, *, dies_after: float | None = None) -> None:
        """Do some work beside the running queue, then stop the queue; or die with it in the middle."""
        process = Process(self.stage.storage.loop(self.timeline), None, died=lambda _: self._end_calls())
        if dies_after is not None:
            self.timeline.after(dies_after, lambda: None if process.dead else process.die())
        process.run(lambda process: self._live(process, work))
        if process.crashes:
            raise AssertionError(process.crashes)

    async def _live(self, process: Process, work: Work) -> None:
        async def passing(point: str) -> None:
            self.operations += 1
            await process.here(point)
            self.commits += point == "after db commit"
            if self.commits_until_loss and point == "after db commit":
                self.commits_until_loss -= 1
                if not self.commits_until_loss:
                    raise Trouble("the connection broke")

        working = Working(self, process, self.stage.storage.open_for(process, passing))
        await working.queue.recover()
        running = process.loop.create_task(working.queue.run())
        await work(working)
        working.queue.stop()
        await running

    def _end_calls(self) -> None:
        for call in self.calls:
            if call.ended is None:
                call.ended = self.now

    def of(self, login: str) -> list[Call]:
        return [call for call in self.calls if call.login == login]

    def next_message(self) -> int:
        self._message += 1
        return self._message


class Working:
    """The queue of one process, and what the process does with it."""

    def __init__(self, workshop: Workshop, process: Process, database: Database) -> None:
        self._workshop = workshop
        self._loop = process.loop
        self._database = database
        now = _BEGAN + timedelta(seconds=workshop.now) + workshop.clock_offset
        self.clock = LoopClock(process.loop, now)
        self.pace = timedelta(seconds=PACE)
        self.turns: list[QueueChange] = []
        self.changes = QueueChanges()
        self.queue = Scheduler(
            database,
            self.clock,
            self._call,
            workshop.may_go,
            self.changes,
            ConfiguredLogins(tuple(workshop.names), timedelta(seconds=PACE)),
        )
        self.late: list[timedelta] = []
        self.queue.started_late.listen(self.late.append)
        self._turned = asyncio.Event()
        self.changes.listen(self._hear)

    async def sleep_until(self, moment: float) -> None:
        """Wait until so many seconds after the beginning."""
        await asyncio.sleep(max(0.0, moment - self._workshop.now))

    async def ask(
        self, login: str = "acme", kind: Kind = Kind.GET_ACT, chat: int = _ANNA.id, user: SubClient = ALICE
    ) -> int:
        """Queue a request in a transaction that looks at nothing else; returns its id."""
        wish: Wish = GetAct(user, num="7")
        if kind is Kind.CREATE_INVOICE:
            wish = CreateInvoice(user, Decimal(1500))
        elif kind is Kind.GET_INVOICE:
            wish = GetInvoice(user, "9001")
        async with self._database.write() as session:
            row = await logins.lock(session, login)
            request = self._new(wish, login, chat)
            session.add(request)
            await session.flush()
            await logins.refresh_due(session, row)
        self._workshop.asked[request.id] = self._workshop.now
        self.changes.announce(QueueChange(touched=frozenset({login})))
        return request.id

    async def enter(self, login: str = "acme", chat: int = _ANNA.id, *, fails: bool = False) -> Request:
        """Queue an act as the use case does: it is claimed at once where its login is free."""
        async with self._database.write() as session:
            row, alone = await logins.lock_with_queue(session, login)
            request = self._new(GetAct(ALICE, num="7"), login, chat)
            await self.queue.enter(session, row, request, alone=alone)
            if fails:
                raise ZeroDivisionError
        if request.state is State.QUEUED:
            self.changes.announce(QueueChange(touched=frozenset({login})))
        return request

    def _new(self, wish: Wish, login: str, chat: int = _ANNA.id) -> Request:
        to = Destination(chat, reply_to=self._workshop.next_message())
        return requests.new(wish, login=login, requester=_ANNA, destination=to, now=self.clock.now())

    async def request(self, request_id: int) -> Request:
        async with self._database.read() as session:
            return await session.get_one(Request, request_id)

    async def names(self) -> list[tuple[str, int, str]]:
        """Return which names and numbers were seen to be one: of which login, the number, the name."""
        async with self._database.read() as session:
            return [(row.login, row.user_id, row.name) for row in await session.scalars(select(SubClientName))]

    async def states(self) -> list[State]:
        async with self._database.read() as session:
            return list(await session.scalars(select(Request.state).order_by(Request.id)))

    async def login(self, name: str = "acme") -> Login:
        async with self._database.read() as session:
            return await session.get_one(Login, name)

    async def resume(self, name: str = "acme") -> None:
        async with self._database.write() as session:
            row = await logins.lock(session, name)
            await logins.resume(session, row)
        self.changes.announce(QueueChange(touched=frozenset({name})))

    async def pdf(self, request_id: int) -> bytes | None:
        async with self._database.read() as session:
            return await documents.pdf(session, request_id)

    async def all_done(self, limit: float = 100_000.0) -> None:
        """Wait until nothing is queued or runs."""
        async with asyncio.timeout(limit):
            # Cleared before the look: what is announced amid it would be missed.
            self._turned.clear()
            while set(await self.states()) & {State.QUEUED, State.RUNNING}:
                await self._turned.wait()
                self._turned.clear()

    def _hear(self, turn: QueueChange) -> None:
        self.turns.append(turn)
        self._turned.set()

    async def _call(self, request: Request) -> bytes | Created:
        shop = self._workshop
        answer = shop.answer(request)
        call = Call(request.id, request.login, shop.now)
        shop.calls.append(call)
        try:
            await asyncio.sleep(answer.after)
        finally:
            call.ended = shop.now if call.ended is None else call.ended
        if isinstance(answer.result, Exception):
            call.reached = not isinstance(answer.result, NotSent)
            raise answer.result
        return answer.result


def gaps(calls: Iterable[Call], *, every: bool = False) -> list[float]:
    """From the end of each call of one login that reached the vendor (or of every call) to the start of the next."""
    counted = [call for call in calls if call.reached or every]
    return [after.started - (before.ended or 0.0) for before, after in pairwise(counted)]
