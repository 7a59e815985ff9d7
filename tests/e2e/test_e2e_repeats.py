"""What repeats, with a real process: due while it was down, asked about, and made once through power cuts."""

from datetime import timedelta

from sqlalchemy import update

from bot.process.database import open_database
from bot.settings import load_database_settings
from db.models import StoredRepeat
from tests.e2e.conftest import OpenWorld
from tests.e2e.world import World


async def _comes_due(w: World) -> None:
    """Have the first date come while the process is down, as if a month had passed."""
    database = open_database(load_database_settings(w.bot.database))
    async with database.write() as session:
        repeat = await session.get_one(StoredRepeat, 1)
        assert repeat.next_at is not None
        anchor = repeat.next_at - timedelta(days=60)
        rule = {**repeat.rule, "anchor": anchor.date().replace(day=1).isoformat(), "times": 1}
        await session.execute(update(StoredRepeat).values(rule=rule, next_at=anchor))
    await database.close()


async def test_due_asked_pressed_and_made_once(open_world: OpenWorld) -> None:
    async with open_world(judged=False) as w:
        shown = await w.reply(w.say(w.anna, "/repeat alice 1500 monthly 1"), lambda message: bool(message.buttons))
        await w.answered(w.press(w.anna, shown, "rbegin"))
        await w.change(shown, lambda message: "Created" in message.text)
        await w.bot.kill()
        await _comes_due(w)
        w.bot.start()
        card = await w.message(w.anna, lambda message: "came due" in message.text)
        assert not w.vendor.invoices
        w.press(w.anna, card, "rmake")
        await w.bot.kill()
        w.bot.start()
        await w.telegram.wait_for(lambda: w.telegram.documents(w.anna.id), timeout=30)
        await w.bot.kill()
        w.bot.start()
        await w.reply(w.say(w.anna, "/queue"))
        assert [int(invoice.amount) for invoice in w.vendor.invoices] == [1500]
