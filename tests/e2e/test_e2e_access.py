"""A team's whole life in the chat: people ask, admins decide, groups come and go, and old buttons do nothing."""

from collections.abc import Callable

from sandbox.smscentre.faults import Fail
from sandbox.smscentre.refusals import ErrorCode
from sandbox.telegram.state import CallbackQuery, Message, User
from tests.e2e.conftest import OpenWorld
from tests.e2e.words import is_russian
from tests.e2e.world import TWO_LOGINS, World


def has(action: str) -> Callable[[Message], bool]:
    """Return whether a message has a button that does this."""
    return lambda message: any((button.data or "").partition(":")[0] == action for button in message.buttons)


async def pressed(w: World, person: User, message: Message, action: str, *, stale: bool = False) -> CallbackQuery:
    """Press a button and wait for the answer to the press."""
    query = w.press(person, message, action, stale=stale)
    await w.telegram.wait_for(lambda: query.answer)
    return query


async def test_an_admin_with_a_phone_runs_a_team(open_world: OpenWorld) -> None:
    async with open_world(SMSC_ACCOUNTS=TWO_LOGINS) as w:
        boris = w.telegram.add_user(1004, "Борис", "boris", language_code="ru")
        greeting = await w.reply(w.say(w.ivan, "/start"))
        assert str(w.ivan.id) in greeting.text
        await pressed(w, w.ivan, greeting, "petition")
        card = await w.message(w.olga, has("asmanager"))
        assert "Ivan" in card.text
        assert "Sales" in card.text
        await pressed(w, w.olga, card, "asmanager")
        w.let_in(w.ivan.id)
        await w.message(w.ivan, lambda message: "/help" in message.text and message.id > greeting.id)

        asked = await w.reply(w.say(boris, "привет"))
        assert is_russian(asked.text)
        await pressed(w, boris, asked, "petition")
        card = await w.message(w.olga, lambda message: "Борис" in message.text)
        assert "@boris" in card.text
        await pressed(w, w.olga, card, "asmanager")
        w.let_in(boris.id)

        club = w.telegram.add_group(-1000000000600, "Club", [boris, w.olga, w.ivan], topics=["Bills"])
        w.telegram.add_to_group(club, by=w.olga)
        card = await w.message(w.olga, has("letgroup"))
        w.press_data(w.olga, card, next(b.data or "" for b in card.buttons if "beta" in b.text))
        await w.change(card, has("everyone"))
        w.let_in(club.id)
        topic = w.telegram.topic(club, "Bills")
        made = w.say(boris, "/invoice@docsbot_bot alice 1500", club, thread_id=topic)
        await w.document(made)
        assert w.vendor.journal.entries[-1].login == "beta"
        assert [message.thread_id for message in club.visible() if message.document] == [topic]

        audit = await w.reply(w.say(w.olga, "/audit"))
        assert "Club" in audit.text
        assert "Борис" in audit.text
        await pressed(w, w.olga, audit, "auditfile")
        file = await w.message(w.olga, lambda message: message.document is not None)
        assert file.document is not None
        assert "petition: manager" in file.document.content.decode("utf-8-sig")

        w.vendor.faults.add(Fail(ErrorCode.CREATION))
        failed = await w.reply(w.say(boris, "/invoice@docsbot_bot alice 1600", club, thread_id=topic))
        gone = await w.reply(w.say(w.olga, f"/revoke {boris.id}"))
        assert str(boris.id) in gone.text
        w.put_out(boris.id)
        sent = len(w.vendor.journal.entries)
        query = await pressed(w, boris, failed, "again")
        assert query.answer is not None
        assert query.answer.alert
        w.say(boris, "/invoice@docsbot_bot alice 1700", club, thread_id=topic)
        await w.reply(w.say(boris, "/act alice 7"))
        await w.document(w.say(w.ivan, "/act@docsbot_bot alice 7", club, thread_id=topic))
        assert len(w.vendor.journal.entries) == sent + 1


async def test_the_first_decision_wins_and_every_card_shows_it(open_world: OpenWorld) -> None:
    async with open_world(ADMIN_IDS="1002,1001") as w:
        w.telegram.chat(w.anna.id).started = True
        greeting = await w.reply(w.say(w.ivan, "/start"))
        await pressed(w, w.ivan, greeting, "petition")
        of_olga, of_anna = await w.message(w.olga, has("refuse")), await w.message(w.anna, has("refuse"))
        await pressed(w, w.anna, of_anna, "refuse")
        await w.change(of_olga, lambda message: "Anna" in message.text and not message.buttons)
        late = await pressed(w, w.olga, of_olga, "asadmin", stale=True)
        assert late.answer is not None
        assert late.answer.alert
        await w.message(w.ivan, lambda message: message.id > greeting.id)
        refused = await pressed(w, w.ivan, greeting, "petition", stale=True)
        assert refused.answer is not None
        assert refused.answer.alert
        assert len([message for message in w.telegram.messages(w.olga.id) if has("refuse")(message)]) == 0


