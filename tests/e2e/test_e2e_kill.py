"""Power cuts, updates that come twice, and an orderly stop: nothing is lost, nothing happens twice."""

from sandbox.smscentre.faults import Cut, Delay, Hang
from tests.e2e.conftest import OpenWorld
from tests.e2e.test_e2e_unknown import offers
from tests.e2e.world import TWO_LOGINS


async def test_killed_while_sms_center_and_telegram_owe_an_answer(open_world: OpenWorld) -> None:
    """One cut at three moments: a create is out, a read is out, a PDF is on its way to Telegram."""
    async with open_world(SMSC_ACCOUNTS=TWO_LOGINS, SMSC_TIMEOUT="30") as w:
        await w.allow("chat", w.team.id, login="beta")
        w.telegram.faults.hang("sendDocument")
        uploading = w.say(w.olga, "/invoice bob 100")
        await w.telegram.wait_for(lambda: w.telegram.journal.of("sendDocument"))
        w.vendor.faults.add(Hang(handled=True), login="demo")
        w.vendor.faults.add(Hang(), login="beta")
        creating = w.say(w.anna, "/invoice alice 200")
        reading = w.say(w.anna, "/act alice 7", w.team)
        waiting = w.say(w.anna, "/invoice alice 300")
        await w.requests(3)
        await w.bot.kill()
        w.vendor.faults.clear()
        w.bot.start()

        pdf = await w.document(uploading)
        assert "100.00" in pdf.text or "100,00" in pdf.text
        told = await w.reply(creating, offers("exists"))
        assert "200.00" in told.text
        await w.document(reading)
        await w.document(waiting)
        assert [int(made.amount) for made in w.vendor.invoices] == [100, 200, 300]

        await w.answered(w.press(w.anna, told, "exists"))
        question = await w.reply(told)
        await w.reply(w.say(w.anna, "/queue"))  # handled in turn, so the question is on record by now
        await w.bot.kill()
        w.bot.start()
        w.say(w.anna, "9002", reply_to=question)
        assert "9002" in (await w.document(creating)).text
        assert len(w.vendor.invoices) == 3


async def test_killed_after_telegram_took_the_pdf(open_world: OpenWorld) -> None:
    """Nobody can know that it arrived, so it comes again: twice is better than never. The invoice is the same."""
    async with open_world() as w:
        w.telegram.faults.hang("sendDocument", accepted=True)
        asked = w.say(w.anna, "/invoice alice 100")
        await w.document(asked)
        await w.called("sendDocument")
        await w.bot.kill()
        w.bot.start()
        await w.called("sendDocument", 2)
        assert len(w.telegram.documents(w.anna.id)) == 2
        assert len(w.vendor.invoices) == 1


async def test_said_while_the_bot_was_down(open_world: OpenWorld) -> None:
    async with open_world(start=False) as w:
        asked = [w.say(w.anna, "/act alice 7"), w.say(w.olga, "/invoice alice 100")]
        w.bot.start()
        for message in asked:
            await w.document(message)


async def test_updates_that_come_again(open_world: OpenWorld) -> None:
    async with open_world() as w:
        first = w.say(w.anna, "/invoice alice 100")
        await w.document(first)
        w.vendor.faults.add(Cut("before"))
        second = w.say(w.anna, "/invoice alice 200")
        told = await w.reply(second, offers("missing"))
        await w.answered(w.press(w.anna, told, "missing"))
        await w.change(told, offers("create"))
        await w.answered(w.press(w.anna, told, "create"))
        await w.document(second)
        last = w.say(w.anna, "/whoami")
        await w.reply(last)
        # Confirmed by the next poll only; then Telegram delivers all of them once more.
        w.say(w.anna, "/queue")
        await w.reply(w.said[-1].message)
        w.telegram.redeliver(5)
        await w.reply(w.say(w.anna, "/client"))
        assert len(w.vendor.journal.entries) == 3
        assert len(w.vendor.invoices) == 2
        assert len(w.telegram.documents(w.anna.id)) == 2
        assert sum(message.reply_to is last for message in w.telegram.messages(w.anna.id)) == 1


async def test_an_orderly_stop_ends_what_runs_and_starts_nothing(open_world: OpenWorld) -> None:
    async with open_world() as w:
        w.vendor.faults.add(Delay(0.5))
        running = w.say(w.anna, "/invoice alice 100")
        waiting = w.say(w.anna, "/invoice alice 200")
        await w.requests(1)
        assert await w.bot.stop() == 0
        await w.document(running, timeout=0.1)
        assert len(w.vendor.journal.entries) == 1
        missed = w.say(w.anna, "/act alice 7")
        w.bot.start()
        await w.document(waiting)
        await w.document(missed)
