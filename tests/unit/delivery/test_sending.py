""" "Sending a document…" is shown where a request comes from, for as long as it runs, unless it is quick."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.delivery.sending import SendingSigns
from bot.domain import CreateInvoice, Destination, Person, SubClient
from bot.messaging.budgets import UNLIMITED
from bot.messaging.courtesies import Courtesies
from bot.messaging.outbox import Outbox
from bot.queue.changes import QueueChange
from db import requests
from tests.support.loop import Timeline, VirtualLoop

TOPIC = Destination(-500, 7, reply_to=3)


class Signs:
    def __init__(self) -> None:
        self.shown: list[Destination] = []

    async def show_sending(self, to: Destination) -> None:
        self.shown.append(to)


@pytest.mark.parametrize(("runs_for", "shown"), [(0.9, 0), (4.0, 1), (30.0, 7)])
def test_it_is_shown_again_and_again_until_the_end(runs_for: float, shown: int) -> None:
    telegram = Signs()
    now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    wish = CreateInvoice(SubClient(name="alice"), Decimal(5))
    request = requests.new(wish, login="acme", requester=Person(1, "Anna", "en"), destination=TOPIC, now=now)
    request.id = 5

    async def moved(_old: int, _new: int) -> bool:
        return False

    async def play() -> None:
        signs = SendingSigns(Courtesies(telegram, Outbox(UNLIMITED), moved))  # type: ignore[arg-type]
        signs.on_change(QueueChange(started=(request,)))
        await asyncio.sleep(runs_for)
        signs.on_change(QueueChange(ended=(request,)))
        await asyncio.sleep(60)

    loop = VirtualLoop(Timeline())
    loop.run_until_complete(play())
    loop.close()
    assert telegram.shown == [TOPIC] * shown
