"""PDFs go after their time, records stay, and what is still to be delivered stays whole."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from bot.domain import CreateInvoice, Destination, Person, State, SubClient
from bot.process.retention import Retention
from db import documents, inbox, logins, requests
from db.engine import Database
from db.models import Document, InboxUpdate, Request

START = datetime(2026, 11, 1, tzinfo=UTC)


class FixedClock:
    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time


async def test_what_is_past_its_time_goes(database_url: str) -> None:
    database = Database.open(database_url)
    async with database.write() as session:
        await logins.ensure(session, ["acme"], START)
        for message_id, delivered in ((1, True), (2, False)):
            request = requests.new(
                CreateInvoice(SubClient(name="alice"), Decimal(100)),
                login="acme",
                requester=Person(5, "Anna", "en"),
                destination=Destination(5, None, message_id),
                now=START,
            )
            request.state, request.delivered_at = State.DONE, START if delivered else None
            session.add(request)
            await session.flush()
            session.add(Document(request_id=request.id, content=b"%PDF-", stored_at=START))
            await inbox.keep(session, {message_id: "{}"}, START)
        await inbox.end(session, [1], START)

    clock = FixedClock(START + timedelta(days=30))
    await Retention(database, clock, keep_documents=timedelta(days=30)).clean_up()
    async with database.read() as session:
        assert await documents.pdf(session, 1) is not None

    clock.time += timedelta(seconds=1)
    await Retention(database, clock, keep_documents=timedelta(days=30)).clean_up()
    async with database.read() as session:
        assert await documents.pdf(session, 1) is None
        assert await documents.pdf(session, 2) == b"%PDF-"
        assert await session.get(Request, 1) is not None
        assert await session.get(InboxUpdate, (0, 1)) is None
        assert await session.get(InboxUpdate, (0, 2)) is not None
    await database.close()


async def test_a_document_stays_while_a_copy_of_it_waits_for_delivery(database_url: str) -> None:
    """Somebody took it from `/history` on its last day, and Telegram is away."""
    anna, past = Person(5, "Anna", "en"), FixedClock(START + timedelta(days=31))
    database = Database.open(database_url)
    async with database.write() as session:
        await logins.ensure(session, ["acme"], START)
        wish = CreateInvoice(SubClient(name="alice"), Decimal(100))
        done = requests.new(wish, login="acme", requester=anna, destination=Destination(5, None, 1), now=START)
        done.state, done.delivered_at = State.DONE, START
        session.add(done)
        await session.flush()
        copy = requests.copy(done, requester=anna, destination=Destination(5, None, 2), now=past.time, press=-1)
        session.add_all([copy, Document(request_id=done.id, content=b"%PDF-", stored_at=START)])

    retention = Retention(database, past, keep_documents=timedelta(days=30))
    await retention.clean_up()
    async with database.read() as session:
        assert await documents.pdf(session, copy.id) == b"%PDF-"

    async with database.write() as session:
        (await session.get_one(Request, copy.id)).delivered_at = past.time
    await retention.clean_up()
    async with database.read() as session:
        assert await documents.pdf(session, copy.id) is None
    await database.close()


async def test_all_that_is_past_its_time_goes_however_much(database_url: str) -> None:
    database = Database.open(database_url)
    async with database.write() as session:
        session.add_all(
            InboxUpdate(update_id=number, fingerprint="", received_at=START, tries=1, done_at=START)
            for number in range(1, 302)
        )
    await Retention(database, FixedClock(START + timedelta(days=3)), keep_documents=timedelta(days=30)).clean_up()
    async with database.read() as session:
        assert (await session.scalars(select(InboxUpdate))).all() == []
    await database.close()
