"""The bot on PostgreSQL: the main job, a power cut, a server that cuts it off, and a second bot beside it."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.smscentre.faults import Delay, Hang
from tests.e2e.conftest import OpenWorld
from tests.e2e.next_version import REVISION
from tests.e2e.process import Bot, PlainStarter, Starter
from tests.e2e.test_e2e_unknown import offers
from tests.e2e.test_e2e_webhook import free_port
from tests.e2e.world import TWO_LOGINS, WAIT_S, prepare
from tests.support.databases import Databases, EngineName, database_name


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    with databases.new(EngineName.POSTGRESQL, prepare) as made:
        yield made


async def test_killed_while_a_create_and_a_read_are_out(open_world: OpenWorld, url: str, databases: Databases) -> None:
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
        databases.postgres.sql("UPDATE lease SET until = 0", database_name(url))
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


async def test_a_second_bot_stands_by_and_takes_over(
    open_world: OpenWorld, url: str, databases: Databases, starter: Starter, tmp_path: Path
) -> None:
    """After an orderly stop at once; after a power cut when the lease is over, which here takes no time."""
    async with open_world(DATABASE_URL=url) as w:
        await w.document(w.say(w.anna, "/invoice alice 100"))
        folder = tmp_path / "second"
        folder.mkdir()
        second = Bot(folder, {**w.bot.environ, "TMPDIR": str(folder)}, starter)
        second.start()
        try:
            await until_logged(second, "standing by")
            assert (await second.command("health"))[0] == 0
            await w.document(w.say(w.anna, "/invoice alice 200"))

            # From another machine, whose `docsbot` reaches the leader through the database alone.
            assert "does not run" not in (await second.command("pause", "demo"))[1]
            waiting = w.say(w.anna, "/act alice 7")
            await w.status(waiting)
            assert "does not run" not in (await second.command("resume", "demo"))[1]
            await w.document(waiting)

            assert await w.bot.stop() == 0
            await w.document(w.say(w.anna, "/invoice alice 300"))
            assert "term 2" in second.log

            w.bot.start()
            await until_logged(w.bot, "standing by")
            await second.kill()
            databases.postgres.sql("UPDATE lease SET until = 0", database_name(url))
            await w.document(w.say(w.anna, "/invoice alice 400"))
            assert "term 3" in w.bot.log
        finally:
            if second.running:
                await second.kill()
        assert [int(made.amount) for made in w.vendor.invoices] == [100, 200, 300, 400]


async def test_a_webhook_may_arrive_at_whoever_stands_by(
    open_world: OpenWorld, url: str, databases: Databases, starter: Starter, tmp_path: Path
) -> None:
    """Telegram posts to the second bot alone: it stores, the first handles; then the second does both."""
    ports = (free_port(), free_port())
    address = f"http://127.0.0.1:{ports[1]}/telegram"
    async with open_world(DATABASE_URL=url, WEBHOOK_URL=address, WEBHOOK_LISTEN=f"127.0.0.1:{ports[0]}") as w:
        await until_logged(w.bot, "leading")
        folder = tmp_path / "second"
        folder.mkdir()
        environ = {**w.bot.environ, "TMPDIR": str(folder), "WEBHOOK_LISTEN": f"127.0.0.1:{ports[1]}"}
        second = Bot(folder, environ, starter, deaths=w.bot.deaths)
        second.start()
        try:
            await until_logged(second, "standing by")
            for amount in (100, 200):
                await w.document(w.say(w.anna, f"/invoice alice {amount}"))
            assert "term" not in second.log

            # What is taken between two leaders is not lost, and is not handled twice.
            await w.bot.kill()
            asked = w.say(w.anna, "/invoice alice 300")
            await w.telegram.wait_for(lambda: w.telegram.bot().updates.first() is None, timeout=WAIT_S)
            databases.postgres.sql("UPDATE lease SET until = 0", database_name(url))
            await w.document(asked)
            assert "term 2" in second.log
            await w.document(w.say(w.anna, "/invoice alice 400"))
        finally:
            if second.running:
                await second.kill()
        assert [int(made.amount) for made in w.vendor.invoices] == [100, 200, 300, 400]


async def test_old_and_new_side_by_side(open_world: OpenWorld, url: str, starter: Starter, tmp_path: Path) -> None:
    """The new one widens the tables, on which the old one leads on; once it has stopped, no old one leads again."""
    async with open_world(DATABASE_URL=url) as w:
        await w.document(w.say(w.anna, "/invoice alice 100"))
        new, late = (tmp_path / name for name in ("new", "late"))
        for folder in (new, late):
            folder.mkdir()
        newer = Bot(new, {**w.bot.environ, "TMPDIR": str(new)}, PlainStarter("tests.e2e.next_version", str(new)))
        older = Bot(late, {**w.bot.environ, "TMPDIR": str(late)}, starter)
        try:
            newer.start()
            await until_logged(newer, "standing by")
            await w.document(w.say(w.anna, "/invoice alice 200"))

            older.start()
            await until_logged(older, f"waiting: the database is of a newer version of docsbot (revision {REVISION})")
            code, said = await older.command("health")
            assert (code, "of a newer version" in said) == (1, True)

            assert await w.bot.stop() == 0
            await w.document(w.say(w.anna, "/invoice alice 300"))
            assert "term 2" in newer.log
            assert await older.stop() == 0
            await w.settle()
            assert await newer.stop() == 0
        finally:
            for bot in (newer, older):
                if bot.running:
                    await bot.kill()
        assert [int(made.amount) for made in w.vendor.invoices] == [100, 200, 300]


async def test_a_leader_that_was_paused_amid_a_create_hands_in_its_answer(
    open_world: OpenWorld, url: str, databases: Databases, starter: Starter, tmp_path: Path
) -> None:
    async with open_world(DATABASE_URL=url, SMSC_TIMEOUT="30") as w:
        await w.document(w.say(w.anna, "/act alice 7"))
        folder = tmp_path / "second"
        folder.mkdir()
        second = Bot(folder, {**w.bot.environ, "TMPDIR": str(folder)}, starter)
        second.start()
        try:
            await until_logged(second, "standing by")
            w.vendor.faults.add(Delay(1.0))
            creating = w.say(w.anna, "/invoice alice 100")
            await w.vendor.wait_for(lambda centre: bool(centre.invoices), WAIT_S)
            assert w.bot.process is not None
            os.kill(w.bot.process.pid, signal.SIGSTOP)
            databases.postgres.sql("UPDATE lease SET until = 0", database_name(url))
            await w.reply(creating, offers("exists"))

            # Its last word comes from here on, after what was told of its end: the oracle counts that as a death.
            w.bot.deaths.append(time.monotonic())
            os.kill(w.bot.process.pid, signal.SIGCONT)
            await w.document(creating)
            assert await w.bot.exit_code() == 1
            assert len(w.vendor.invoices) == 1
        finally:
            if second.running:
                await second.kill()


async def until_logged(bot: Bot, words: str) -> None:
    async with asyncio.timeout(WAIT_S):
        while words not in bot.log:  # noqa: ASYNC110 - a file tells nobody
            await asyncio.sleep(0.02)
