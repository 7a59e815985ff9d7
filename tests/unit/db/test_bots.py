"""One bot after another on the same database: neither takes the other's messages for its own."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from bot.domain import Decision, Destination, GetAct, Person, PetitionKind, State, SubClient
from db import bots, inbox, logins, questions, requests, status_messages
from db.engine import Database
from db.models import Petition, PetitionCard, Question, Request, StatusMessage

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANNA = Person(5, "Anna", "en")
COMMAND = Destination(5, None, 17)
ACT = GetAct(SubClient(name="alice"), num="7")


@pytest.fixture
async def old(database_url: str) -> AsyncIterator[Database]:
    database = Database.open(database_url, bot_id=1)
    async with database.write() as session:
        await logins.ensure(session, ["acme"], NOW)
    await _hear(database)
    yield database
    await database.close()


@pytest.fixture
async def new(database_url: str) -> AsyncIterator[Database]:
    database = Database.open(database_url, bot_id=2)
    yield database
    await database.close()


async def _hear(database: Database) -> None:
    """Make the request and the question that a command leads to."""
    async with database.write() as session:
        session.add(requests.new(ACT, login="acme", requester=ANNA, destination=COMMAND, now=NOW))
        await questions.ask(session, "draft", asker_id=5, destination=COMMAND, payload={}, now=NOW)


async def test_a_message_with_the_same_number_is_another_one(old: Database, new: Database) -> None:
    async with new.write() as session:
        assert await requests.of_origin(session, 5, 17) is None
        assert await questions.of_origin(session, "draft", 5, 17) is None
    await _hear(new)
    for database, number in ((old, 1), (new, 2)):
        async with database.read() as session:
            found = await requests.of_origin(session, 5, 17)
            asked = await questions.of_origin(session, "draft", 5, 17)
        assert found is not None
        assert asked is not None
        assert (found.id, found.bot_id, asked.id, asked.bot_id) == (number, number, number, number)


async def test_what_waits_for_the_old_bot_answers_no_message_of_the_new_one(old: Database, new: Database) -> None:
    async with old.write() as session:
        session.add(
            StatusMessage(
                chat_id=5,
                thread_id=None,
                login="acme",
                message_id=18,
                sent_at=NOW,
                newest_id=1,
                waiting=1,
                delay="none",
            )
        )
        for number, decided in ((1, None), (2, NOW)):
            session.add(
                Petition(
                    id=number,
                    kind=PetitionKind.PERSON,
                    subject_id=number,
                    subject_name="Ivan",
                    asker_id=number,
                    asker_name="Ivan",
                    language="en",
                    asked_at=NOW,
                    decided_at=decided,
                    decision=None if decided is None else Decision.MANAGER,
                )
            )
            await session.flush()
            session.add(PetitionCard(petition_id=number, admin_id=9, message_id=19))
    async with new.write() as session:
        assert await bots.take_over(session, NOW) == 0
    async with new.write() as session:
        assert await bots.take_over(session, NOW) is None, "once is enough, also before it was spoken to"
    async with new.read() as session:
        request = await session.get_one(Request, 1)
        assert (request.state, request.reply_to) == (State.QUEUED, None)
        assert await status_messages.everything(session) == []
        assert (await session.get_one(Question, 1)).answered_at == NOW
        cards = (await session.scalars(select(PetitionCard))).all()
        assert [(card.petition_id, card.outcome_shown) for card in cards] == [(2, True)]


async def test_what_the_old_bot_was_told_is_counted_and_left_to_it(old: Database, new: Database) -> None:
    async with old.write() as session:
        await bots.take_over(session, NOW)
        await inbox.keep(session, {7: "{}", 8: "{}"}, NOW)
        await inbox.end(session, [7], NOW)
    async with new.write() as session:
        assert await bots.take_over(session, NOW) == 1
    async with old.write() as session:
        assert await bots.take_over(session, NOW) == 0
        assert await inbox.open_ids(session, after=-1, limit=10) == [8]


async def test_what_is_from_before_bots_were_told_apart_is_this_ones(old: Database) -> None:
    async with old.write() as session:
        await session.execute(update(Request).values(bot_id=0))
        await session.execute(update(Question).values(bot_id=0))
    async with old.write() as session:
        assert await bots.take_over(session, NOW) is None
    async with old.read() as session:
        found = await requests.of_origin(session, 5, 17)
        asked = await questions.of_origin(session, "draft", 5, 17)
    assert found is not None
    assert found.reply_to == 17
    assert asked is not None
    assert asked.answered_at is None
