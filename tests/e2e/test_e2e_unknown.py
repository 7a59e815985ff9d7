"""An invoice of which nobody knows whether it was made: the buttons that lead out, and who may press them."""

from collections.abc import Callable

from sandbox.smscentre.faults import PAGES, Cut
from sandbox.telegram.state import Message
from tests.e2e.conftest import OpenWorld
from tests.e2e.words import is_russian
from tests.e2e.world import World


def offers(action: str) -> Callable[[Message], bool]:
    """Return whether a message has a button of this action."""
    return lambda message: any((button.data or "").startswith(action + ":") for button in message.buttons)


async def unknown(w: World, text: str, *, made: bool, **how: object) -> tuple[Message, Message]:
    """Say a command whose answer gets lost; return it and what the bot says then."""
    w.vendor.faults.add(Cut("after") if made else PAGES["502"])
    asked = w.say(w.anna, text, **how)  # type: ignore[arg-type]
    return asked, await w.reply(asked, offers("exists"))


async def test_the_ways_out(open_world: OpenWorld) -> None:
    async with open_world() as w:
        asked, told = await unknown(w, "/invoice alice 100", made=True)
        await w.answered(w.press(w.anna, told, "exists"))
        question = await w.reply(told)
        assert question.forces_reply
        w.say(w.anna, "nine thousand", reply_to=question)
        corrected = await w.reply(w.said[-1].message)
        assert "9001" in corrected.text
        w.say(w.anna, "No. 9001", reply_to=question)
        pdf = await w.document(asked)
        assert "9001" in pdf.text
        await w.change(told, lambda message: "Anna" in message.text and not message.buttons)
        assert len(w.vendor.invoices) == 1

        asked, told = await unknown(w, "/invoice alice 200", made=False)
        await w.answered(w.press(w.anna, told, "missing"))
        await w.change(told, offers("create"))
        assert len(w.vendor.journal.entries) == 3
        await w.answered(w.press(w.anna, told, "back"))
        await w.change(told, offers("missing"))
        await w.answered(w.press(w.anna, told, "missing"))
        await w.change(told, offers("create"))
        for _ in range(2):
            await w.answered(w.press(w.anna, told, "create", stale=True))
        await w.document(asked)
        assert len(w.vendor.invoices) == 2

        asked, told = await unknown(w, "/invoice alice 300", made=True)
        await w.answered(w.press(w.anna, told, "close"))
        await w.change(told, lambda message: "Anna" in message.text and not message.buttons)
        late = w.press(w.anna, told, "missing", stale=True)
        assert "Anna" in await w.answered(late)
        assert len(w.vendor.invoices) == 3


async def test_two_people_press_at_once(open_world: OpenWorld) -> None:
    async with open_world() as w:
        await w.allow("user", w.ivan.id)
        asked, told = await unknown(w, "/invoice alice 100", made=False, chat=w.team)
        not_his = w.press(w.ivan, told, "close")
        assert await w.answered(not_his)
        assert not_his.answer is not None
        assert not_his.answer.alert

        listed = w.say(w.olga, "/unresolved")
        shown = await w.reply(listed, offers("exists"))
        assert "Anna" in shown.text
        assert is_russian(shown.text)
        for message, person in ((told, w.anna), (shown, w.olga)):
            await w.answered(w.press(person, message, "missing"))
            await w.change(message, offers("create"))
        presses = [w.press(w.anna, told, "create"), w.press(w.olga, shown, "create")]
        words = [await w.answered(press) for press in presses]
        lost = [press for press in presses if press.answer is not None and press.answer.alert]
        assert len(lost) == 1
        winner = next(press.user.first_name for press in presses if press is not lost[0])
        assert winner in words[presses.index(lost[0])]
        await w.document(asked)
        await w.change(shown, lambda message: winner in message.text)
        await w.change(told, lambda message: winner in message.text)
        assert len(w.vendor.invoices) == 1
        assert (await w.reply(w.say(w.olga, "/unresolved"))).buttons == []
