"""What is counted, by words of ours alone: nothing that SMS Center or a person writes becomes a label."""

import asyncio
import re
from datetime import timedelta

import pytest
from prometheus_client import generate_latest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.domain import Destination, Failure, GetAct, Kind, Person, State, SubClient
from bot.messaging.budgets import TELEGRAM, Rank
from bot.messaging.outbox import Outbox
from bot.metrics.counters import Metrics
from bot.queue.changes import QueueChange
from bot.smscentre import Created, NotSent, NoUsableAnswer, Refused, TooLarge, WrongSetting
from db import requests
from db.engine import Database
from db.models import Request
from tests.unit.metrics.conftest import NOW, Samples, samples

CREATED = Created("9001", None, b"%PDF-")
INSERT = text("INSERT INTO moved_chats (old_id, new_id) VALUES (1, 2)")
NAME = "Анна <anna@example.org>"


def request(state: State = State.DONE, *, took: float = 70.0, lag: float = 2.0) -> Request:
    """Make a request that waited and was made, and whose outcome was delivered."""
    person, to = Person(101, NAME, "en"), Destination(-500, reply_to=7)
    made = requests.new(GetAct(SubClient(name=NAME), num="7"), login="acme", requester=person, destination=to, now=NOW)
    made.state = state
    made.finished_at = NOW + timedelta(seconds=took)
    made.delivered_at = made.finished_at + timedelta(seconds=lag)
    return made


def seen(metrics: Metrics) -> Samples:
    return samples(generate_latest(metrics.registry).decode())


@pytest.mark.parametrize(
    ("result", "word"),
    [
        (b"%PDF-", "ok"),
        (CREATED, "ok"),
        (Refused(1, NAME), "1"),
        (Refused(9, "busy"), "9"),
        (Refused(8, "nobody knows"), "other"),
        (Refused(-(10**9), NAME), "other"),
        (NotSent(NAME), "not_sent"),
        (NoUsableAnswer(NAME, NAME), "unusable"),
        (TooLarge(7), "too_large"),
        (WrongSetting("SMSC_URL", NAME), "wrong_setting"),
        (ValueError(NAME), "other"),
    ],
    ids=repr,
)
async def test_answers_are_counted_by_word_and_come_through(
    metrics: Metrics, result: bytes | Created | Exception, word: str
) -> None:
    async def call(_: Request) -> bytes | Created:
        if isinstance(result, Exception):
            raise result
        return result

    before = seen(metrics)
    if isinstance(result, Exception):
        with pytest.raises(type(result)):
            await metrics.metered(call)(request())
    else:
        assert await metrics.metered(call)(request()) is result
    after = seen(metrics)
    assert after["docsbot_vendor_answers_total", (word,)] == 1
    assert after["docsbot_vendor_call_seconds_count", ()] == 1
    assert set(before) == set(after), "no answer brings a label that was not there"


def test_deliveries_tell_how_long_people_waited(metrics: Metrics) -> None:
    metrics.on_delivery(request())
    metrics.on_delivery(request(State.FAILED))
    lost, kept_back = request(), request()
    lost.undeliverable, kept_back.undeliverable, kept_back.withheld = f"{NAME} blocked us", "", True
    metrics.on_delivery(lost)
    metrics.on_delivery(kept_back)

    found = seen(metrics)
    results = {
        result: found["docsbot_deliveries_total", (result,)] for result in ("delivered", "undeliverable", "withheld")
    }
    assert results == {"delivered": 2, "undeliverable": 1, "withheld": 1}
    assert found["docsbot_delivery_lag_seconds_sum", ()] == 4
    assert found["docsbot_command_to_document_seconds_sum", ()] == 72
    assert found["docsbot_command_to_document_seconds_count", ()] == 1


def test_outcomes_are_counted_by_kind_and_state(metrics: Metrics) -> None:
    unknown = request(State.UNKNOWN)
    unknown.kind = Kind.CREATE_INVOICE
    failed = request(State.FAILED)
    failed.failure = Failure.NO_DOCUMENT
    metrics.on_change(QueueChange(ended=(request(), failed, unknown), returned=(request(),)))
    found = {labels: value for (name, labels), value in seen(metrics).items() if name == "docsbot_requests_ended_total"}
    assert {labels: value for labels, value in found.items() if value} == {
        ("get_act", "done"): 1,
        ("get_act", "failed"): 1,
        ("create_invoice", "unknown"): 1,
    }


def test_what_has_not_happened_yet_is_zero_so_that_its_first_time_is_an_increase(metrics: Metrics) -> None:
    found = {labels: value for (name, labels), value in seen(metrics).items() if name == "docsbot_requests_ended_total"}
    assert found == {
        (kind.value, state.value): 0 for kind in Kind for state in State if state not in {State.QUEUED, State.RUNNING}
    }


async def twice(database: Database) -> None:
    async with database.write() as session:
        await session.execute(INSERT)
        await session.execute(INSERT)


async def read_only(database: Database) -> None:
    async with database.read() as session:
        if database.engine.dialect.name == "sqlite":
            await session.execute(text("PRAGMA query_only=ON"))
        await session.execute(INSERT)


async def test_errors_of_the_database_are_counted_and_ours_are_not(metrics: Metrics, database: Database) -> None:
    metrics.watch(database)
    with pytest.raises(IntegrityError):
        await twice(database)
    assert seen(metrics)["docsbot_database_errors_total", ()] == 0
    with pytest.raises(DBAPIError):
        await read_only(database)
    assert seen(metrics)["docsbot_database_errors_total", ()] == 1


async def test_what_waits_for_telegram_s_limits_is_shown_by_class(metrics: Metrics) -> None:
    outbox = Outbox(TELEGRAM)
    metrics.ask_outbox(outbox.waiting)
    sending = [asyncio.create_task(outbox.turn(-500, Rank.OUTCOME, outbox.place())) for _ in range(100)]
    await asyncio.sleep(0)
    waiting = {labels: value for (name, labels), value in seen(metrics).items() if name == "docsbot_messages_waiting"}
    assert set(waiting) == {(rank.name.lower(),) for rank in Rank}
    assert {labels for labels, value in waiting.items() if value} == {("outcome",)}
    for task in sending:
        task.cancel()
    await asyncio.gather(*sending, return_exceptions=True)
    assert seen(metrics)["docsbot_messages_waiting", ("outcome",)] == 0


def test_nothing_that_people_wrote_is_shown(metrics: Metrics) -> None:
    metrics.on_change(QueueChange(ended=(request(),)))
    metrics.on_delivery(request())
    metrics.on_start(timedelta(seconds=1))
    shown = generate_latest(metrics.registry).decode()
    ours = "\n".join(line for line in shown.splitlines() if line.startswith("docsbot_") and "_created" not in line)
    assert "docsbot_" in ours
    assert not re.search("Анна|anna|101|500", ours.replace("0.01", ""))
