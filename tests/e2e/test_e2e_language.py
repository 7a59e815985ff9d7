"""`/language` and the menus: everybody is spoken to in their language, and offered what they may do."""

import pytest

from bot.commands.catalogue import COMMANDS
from bot.language.translator import LANGUAGES, Translator, read_catalogue
from sandbox.telegram.state import Chat, User
from tests.e2e.conftest import OpenWorld
from tests.e2e.words import is_russian
from tests.e2e.world import World

ADMINS_ONLY = {"logins", "unresolved", "pause", "resume", "access", "allow", "revoke", "audit"}


async def menu(w: World, person: User, *, russian: bool, admin: bool, chat: Chat | None = None) -> None:
    """Wait until a person is offered just the right menu."""

    def right() -> bool:
        offered = w.telegram.menu(person, chat or person.id)
        names = {command["command"] for command in offered}
        wanted = {command.name for command in COMMANDS} - (set() if admin else ADMINS_ONLY)
        return names == wanted and is_russian(" ".join(command["description"] for command in offered)) is russian

    await w.telegram.wait_for(right)


async def test_a_chosen_language_holds_everywhere(open_world: OpenWorld) -> None:
    async with open_world() as w:
        asked = await w.reply(w.say(w.anna, "/language"))
        assert [button.text for button in asked.buttons] == ["✓ As in Telegram", "English", "Русский"]
        assert is_russian(await w.answered(w.press_data(w.anna, asked, "speak:2")))
        await w.change(asked, lambda message: is_russian(message.text))
        assert asked.buttons[2].text == "✓ Русский"
        assert is_russian((await w.reply(w.say(w.anna, "/help", w.team))).text)
        assert "Акт" in (await w.document(w.say(w.anna, "/act alice 7"))).text

        # In a group everybody chooses for themselves, and the question stays.
        in_group = await w.reply(w.say(w.anna, "/language", w.team))
        await w.answered(w.press_data(w.olga, in_group, "speak:1"))
        assert not is_russian((await w.reply(w.say(w.olga, "/queue"))).text)
        await w.bot.kill()
        w.bot.start()
        assert not is_russian((await w.reply(w.say(w.olga, "/queue", w.team))).text)
        await w.answered(w.press_data(w.olga, in_group, "speak:0"))
        assert is_russian((await w.reply(w.say(w.olga, "/queue", w.team))).text)
        await w.answered(w.press_data(w.anna, in_group, "speak:1"))
        assert not is_russian((await w.reply(w.say(w.anna, "/help"))).text)


async def test_what_waits_is_told_in_the_new_language(open_world: OpenWorld) -> None:
    async with open_world(pace=1.0) as w:
        first, second = w.say(w.anna, "/act alice 7"), w.say(w.anna, "/act alice 8")
        asked = await w.reply(w.say(w.anna, "/language"))
        w.press_data(w.anna, asked, "speak:2")
        await w.document(first)
        assert "Акт" in (await w.document(second)).text


async def test_menus_by_scope_language_and_rights(open_world: OpenWorld) -> None:
    async with open_world() as w:
        await menu(w, w.anna, russian=False, admin=False)
        await menu(w, w.olga, russian=True, admin=True)
        await menu(w, w.olga, russian=True, admin=False, chat=w.team)
        await menu(w, w.anna, russian=False, admin=False, chat=w.team)
        asked = await w.reply(w.say(w.olga, "/language"))
        w.press_data(w.olga, asked, "speak:1")
        await menu(w, w.olga, russian=False, admin=True)
        w.press_data(w.olga, asked, "speak:0")
        await menu(w, w.olga, russian=True, admin=True)
        sets = len(w.telegram.journal.of("setMyCommands"))
        await w.bot.kill()
        w.bot.start()
        await w.reply(w.say(w.anna, "/queue"))
        # One more if the kill came before it could note its last call.
        assert len(w.telegram.journal.of("setMyCommands")) <= sets + 1
        assert w.telegram.journal.of("getMyCommands") == []


async def test_the_menu_follows_the_rights(open_world: OpenWorld) -> None:
    async with open_world() as w:
        await menu(w, w.anna, russian=False, admin=False)
        sure = await w.reply(w.say(w.olga, f"/allow {w.anna.id} admin"))
        await w.answered(w.press(w.olga, sure, "letinsure"))
        await menu(w, w.anna, russian=False, admin=True)
        await w.reply(w.say(w.olga, f"/allow {w.anna.id} manager"))
        await menu(w, w.anna, russian=False, admin=False)


async def test_no_trouble_with_menus_holds_anything_up(open_world: OpenWorld) -> None:
    async with open_world(start=False) as w:
        w.telegram.faults.server_error("setMyCommands", count=2)
        w.telegram.faults.hang("setMyCommands", skip=1)
        w.bot.start()
        await w.document(w.say(w.anna, "/act alice 7"))
        w.telegram.faults.clear()


async def test_help_tells_what_the_asker_may_do_here(open_world: OpenWorld) -> None:
    async with open_world() as w:
        for person, chat, hidden in (
            (w.anna, None, ADMINS_ONLY),
            (w.anna, w.team, ADMINS_ONLY),
            (w.olga, None, set[str]()),
            (w.olga, w.team, {"access", "audit"}),
        ):
            told = (await w.reply(w.say(person, "/help", chat))).text
            lines = {line.split()[0] for line in told.splitlines() if line.startswith("/")}
            assert lines == {f"/{command.name}" for command in COMMANDS} - {f"/{name}" for name in hidden}


@pytest.mark.parametrize("language", LANGUAGES)
def test_menus_are_what_telegram_takes(language: str) -> None:
    t = Translator(language, read_catalogue(language))
    for command in COMMANDS:
        says = command.says(t)
        assert 3 <= len(says) <= 100
        assert says == says.striptags()
        assert says[0].islower() or says.startswith("SMS")
