"""A process that was paused amid a create, and that leads no more, hands in the answer that it finds."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.domain import ConfiguredLogins, CreateInvoice, Destination, GetAct, Person, Resolution, State, SubClient, Wish
from bot.queue.changes import QueueChanges
from bot.queue.late_answers import record_late
from bot.queue.scheduler import Scheduler
from bot.runtime.clock import LoopClock
from bot.smscentre import Created, NoUsableAnswer, Refused
from db import documents, logins, requests
from db.engine import Database
from db.lease import LeaseLost
from db.models import Request

PDF = b"%PDF-1.4\n%%EOF\n"
ANNA = Person(101, "Anna", "en")
CREATE, READ = CreateInvoice(SubClient(name="alice"), Decimal(100)), GetAct(SubClient(name="alice"), num="7")
WAIT_S = 30
LOGINS = ConfiguredLogins(("acme",), timedelta(0))


async def _may_go(*_: object) -> bool:
    return True


class Paused:
    """A leader whose one call is out while another takes over."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.answer: asyncio.Future[bytes | Created] = asyncio.get_running_loop().create_future()
        self._out = asyncio.Event()
        self._leads = True
        self.clock = LoopClock(asyncio.get_running_loop(), datetime(2026, 11, 22, 12, tzinfo=UTC))
        self._changes = QueueChanges()
        self.scheduler = Scheduler(
            database.fenced_by(self._hold), self.clock, self._call, _may_go, self._changes, LOGINS
        )

    async def send(self, wish: Wish) -> int:
        """Have it send a request, whose answer does not come yet; then let another process take over."""
        await self.scheduler.recover()
        async with self.database.write() as session:
            to = Destination(ANNA.id, reply_to=1)
            request = requests.new(wish, login="acme", requester=ANNA, destination=to, now=self.clock.now())
            session.add(request)
            await logins.refresh_due(session, await logins.lock(session, "acme"))
        self._running = asyncio.create_task(self.scheduler.run())
        async with asyncio.timeout(WAIT_S):
            await self._out.wait()
        self._leads = False
        other = Scheduler(self.database, self.clock, self._call, _may_go, QueueChanges(), LOGINS)
        await other.recover()
        return request.id

    async def wakes_up(self, answer: bytes | Created | Exception) -> int:
        """Let the answer come, which it cannot record as a leader; return what it could hand in."""
        if isinstance(answer, Exception):
            self.answer.set_exception(answer)
        else:
            self.answer.set_result(answer)
        with pytest.raises(LeaseLost):
            async with asyncio.timeout(WAIT_S):
                await self._running
        return await record_late(self.database, await self.scheduler.last_answers(WAIT_S))

    async def request(self, request_id: int) -> Request:
        async with self.database.read() as session:
            return await session.get_one(Request, request_id)

    async def _call(self, _: Request) -> bytes | Created:
        self._out.set()
        return await self.answer

    async def _hold(self, _: object) -> None:
        if not self._leads:
            raise LeaseLost("another leads")


@pytest.fixture
async def paused(database_url: str) -> AsyncIterator[Paused]:
    database = Database.open(database_url)
    yield Paused(database)
    await database.close()


async def test_an_unknown_create_is_done_and_told_anew(paused: Paused) -> None:
    made = await paused.send(CREATE)
    assert (await paused.request(made)).state is State.UNKNOWN
    async with paused.database.write() as session:
        (await session.get_one(Request, made)).delivered_at = paused.clock.now()

    assert await paused.wakes_up(Created("9001", None, PDF)) == 1

    request = await paused.request(made)
    assert (request.state, request.invoice_number, request.delivered_at) == (State.DONE, "9001", None)
    async with paused.database.read() as session:
        assert await documents.pdf(session, made) == PDF


async def test_without_its_pdf_it_is_fetched_and_never_created_again(paused: Paused) -> None:
    made = await paused.send(CREATE)
    assert await paused.wakes_up(Created("9001", None, None)) == 1
    request = await paused.request(made)
    assert (request.state, request.invoice_number, request.makes_invoice) == (State.QUEUED, "9001", False)
    async with paused.database.read() as session:
        assert [login.due_at is not None for login in await logins.everyone(session)] == [True]


@pytest.mark.parametrize("resolution", list(Resolution))
async def test_a_decision_stands(paused: Paused, resolution: Resolution) -> None:
    made = await paused.send(CREATE)
    async with paused.database.write() as session:
        (await session.get_one(Request, made)).resolution = resolution
    assert await paused.wakes_up(Created("9001", None, PDF)) == 0
    assert (await paused.request(made)).state is State.UNKNOWN


@pytest.mark.parametrize("answer", [NoUsableAnswer("cut"), Refused(5, "no"), ValueError("fault")], ids=repr)
async def test_what_tells_of_no_invoice_changes_nothing(paused: Paused, answer: Exception) -> None:
    made = await paused.send(CREATE)
    assert await paused.wakes_up(answer) == 0
    assert (await paused.request(made)).state is State.UNKNOWN


async def test_a_read_is_left_to_the_leader(paused: Paused) -> None:
    made = await paused.send(READ)
    assert await paused.wakes_up(PDF) == 0
    assert (await paused.request(made)).state is State.QUEUED


async def test_another_call_of_the_same_request_is_not_its_own(paused: Paused) -> None:
    made = await paused.send(CREATE)
    async with paused.database.write() as session:
        row = await session.get_one(Request, made)
        row.started_at = paused.clock.now() + timedelta(seconds=1)
    assert await paused.wakes_up(Created("9001", None, PDF)) == 0