async def test_cards_and_answers_that_a_crash_cut_off_come_after_the_start(open_world: OpenWorld) -> None:
    async with open_world() as w:
        greeting = await w.reply(w.say(w.ivan, "/start"))
        w.telegram.faults.hang("sendMessage", count=None)
        await pressed(w, w.ivan, greeting, "petition")
        await w.telegram.wait_for(lambda: w.telegram.journal.of("sendMessage")[-1:])
        await w.bot.kill()
        w.telegram.faults.clear()
        w.bot.start()
        card = await w.message(w.olga, has("asmanager"))
        w.telegram.faults.hang("sendMessage", count=None)
        w.press(w.olga, card, "asmanager")
        await w.change(card, lambda message: not message.buttons)
        await w.bot.kill()
        w.telegram.faults.clear()
        w.let_in(w.ivan.id)
        w.bot.start()
        await w.message(w.ivan, lambda message: "/help" in message.text and message.id > greeting.id)
        assert len([one for one in w.telegram.messages(w.olga.id) if "Ivan" in one.text]) == 1


async def test_a_group_that_a_stranger_brings_is_left_or_let_in(open_world: OpenWorld) -> None:
    async with open_world() as w:
        w.telegram.chat(w.anna.id).started = True
        club = w.telegram.add_group(-1000000000600, "Club", [w.ivan, w.anna])
        w.telegram.add_to_group(club, by=w.ivan)
        card = await w.message(w.olga, has("leave"))
        assert "Ivan" in card.text
        w.say(w.anna, "/act@docsbot_bot alice 7", club)
        await pressed(w, w.olga, card, "leave")
        await w.called("leaveChat")
        assert [message for message in club.visible() if message.sender.is_bot and not message.service] == []

        den = w.telegram.add_group(-1000000000601, "Den", [w.ivan, w.anna])
        w.telegram.add_to_group(den, by=w.anna)
        card = await w.message(w.olga, lambda message: "Den" in message.text)
        await pressed(w, w.olga, card, "letgroup")
        w.let_in(den.id)
        await w.message(w.anna, lambda message: "Den" in message.text)
        refused = w.say(w.ivan, "/act@docsbot_bot alice 7", den)
        assert str(w.ivan.id) in (await w.reply(refused)).text
        await w.change(card, has("everyone"))
        await pressed(w, w.olga, card, "everyone")
        w.on_list.add(w.ivan.id)
        w.ever_on_list.add(w.ivan.id)
        await w.document(w.say(w.ivan, "/act@docsbot_bot alice 7", den))
        not_manager = await w.reply(w.say(w.ivan, "/logins@docsbot_bot", den))
        assert "demo" not in not_manager.text


async def test_what_waits_for_a_group_that_removes_the_bot_comes_in_private(open_world: OpenWorld) -> None:
    async with open_world(pace=3) as w:
        w.telegram.chat(w.anna.id).started = True
        await w.document(w.say(w.anna, "/act alice 7", w.team))
        late = w.say(w.anna, "/act alice 8", w.team)
        await w.status(late)
        w.telegram.remove_from_group(w.team, by=w.ivan)
        await w.message(w.olga, lambda message: "Sales" in message.text and str(w.ivan.id) in message.text)
        w.put_out(w.team.id)
        w.without_answer.add(late.id)  # in the group, that is
        found = await w.message(w.anna, lambda message: message.document is not None)
        assert "8" in found.text

        w.telegram.add_to_group(w.team, by=w.ivan)
        await w.message(w.olga, has("letgroup"))
        w.say(w.anna, "/act@docsbot_bot alice 7", w.team)
        w.telegram.remove_from_group(w.team, by=w.ivan)
        card = await w.message(w.olga, lambda message: "Sales" in message.text and not message.buttons)
        w.telegram.add_to_group(w.team, by=w.olga)
        await w.message(w.olga, lambda message: "/access" in message.text and message.id > card.id)
        w.let_in(w.team.id)
        await w.document(w.say(w.anna, "/act@docsbot_bot alice 7", w.team))


