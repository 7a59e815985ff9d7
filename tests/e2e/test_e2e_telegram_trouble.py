"""What Telegram and its people do to a bot: the document comes all the same, or somebody learns why not."""

from sandbox.smscentre.faults import Delay
from sandbox.telegram.state import ChatKind, Message
from tests.e2e.conftest import OpenWorld
from tests.e2e.world import IVAN, WAIT_S, World


def has_document(message: Message) -> bool:
    return message.document is not None


async def test_floods_errors_and_broken_connections(open_world: OpenWorld) -> None:
    async with open_world() as w:
        w.telegram.faults.too_many_requests("sendDocument", retry_after=1)
        await w.document(w.say(w.anna, "/act alice 7"))
        w.telegram.faults.server_error("sendDocument", status=502)
        await w.document(w.say(w.anna, "/act alice 8"))
        w.telegram.faults.cut("sendDocument")
        await w.document(w.say(w.anna, "/act bob 7"))
        w.telegram.faults.garble("sendMessage")
        await w.reply(w.say(w.anna, "/whoami"))
        w.telegram.faults.cut("getUpdates", accepted=True)
        await w.document(w.say(w.anna, "/invoice alice 100"))
        assert len(w.telegram.documents(w.anna.id)) == 4

        w.telegram.faults.cut("sendDocument", accepted=True)
        asked = w.say(w.anna, "/invoice alice 200")
        await w.called("sendDocument", 9)
        assert sum(message.reply_to is asked for message in w.telegram.messages(w.anna.id)) == 2
        assert len(w.vendor.invoices) == 2
        # What is only a courtesy must not hold anything up.
        w.telegram.faults.server_error("sendChatAction", count=None)
        await w.document(w.say(w.anna, "/act bob 8"))


async def test_a_status_message_goes_although_its_deletion_fails_once(open_world: OpenWorld) -> None:
    async with open_world(pace=3) as w:
        w.say(w.anna, "/act alice 7")
        second = w.say(w.anna, "/act alice 8")
        status = await w.status(second)
        w.telegram.faults.server_error("deleteMessage")
        await w.document(second)
        await w.called("deleteMessage", 2)
        assert status.deleted
        refused, done = w.telegram.journal.of("deleteMessage")
        assert (refused.accepted, done.accepted) == (False, True)


async def test_chats_that_take_nothing(open_world: OpenWorld) -> None:
    async with open_world(pace=1.2) as w:
        await w.document(w.say(w.anna, "/act alice 7"))
        blocked = w.say(w.anna, "/act alice 8")
        w.telegram.block(w.anna)
        w.without_answer.add(blocked.id)
        note = await w.message(w.olga, lambda message: "Anna" in message.text)
        assert "blocked" in note.text
        w.telegram.unblock(w.anna)

        w.telegram.restrict(w.team, documents=False)
        w.say(w.anna, "/invoice alice 100", w.team)
        moved = await w.message(w.anna, has_document, after=blocked)
        assert moved.document is not None
        assert "100.00" in moved.text
        note = await w.message(w.olga, lambda message: "document" in message.text, after=note)
        assert str(w.team.id) in note.text
        w.telegram.restrict(w.team)

        w.say(w.anna, "/act bob 7", w.team)
        await w.requests(3)
        w.telegram.remove_from_group(w.team)
        await w.message(w.anna, has_document, after=moved)
        note = await w.message(w.olga, lambda message: "bob" in message.text, after=note)
        assert str(w.team.id) in note.text


async def test_what_changes_between_command_and_answer(open_world: OpenWorld) -> None:
    async with open_world(pace=0.3) as w:
        await w.allow("user", IVAN)
        forum = w.telegram.add_group(-1000000000600, "Forum", [w.anna], topics=["Bills"], bots=["docsbot_bot"])
        club = w.telegram.add_group(-700, "Club", [w.ivan], kind=ChatKind.GROUP, bots=["docsbot_bot"])
        for chat in (forum, club):
            await w.allow("chat", chat.id)
        w.vendor.faults.add(Delay(0.4), times=3)
        topic = w.telegram.topic(forum, "Bills")
        in_topic = w.say(w.anna, "/act alice 8", forum, thread_id=topic)
        deleted = w.say(w.anna, "/invoice alice 100", w.team)
        in_club = w.say(w.ivan, "/invoice alice 200", club)
        await w.requests(1)
        w.telegram.delete_topic(forum, topic)
        w.telegram.delete(deleted)
        upgraded = w.telegram.upgrade(club)
        w.moved[club.id] = upgraded.id
        w.ever_on_list.add(upgraded.id)
        w.on_list.add(upgraded.id)

        found = await w.telegram.next_message(forum, after=in_topic, where=has_document, timeout=WAIT_S)
        assert found.thread_id is None
        await w.telegram.next_message(w.team, after=deleted, where=has_document, timeout=WAIT_S)
        await w.telegram.next_message(upgraded, where=has_document, timeout=WAIT_S)
        # The allowlist went along.
        await w.document(w.say(w.ivan, "/getinvoice alice 9001", upgraded))
        assert in_club.chat is club
        assert len(w.vendor.invoices) == 2


async def test_a_revoked_token_ends_the_process(open_world: OpenWorld) -> None:
    async with open_world() as w:
        await w.document(w.say(w.anna, "/act alice 7"))
        w.telegram.faults.unauthorized()
        w.telegram.say(w.ivan, w.ivan.id, "hello")  # wakes the poll that hangs
        assert await w.bot.exit_code() == 1
        assert "TELEGRAM_TOKEN" in _last_line(w)


async def test_telegram_away_at_the_start(open_world: OpenWorld) -> None:
    async with open_world(start=False) as w:
        w.telegram.faults.server_error("getMe")
        w.telegram.faults.cut("deleteWebhook")
        asked = w.say(w.anna, "/act alice 7")
        w.bot.start()
        await w.document(asked)


async def test_a_refused_token_ends_the_start(open_world: OpenWorld) -> None:
    async with open_world(start=False) as w:
        w.telegram.faults.unauthorized("getMe")
        w.bot.start()
        assert await w.bot.exit_code() == 2
        assert "TELEGRAM_TOKEN" in _last_line(w)


def _last_line(w: World) -> str:
    return w.bot.log.rstrip().rpartition("\n")[2]
