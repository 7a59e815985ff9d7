"""The queue's figures come from the database, of the leader alone, and do not hang where it does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import BatchState, Destination, GetAct, Person, State, SubClient
from bot.metrics import stored
from bot.metrics.counters import Metrics
from bot.metrics.exposition import Exposition, Lead
from bot.metrics.stored import StoredFigures
from db import inbox, logins, requests
from db import metrics as figures
from db.engine import Database
from db.models import StoredBatch
from tests.unit.metrics.conftest import NOW, Samples, StillClock, samples

LOGINS = ("acme", "beta")


async def add(database: Database, login: str, age_s: float, **columns: object) -> None:
    """Add a request made so long ago."""
    async with database.write() as session:
        made = requests.new(
            GetAct(SubClient(name="Анна"), num="7"),
            login=login,
            requester=Person(101, "Анна", "en"),
            destination=Destination(-500, reply_to=int(age_s * 10)),
            now=NOW - timedelta(seconds=age_s),
        )
        for name, value in columns.items():
            setattr(made, name, value)
        session.add(made)


async def _in_trouble() -> tuple[str, ...]:
    return ("deaf", "mute")


async def shown(exposition: Exposition) -> Samples:
    return samples((await exposition.text()).decode())


@pytest.fixture
async def filled(database: Database) -> Database:
    async with database.write() as session:
        await logins.ensure(session, (*LOGINS, "gone"), NOW)
        (await logins.lock(session, "beta")).paused_at = NOW
        await inbox.keep(session, {1: "{}"}, NOW - timedelta(seconds=30))
        await inbox.keep(session, {2: "{}"}, NOW - timedelta(seconds=20))
        await inbox.end(session, [1], NOW)
    for age_s in (300, 200, 100):
        await add(database, "acme", age_s)
    await add(database, "acme", 400, state=State.RUNNING, started_at=NOW)
    await add(database, "gone", 999)
    await add(database, "acme", 500, state=State.DONE, finished_at=NOW - timedelta(seconds=40))
    await add(database, "acme", 600, state=State.DONE, finished_at=NOW, delivered_at=NOW)
    # Its outcome comes with its batch's result.
    async with database.write() as session:
        session.add(
            StoredBatch(
                id=1,
                **dict.fromkeys(("chat_id", "origin_chat_id", "origin_message_id", "requester_id"), 101),
                **dict.fromkeys(("requester_name", "language", "key"), "x"),
                login="acme",
                headings=[],
                columns={},
                state=BatchState.RUNNING,
                created_at=NOW,
            )
        )
    await add(database, "acme", 700, state=State.DONE, finished_at=NOW - timedelta(hours=1), batch_id=1)
    return database


def exposition(metrics: Metrics, database: Database, lead: Lead) -> Exposition:
    return Exposition(metrics, StoredFigures(database, LOGINS), StillClock(), lambda: lead, _in_trouble)


async def test_the_leader_shows_the_queue(metrics: Metrics, filled: Database) -> None:
    found = await shown(exposition(metrics, filled, Lead(leads=True, term=7)))
    gauges = {
        (name, *labels): value
        for (name, labels), value in found.items()
        if name.startswith(
            ("docsbot_l", "docsbot_o", "docsbot_u", "docsbot_tr", "docsbot_request_", "docsbot_requests_w")
        )
    }
    assert gauges == {
        ("docsbot_leader",): 1,
        ("docsbot_lease_term",): 7,
        ("docsbot_troubles",): 2,
        ("docsbot_requests_waiting", "acme"): 3,
        ("docsbot_requests_waiting", "beta"): 0,
        ("docsbot_oldest_waiting_seconds", "acme"): 300,
        ("docsbot_oldest_waiting_seconds", "beta"): 0,
        ("docsbot_request_running", "acme"): 1,
        ("docsbot_request_running", "beta"): 0,
        ("docsbot_login_paused", "acme"): 0,
        ("docsbot_login_paused", "beta"): 1,
        ("docsbot_updates_waiting",): 1,
        ("docsbot_oldest_update_seconds",): 20,
        ("docsbot_outcomes_undelivered",): 1,
        ("docsbot_oldest_undelivered_seconds",): 40,
    }
    assert found["docsbot_database_up", ()] == 1


async def test_who_stands_by_shows_no_queue(metrics: Metrics, filled: Database) -> None:
    found = await shown(exposition(metrics, filled, Lead(leads=False)))
    assert (found["docsbot_leader", ()], found["docsbot_database_up", ()]) == (0, 1)
    assert not [name for name, _ in found if "waiting" in name or "undelivered" in name]


async def test_many_are_not_all_counted(metrics: Metrics, filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "_MOST_COUNTED", 2)
    found = await shown(exposition(metrics, filled, Lead(leads=True)))
    assert found["docsbot_requests_waiting", ("acme",)] == 2
    assert found["docsbot_oldest_waiting_seconds", ("acme",)] == 300


async def test_asking_often_reads_seldom(metrics: Metrics, filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    made = exposition(metrics, filled, Lead(leads=True))
    await shown(made)
    await add(filled, "acme", 50)
    assert (await shown(made))["docsbot_requests_waiting", ("acme",)] == 3
    monkeypatch.setattr(stored, "_KEPT_S", 0.0)
    assert (await shown(made))["docsbot_requests_waiting", ("acme",)] == 4


class _Hanging(Database):
    """A database that does not answer, until it may."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.engine)
        self.asked = 0
        self.may = asyncio.Event()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        self.asked += 1
        await self.may.wait()
        async with super().read() as session:
            yield session


async def test_a_database_that_hangs_is_down_and_asked_once(
    metrics: Metrics, filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "_READ_WITHIN_S", 0.01)
    hanging = _Hanging(filled)
    made = exposition(metrics, hanging, Lead(leads=True))
    for _ in range(3):
        found = await shown(made)
        assert found["docsbot_database_up", ()] == 0
        assert ("docsbot_updates_waiting", ()) not in found
    assert hanging.asked == 1
    hanging.may.set()
    monkeypatch.setattr(stored, "_READ_WITHIN_S", 30)
    assert (await shown(made))["docsbot_database_up", ()] == 1


async def test_a_database_that_fails_is_down(metrics: Metrics, tmp_path: Path) -> None:
    broken = Database.open(f"sqlite+aiosqlite:///{tmp_path}/empty.db")
    found = await shown(exposition(metrics, broken, Lead(leads=True)))
    await broken.close()
    assert found["docsbot_database_up", ()] == 0
