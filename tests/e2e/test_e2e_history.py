"""`/history`: what the chat has, page by page; a press sends one again without asking SMS Center."""

import asyncio
import re
import sqlite3

from sandbox.telegram.state import Message
from tests.e2e.conftest import OpenWorld
from tests.e2e.words import is_russian
from tests.e2e.world import World


def labels(message: Message) -> list[str]:
    return [button.text for button in message.buttons]


def forget_pdfs(w: World, *, file_ids: bool = False) -> None:
    """Do as the retention does after its time; with `file_ids` as if another bot had sent the documents."""
    with sqlite3.connect(w.bot.folder / "data" / "docsbot.db", timeout=5) as database:
        database.execute("DELETE FROM documents")
        if file_ids:
            database.execute("UPDATE requests SET file_id = 'of another bot' WHERE file_id IS NOT NULL")
    database.close()


async def test_pages_and_what_they_say(open_world: OpenWorld) -> None:
    async with open_world(pace=0.05) as w:
        for number in range(8):
            await w.document(w.say(w.anna, f"/act alice {7 + number % 2}", w.team))
        await w.document(w.say(w.anna, "/invoice bob 1500", w.team))
        await w.reply(w.say(w.anna, "/getinvoice alice 4711", w.team))
        await w.document(w.say(w.anna, "/act alice 7"))  # in private: another chat

        listed = await w.reply(w.say(w.anna, "/history", w.team))
        assert labels(listed) == ["1", "2", "3", "4", "5", "6", "Older →"]
        assert re.search(r"1\. \d\d:\d\d:\d\d, Anna: invoice No\. 9001 for bob, 1,500\.00", listed.text)
        assert "4711" not in listed.text
        assert "Page 1 of 2" in listed.text
        w.press(w.olga, listed, "page")
        await w.change(listed, lambda message: labels(message) == ["7", "8", "9", "← Новее"])
        assert is_russian(listed.text)
        of_bob = await w.reply(w.say(w.anna, "/history bob", w.team))
        assert labels(of_bob) == ["1"]
        assert "alice" not in of_bob.text
        assert not (await w.reply(w.say(w.anna, "/history carol"))).buttons
        assert "/history" in (await w.reply(w.say(w.anna, "/history a b"))).text
        alone = await w.reply(w.say(w.anna, "/history"))
        assert labels(alone) == ["1"]


async def test_a_press_sends_telegrams_own_copy_and_asks_nobody(open_world: OpenWorld) -> None:
    async with open_world() as w:
        original = await w.document(w.say(w.anna, "/invoice alice 1500", w.team))
        forget_pdfs(w)
        listed = await w.reply(w.say(w.olga, "/history", w.team))
        stranger = w.press(w.ivan, listed, "resend")
        presses = [w.press(w.olga, listed, "resend") for _ in range(2)]
        again = await w.document(listed)
        assert again.document is not None
        assert original.document is not None
        assert again.document.content == original.document.content
        assert again.document.file_id == original.document.file_id
        assert is_russian(again.text)
        await asyncio.gather(*map(w.answered, [stranger, *presses]))
        later = await w.reply(w.say(w.anna, "/history", w.team))
        w.press(w.anna, later, "resend")
        await w.document(later)
        w.telegram.redeliver(1)
        await w.document(w.say(w.olga, "/act alice 7", w.team))
        for asked in (listed, later):
            assert len([message for message in w.telegram.messages(w.team) if message.reply_to is asked]) == 1
        assert len(w.vendor.journal.entries) == 2
        assert len(w.vendor.invoices) == 1


async def test_without_telegrams_copy_the_stored_one_goes_and_without_both_it_is_fetched(open_world: OpenWorld) -> None:
    async with open_world() as w:
        await w.document(w.say(w.anna, "/invoice alice 1500"))
        listed = await w.reply(w.say(w.anna, "/history"))
        with sqlite3.connect(w.bot.folder / "data" / "docsbot.db", timeout=5) as database:
            database.execute("UPDATE requests SET file_id = 'of another bot'")
        database.close()
        w.press(w.anna, listed, "resend")
        stored = await w.document(listed)
        assert stored.document is not None
        assert stored.document.content in w.tap.bodies[-1]
        assert len(w.vendor.journal.entries) == 1

        forget_pdfs(w, file_ids=True)
        listed = await w.reply(w.say(w.anna, "/history"))
        w.press(w.anna, listed, "resend")
        lost = await w.reply(listed, lambda message: message.document is None)
        assert labels(lost) == ["Fetch it anew"]
        presses = [w.press(w.anna, lost, "anew") for _ in range(2)]
        anew = await w.document(lost)
        assert anew.document is not None
        assert anew.document.content == stored.document.content
        await asyncio.gather(*map(w.answered, presses))
        assert [entry.method for entry in w.vendor.journal.entries] == ["add_account", "get_account"]


async def test_a_kill_right_after_the_press(open_world: OpenWorld) -> None:
    async with open_world() as w:
        await w.document(w.say(w.anna, "/act alice 7"))
        listed = await w.reply(w.say(w.anna, "/history"))
        w.press(w.anna, listed, "resend")
        await w.bot.kill()
        w.bot.start()
        await w.document(listed)
        await w.document(w.say(w.anna, "/act alice 8"))
        assert len(w.vendor.journal.entries) == 2


async def test_who_is_revoked_gets_nothing_by_old_buttons(open_world: OpenWorld) -> None:
    async with open_world() as w:
        await w.document(w.say(w.anna, "/act alice 7", w.team))
        listed = await w.reply(w.say(w.anna, "/history", w.team))
        await w.revoke("user", w.anna.id)
        for button in ("resend", "resend"):
            assert await w.answered(w.press(w.anna, listed, button))
        await w.document(w.say(w.olga, "/act alice 8", w.team))
        assert not [message for message in w.telegram.messages(w.team) if message.reply_to is listed]
