"""The main job: managers type commands, in private and in groups, and get their PDFs."""

import asyncio

from sandbox.smscentre.faults import Delay
from tests.e2e.conftest import OpenWorld


async def test_invoice_act_and_getinvoice_in_private(open_world: OpenWorld) -> None:
    async with open_world(CURRENCY="₽") as w:
        asked = w.say(w.anna, "/invoice alice 1 500,50 ₽ SMS for May")
        invoice = await w.document(asked)
        assert invoice.document is not None
        assert invoice.document.content in w.tap.bodies[-1]
        assert invoice.document.name == "invoice-9001-alice.pdf"
        assert invoice.document.mime_type == "application/pdf"
        assert "9001" in invoice.text
        assert "alice" in invoice.text
        assert "1,500.50" in invoice.text
        assert "SMS for May" in invoice.text
        assert [str(made.amount) for made in w.vendor.invoices] == ["1500.50"]

        for command, name, of in (
            ("/act alice 7", "act-7-alice.pdf", "No. 7"),
            ("/act #101 id:10103", "act-id10103-101.pdf", "10103"),
            ("/getinvoice id:101 9001", "invoice-9001-101.pdf", "9001"),
        ):
            asked = w.say(w.anna, command)
            got = await w.document(asked)
            assert got.document is not None
            assert got.document.content == w.tap.bodies[-1]
            assert got.document.name == name
            assert of in got.text
        fetched, created = w.telegram.documents(w.anna.id)[-1], invoice.document
        assert fetched.content == created.content
        # All went out at once, so there was nothing to tell: four commands, four answers.
        assert w.telegram.actions(w.anna.id) == []
        assert len(w.telegram.journal.of("sendDocument")) == 4
        assert w.telegram.journal.of("sendMessage") == []


async def test_what_waits_tells_its_place_and_its_time(open_world: OpenWorld) -> None:
    async with open_world(pace=3) as w:
        w.vendor.faults.add(Delay(0.3))
        first, second, third = (w.say(w.olga, f"/act alice {num}") for num in ("7", "8", "А-15/2026"))
        status = await w.status(third)
        assert "2" in status.text
        assert ":" in status.text
        await w.document(first)
        before = status.text
        await w.document(second)
        await w.change(status, lambda message: message.text != before or message.deleted)
        act = await w.document(third)
        assert act.document is not None
        assert "15" in act.document.name
        await w.settle()
        assert status.deleted


async def test_groups_topics_and_names(open_world: OpenWorld) -> None:
    async with open_world() as w:
        forum = w.telegram.add_group(-1000000000600, "Forum", [w.anna], topics=["Bills"], bots=["docsbot_bot"])
        await w.allow("chat", forum.id)
        topic = w.telegram.topic(forum, "Bills")

        in_group = w.say(w.anna, "/invoice@docsbot_bot alice 10", w.team)
        assert (await w.document(in_group)).chat is w.team
        in_topic = w.say(w.anna, "/act alice 7", forum, thread_id=topic)
        assert (await w.document(in_topic)).thread_id == topic
        in_general = w.say(w.anna, "/act alice 8", forum)
        assert (await w.document(in_general)).thread_id is None

        for ignored in ("/invoice@other_bot alice 20", "hello", "an /invoice alice 30 in a sentence"):
            w.say(w.anna, ignored, w.team)
        w.telegram.edit(in_group, "/invoice@docsbot_bot alice 40")
        await w.telegram.next_message(w.team.id, where=lambda message: "anew" in message.text)
        last = w.say(w.anna, "/getinvoice alice 9001", w.team)
        await w.document(last)
        assert len(w.vendor.invoices) == 1
        assert len(w.vendor.journal.entries) == 4


async def test_the_act_of_nobody_in_particular(open_world: OpenWorld) -> None:
    """`/act 7` asks whose; a press or a reply answers; `/client` makes the question unnecessary."""
    async with open_world() as w:
        asked = w.say(w.anna, "/act 7")
        question = await w.reply(asked)
        assert question.forces_reply
        w.say(w.anna, "#101", reply_to=question)
        assert (await w.document(asked)).document is not None
        await w.change(question, lambda message: message.deleted)

        again = w.say(w.anna, "/act 8")
        question = await w.reply(again)
        assert [button.text for button in question.buttons] == ["#101"]
        presses = [w.press(w.anna, question, "whose") for _ in range(2)]
        await w.document(again)
        await asyncio.gather(*map(w.answered, presses))

        chosen = w.say(w.anna, "/client alice")
        assert "alice" in (await w.reply(chosen)).text
        third = w.say(w.anna, "/act А-15/2026")
        assert "alice" in (await w.document(third)).text
        assert len(w.vendor.journal.entries) == 3
