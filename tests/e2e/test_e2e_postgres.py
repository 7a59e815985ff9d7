"""The bot on PostgreSQL: the main job, a power cut, a server that cuts it off, and a second bot beside it."""

from collections.abc import Iterator

import pytest

from sandbox.smscentre.faults import Hang
from tests.e2e.conftest import OpenWorld
from tests.e2e.process import run_docsbot
from tests.e2e.test_e2e_unknown import offers
from tests.e2e.world import TWO_LOGINS, prepare
from tests.support.databases import Databases, EngineName, database_name


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    with databases.new(EngineName.POSTGRESQL, prepare) as made:
        yield made


async def test_killed_while_a_create_and_a_read_are_out(open_world: OpenWorld, url: str) -> None:
    async with open_world(DATABASE_URL=url, SMSC_ACCOUNTS=TWO_LOGINS, SMSC_TIMEOUT="30") as w:
        await w.allow("chat", w.team.id, login="beta")
        assert (await w.document(w.say(w.anna, "/invoice alice 100"))).document is not None
        w.vendor.faults.add(Hang(handled=True), login="demo")
        w.vendor.faults.add(Hang(), login="beta")
        creating = w.say(w.anna, "/invoice alice 200")
        reading = w.say(w.anna, "/act alice 7", w.team)
        waiting = w.say(w.anna, "/invoice alice 300")
        await w.requests(3)
        await w.bot.kill()
        w.vendor.faults.clear()
        w.bot.start()

        told = await w.reply(creating, offers("exists"))
        assert "200.00" in told.text
        await w.document(reading)
        await w.document(waiting)
        assert [int(made.amount) for made in w.vendor.invoices] == [100, 200, 300]


async def test_a_server_that_cuts_the_bot_off_costs_nobody_anything(
    open_world: OpenWorld, url: str, databases: Databases
) -> None:
    async with open_world(DATABASE_URL=url) as w:
        await w.document(w.say(w.anna, "/invoice alice 100"))
        asked = [w.say(w.anna, f"/invoice alice {amount}") for amount in (200, 300)]
        databases.postgres.cut_off(database_name(url))
        for message in asked:
            await w.document(message)
        assert [int(made.amount) for made in w.vendor.invoices] == [100, 200, 300]


async def test_a_second_bot_on_the_same_database_is_refused(open_world: OpenWorld, url: str) -> None:
    async with open_world(DATABASE_URL=url) as w:
        await w.document(w.say(w.anna, "/invoice alice 100"))
        code, said = await run_docsbot(w.bot.folder, w.bot.environ, "run")
        assert code == 1
        assert "another docsbot runs" in said
        await w.document(w.say(w.anna, "/act alice 7"))