async def test_allow_and_revoke_by_reply_by_contact_and_by_id(open_world: OpenWorld) -> None:
    async with open_world(SMSC_ACCOUNTS=TWO_LOGINS) as w:
        theirs = w.say(w.ivan, "hello", w.team)
        allowed = await w.reply(w.say(w.olga, "/allow@docsbot_bot until 2099-01-31 beta demo", w.team, reply_to=theirs))
        assert "31.01.2099" in allowed.text
        assert not allowed.buttons
        w.let_in(w.ivan.id)

        choose = await w.reply(w.say(w.ivan, "/use@docsbot_bot", w.team))
        w.press_data(w.ivan, choose, next(b.data or "" for b in choose.buttons if b.text == "demo"))
        await w.change(choose, lambda message: not message.buttons)
        await w.document(w.say(w.ivan, "/act@docsbot_bot alice 7", w.team))
        await w.document(w.say(w.ivan, "/act alice 8"))
        assert [entry.login for entry in w.vendor.journal.entries] == ["demo", "beta"]
        assert "demo" in (await w.reply(w.say(w.ivan, "/whoami@docsbot_bot", w.team))).text

        only_in_private = await w.reply(w.say(w.olga, "/access@docsbot_bot", w.team))
        assert not only_in_private.buttons
        revoked = await w.reply(w.say(w.olga, "/revoke@docsbot_bot", w.team, reply_to=theirs))
        assert str(w.ivan.id) in revoked.text
        w.put_out(w.ivan.id)

        last = w.say(w.olga, "/access")
        await w.reply(last)
        w.telegram.share_contact(w.olga, w.olga.id, w.ivan)
        contact = await w.message(w.olga, has("letin"), after=last)
        await pressed(w, w.olga, contact, "letin")
        w.let_in(w.ivan.id)
        await w.change(contact, has("role"))
        for action, then in (("until", "till"), ("till", "role"), ("role", "delist"), ("delist", "delisted")):
            await pressed(w, w.olga, contact, action)
            await w.change(contact, has(then))
        await pressed(w, w.olga, contact, "delisted")
        w.put_out(w.ivan.id)
        await w.change(contact, lambda message: not has("delist")(message) and has("list")(message))
        again = await pressed(w, w.olga, contact, "role", stale=True)
        assert again.answer is not None
        assert again.answer.alert
        assert str(w.ivan.id) in (await w.reply(w.say(w.ivan, "/act alice 9"))).text

        for words in ("/allow", "/allow @ivan", "/allow 1003 until 2000-01-01", "/allow 1003 boss", "/revoke 1002"):
            assert is_russian((await w.reply(w.say(w.olga, words))).text), words
        assert "/allow" not in (await w.reply(w.say(w.anna, "/allow 1003"))).text


async def test_rights_are_asked_at_the_press_not_when_the_button_was_made(open_world: OpenWorld) -> None:
    async with open_world() as w:
        sure = await w.reply(w.say(w.olga, f"/allow {w.anna.id} admin"))
        await pressed(w, w.olga, sure, "letinsure")
        await w.change(sure, has("role"))
        access = await w.reply(w.say(w.anna, "/access"))
        await w.reply(w.say(w.olga, f"/allow {w.anna.id} manager"))
        refused = await pressed(w, w.anna, access, "entry")
        assert refused.answer is not None
        assert refused.answer.alert
        assert "Sales" not in refused.answer.text
        for words in ("/access", "/audit", "/allow 1003", "/revoke 1002"):
            answer = await w.reply(w.say(w.anna, words))
            assert not answer.buttons
            assert "1003" not in answer.text


async def test_an_upgraded_group_keeps_everything(open_world: OpenWorld) -> None:
    async with open_world(SMSC_ACCOUNTS=TWO_LOGINS) as w:
        club = w.telegram.add_group(-600, "Club", [w.anna], kind="group", bots=["docsbot_bot"])
        await w.reply(w.say(w.olga, "/allow chat -600 everyone"))
        w.let_in(club.id)
        await w.reply(w.say(w.olga, f"/allow {w.anna.id} demo beta"))
        choose = await w.reply(w.say(w.anna, "/use@docsbot_bot", club))
        w.press_data(w.anna, choose, next(b.data or "" for b in choose.buttons if b.text == "beta"))
        await w.change(choose, lambda message: not message.buttons)
        new = w.telegram.upgrade(club)
        w.moved[club.id] = new.id
        w.let_in(new.id)
        await w.document(w.say(w.anna, "/act@docsbot_bot alice 7", new))
        assert w.vendor.journal.entries[-1].login == "beta"
