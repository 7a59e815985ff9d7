"""Groups as bots live them: privacy mode, topics, anonymity, coming and going, upgrades, restrictions."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram import Update
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter

from sandbox.telegram import Impossible
from sandbox.telegram.state import GROUP_ANONYMOUS_BOT
from tests.sandbox.telegram_playground import NAME, TOKEN, Playground, playground

ANNA, BORIS, TEAM, FORUM = 100, 200, -1001, -1002
CHANNEL = -1009


@pytest.fixture
async def ground() -> AsyncIterator[Playground]:
    async with playground() as it:
        yield it


async def heard(ground: Playground) -> list[Update]:
    """Return the updates since the last look."""
    updates = list(await ground.bot.get_updates())
    if updates:
        await ground.bot.get_updates(offset=updates[-1].update_id + 1)
    return updates


async def texts(ground: Playground) -> list[str | None]:
    return [update.effective_message.text for update in await heard(ground) if update.effective_message]


async def test_privacy_mode_lets_through_what_is_meant_for_the_bot(ground: Playground) -> None:
    await ground.bot.send_message(TEAM, "Which client?")
    question = ground.telegram.messages(TEAM)[-1]
    say = ground.telegram.say
    say(ANNA, TEAM, "good morning")
    say(ANNA, TEAM, "/act")
    say(ANNA, TEAM, f"/act@{NAME} 7")
    say(ANNA, TEAM, "/act@other_bot 7")
    say(ANNA, TEAM, "see /act")
    say(BORIS, TEAM, "alice", reply_to=question)
    said = say(BORIS, TEAM, f"thanks @{NAME.upper()}")
    ground.telegram.edit(said, f"many thanks @{NAME}")
    ground.telegram.edit(say(BORIS, TEAM, "well"), "well well")
    updates = await heard(ground)
    assert [update.effective_message and update.effective_message.text for update in updates] == [
        "/act",
        f"/act@{NAME} 7",
        "alice",
        f"thanks @{NAME.upper()}",
        f"many thanks @{NAME}",
    ]
    assert updates[-1].edited_message is not None


async def test_an_admin_bot_hears_everything(ground: Playground) -> None:
    ground.telegram.say(ANNA, TEAM, "unheard")
    ground.telegram.set_admin(TEAM, NAME)
    ground.telegram.say(ANNA, TEAM, "heard")
    promoted, message = await heard(ground)
    assert promoted.my_chat_member is not None
    assert promoted.my_chat_member.new_chat_member.status == "administrator"
    assert message.message is not None
    assert message.message.text == "heard"


async def test_a_bare_command_goes_to_the_bot_that_wrote_last(ground: Playground) -> None:
    ground.telegram.add_bot("7002:other", "other_bot")
    ground.telegram.add_to_group(TEAM, "other_bot")
    ground.telegram.world.post(ground.team, ground.telegram.bot("other_bot").user, text="hi")
    ground.telegram.say(ANNA, TEAM, "/act")
    ground.telegram.say(ANNA, TEAM, f"/act@{NAME}")
    assert await texts(ground) == [None, f"/act@{NAME}"]


async def test_topics_come_and_go(ground: Playground) -> None:
    invoices = ground.telegram.topic(FORUM, "Invoices")
    ground.telegram.say(ANNA, FORUM, "/act", thread_id=invoices)
    ground.telegram.say(ANNA, FORUM, "/general")
    in_topic, in_general = (update.message for update in await heard(ground))
    assert in_topic is not None
    assert in_general is not None
    assert (in_topic.message_thread_id, in_topic.is_topic_message) == (invoices, True)
    assert in_topic.reply_to_message is not None
    assert in_topic.reply_to_message.forum_topic_created is not None
    assert (in_general.message_thread_id, in_general.is_topic_message) == (None, None)
    assert in_topic.chat.is_forum

    answer = await ground.bot.send_message(FORUM, "x", message_thread_id=invoices)
    follow_up = await ground.bot.send_message(FORUM, "y", reply_to_message_id=answer.message_id)
    assert answer.message_thread_id == follow_up.message_thread_id == invoices
    with pytest.raises(BadRequest, match="Message thread not found"):
        await ground.bot.send_message(FORUM, "x", message_thread_id=1)
    ground.telegram.delete_topic(FORUM, invoices)
    assert "x" not in [message.text for message in ground.telegram.messages(FORUM)]
    with pytest.raises(BadRequest, match="Message thread not found"):
        await ground.bot.send_message(FORUM, "x", message_thread_id=invoices)
    with pytest.raises(BadRequest, match="Message thread not found"):
        await ground.bot.send_chat_action(FORUM, "typing", message_thread_id=invoices)


async def test_nobody_can_be_told_behind_anonymity(ground: Playground) -> None:
    ground.telegram.add_channel(CHANNEL, "News")
    ground.telegram.say(ANNA, TEAM, "/act", as_chat=TEAM)
    ground.telegram.say(BORIS, TEAM, "/act", as_chat=CHANNEL)
    ground.telegram.forward_post(CHANNEL, TEAM, "/act")
    anonymous, channel, post = (update.message for update in await heard(ground))
    assert anonymous is not None
    assert anonymous.from_user is not None
    assert (anonymous.from_user.id, anonymous.sender_chat) == (GROUP_ANONYMOUS_BOT, anonymous.chat)
    assert channel is not None
    assert channel.sender_chat is not None
    assert channel.sender_chat.id == CHANNEL
    assert post is not None
    assert post.is_automatic_forward
    with pytest.raises(Impossible):
        ground.telegram.say(BORIS, TEAM, "/act", as_chat=TEAM)


async def test_a_kicked_bot_is_told_and_shut_out(ground: Playground) -> None:
    ground.telegram.remove_from_group(TEAM)
    ground.telegram.say(ANNA, TEAM, f"/act@{NAME}")
    told, farewell = await heard(ground)
    assert told.my_chat_member is not None
    assert (told.my_chat_member.from_user.id, told.my_chat_member.new_chat_member.status) == (ANNA, "kicked")
    assert farewell.message is not None
    assert farewell.message.left_chat_member is not None
    for call in (ground.bot.send_message(TEAM, "x"), ground.bot.get_chat(TEAM)):
        with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
            await call
    ground.telegram.add_to_group(TEAM, by=BORIS)
    told, hello = await heard(ground)
    assert told.my_chat_member is not None
    assert told.my_chat_member.from_user.id == BORIS
    assert hello.message is not None
    assert hello.message.new_chat_members[0].username == NAME
    await ground.bot.send_message(TEAM, "back")
    await ground.bot.leave_chat(TEAM)
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await ground.bot.send_message(TEAM, "x")


async def test_an_upgraded_group_sends_bots_to_the_new_one(ground: Playground) -> None:
    ground.telegram.add_group(-7, "Old team", [ANNA], kind="group", bots=[NAME])
    new = ground.telegram.upgrade(-7)
    leaving, arriving = (update.message for update in await heard(ground))
    assert leaving is not None
    assert arriving is not None
    assert (leaving.chat.id, leaving.migrate_to_chat_id) == (-7, new.id)
    assert (arriving.chat.id, arriving.migrate_from_chat_id) == (new.id, -7)
    with pytest.raises(ChatMigrated) as refused:
        await ground.bot.send_document(-7, b"x")
    assert refused.value.new_chat_id == new.id == -1000000000007
    await ground.bot.send_message(new.id, "x")
    with pytest.raises(Impossible):
        ground.telegram.say(ANNA, -7, "anybody here?")


async def test_restrictions_bind_plain_members(ground: Playground) -> None:
    ground.telegram.restrict(TEAM, documents=False)
    with pytest.raises(BadRequest, match="Not enough rights to send documents to the chat"):
        await ground.bot.send_document(TEAM, b"x")
    await ground.bot.send_message(TEAM, "words are fine")
    ground.telegram.restrict(TEAM, messages=False)
    with pytest.raises(BadRequest, match="Not enough rights to send text messages to the chat"):
        await ground.bot.send_message(TEAM, "x")
    ground.telegram.set_admin(TEAM)
    await ground.bot.send_document(TEAM, b"x")


async def test_slow_mode_makes_plain_members_wait(ground: Playground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # without it PTB warns at every RetryAfter
    await ground.bot.send_message(TEAM, "x")
    ground.telegram.restrict(TEAM, slow_mode=30)
    with pytest.raises(RetryAfter) as refused:
        await ground.bot.send_message(TEAM, "y")
    assert refused.value.retry_after in {timedelta(seconds=29), timedelta(seconds=30)}
    ground.telegram.set_admin(TEAM)
    await ground.bot.send_message(TEAM, "y")


async def test_only_an_admin_bot_deletes_what_others_wrote(ground: Playground) -> None:
    said = ground.telegram.say(ANNA, TEAM, "/act")
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await ground.bot.delete_message(TEAM, said.id)
    ground.telegram.set_admin(TEAM)
    await ground.bot.delete_message(TEAM, said.id)
    assert ground.telegram.messages(TEAM) == []


async def test_members_and_menus(ground: Playground) -> None:
    await ground.bot.set_my_commands([("start", "Begin")])
    await ground.bot.set_my_commands([("start", "Начать")], language_code="ru")
    await ground.bot.set_my_commands([("queue", "Queue")], scope={"type": "chat", "chat_id": TEAM})  # type: ignore[arg-type]
    menu = ground.telegram.menu
    assert [menu(user, user if user == ANNA else TEAM) for user in (ANNA, BORIS)] == [
        [{"command": "start", "description": "Начать"}],
        [{"command": "queue", "description": "Queue"}],
    ]
    assert [command.command for command in await ground.bot.get_my_commands()] == ["start"]
    await ground.bot.delete_my_commands(language_code="ru")
    assert menu(ANNA, ANNA) == [{"command": "start", "description": "Begin"}]
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await ground.bot.set_my_commands([("Старт", "x")])
    admins = await ground.bot.get_chat_administrators(TEAM)
    assert [(admin.user.id, admin.status) for admin in admins] == [(ANNA, "creator")]
    assert (await ground.bot.get_chat_member(TEAM, int(TOKEN.partition(":")[0]))).status == "member"
    assert (await ground.bot.get_chat_member_count(TEAM)) == 3
