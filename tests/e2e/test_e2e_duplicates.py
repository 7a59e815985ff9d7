"""The same invoice once more: asked about before anything is made, whoever intake, wherever."""

from sandbox.telegram.state import Message
from tests.e2e.conftest import OpenWorld
from tests.e2e.words import is_russian


def _doubts(message: Message) -> bool:
    return any((button.data or "").startswith("another:") for button in message.buttons)


async def test_the_same_invoice_is_asked_about(open_world: OpenWorld) -> None:
    async with open_world() as w:
        first = await w.document(w.say(w.anna, "/invoice alice 100 May"))

        again = w.say(w.olga, "/invoice alice 100,00 May")
        question = await w.reply(again, _doubts)
        assert is_russian(question.text)
        for fact in ("Anna", "9001"):
            assert fact in question.text
        await w.answered(w.press(w.olga, question, "sendthat"))
        sent = await w.document(again)
        assert sent.document is not None
        assert first.document is not None
        assert sent.document.content == first.document.content
        assert len(w.vendor.journal.entries) == 1

        third = w.say(w.anna, "/invoice alice 100 May", w.team)
        question = await w.reply(third, _doubts)
        # The question outlives the process, and its first answer counts.
        await w.reply(w.say(w.anna, "/queue", w.team))
        await w.bot.kill()
        w.bot.start()
        await w.answered(w.press(w.anna, question, "another"))
        await w.answered(w.press(w.anna, question, "another", stale=True))
        assert "9002" in (await w.document(third)).text

        fourth = w.say(w.anna, "/invoice alice 100 May")
        question = await w.reply(fourth, _doubts)
        await w.answered(w.press(w.anna, question, "forget"))
        await w.change(question, lambda message: not message.buttons)
        late = w.press(w.anna, question, "another", stale=True)
        assert await w.answered(late)
        assert late.answer is not None
        assert late.answer.alert

        # Another sum, service or sub-client is another invoice.
        for text in ("/invoice alice 101 May", "/invoice alice 100 June", "/invoice bob 100 May"):
            await w.document(w.say(w.anna, text))
        assert len(w.vendor.invoices) == 5
