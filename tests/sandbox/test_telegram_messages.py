"""What a bot writes, edits, deletes and uploads, through python-telegram-bot over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, RetryAfter

from sandbox.telegram import Impossible, rules
from sandbox.telegram.limits import Limits, Rate
from tests.sandbox.telegram_playground import Playground, playground

ANNA, BORIS, TEAM = 100, 200, -1001
STRANGER = 999
PDF = b"%PDF-1.7\r\n\x00\xff\n" * 5000

Act = Callable[[Playground], Awaitable[object]]


@pytest.fixture
async def ground() -> AsyncIterator[Playground]:
    async with playground() as it:
        yield it


def keyboard(*buttons: tuple[str, str]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=data)] for text, data in buttons])


async def test_a_message_keeps_its_text_entities_and_place(ground: Playground) -> None:
    asked = ground.telegram.say(ANNA, TEAM, "/act@docs_bot")
    sent = await ground.bot.send_message(
        TEAM,
        "  <b>Счёт</b> №&nbsp;1 &lt;a&gt; <a href='tg://user?id=100'>Анна</a>\n".replace("&nbsp;", " "),
        parse_mode="HTML",
        reply_parameters=ReplyParameters(asked.id),
    )
    assert sent.text == "Счёт № 1 <a> Анна"
    assert [(entity.type, entity.offset, entity.length) for entity in sent.entities] == [
        ("bold", 0, 4),
        ("text_mention", 13, 4),
    ]
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.message_id == asked.id
    seen = ground.telegram.messages(TEAM)[-1]
    assert (seen.text, seen.reply_to, seen.sender.username) == ("Счёт № 1 <a> Анна", asked, "docs_bot")


async def test_a_document_comes_back_byte_for_byte(ground: Playground) -> None:
    sent = await ground.bot.send_document(ANNA, PDF, filename="счёт 1.pdf", caption="№ <i>1</i>", parse_mode="HTML")
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.mime_type, sent.document.file_size) == (
        "счёт 1.pdf",
        "application/pdf",
        len(PDF),
    )
    assert (sent.caption, sent.text) == ("№ 1", None)
    assert ground.telegram.documents(ANNA)[0].content == PDF
    again = await ground.bot.send_document(TEAM, sent.document.file_id)
    assert again.document is not None
    file = await again.document.get_file()
    assert bytes(await file.download_as_bytearray()) == PDF


async def test_edits_and_deletion_are_what_people_see(ground: Playground) -> None:
    sent = await ground.bot.send_message(ANNA, "wait", reply_markup=keyboard(("Cancel", "cancel")))
    seen = ground.telegram.messages(ANNA)[-1]
    assert [button.text for button in seen.buttons] == ["Cancel"]
    edited = await sent.edit_text("done")
    assert isinstance(edited, type(sent))
    assert (edited.text, edited.edit_date is None, edited.reply_markup) == ("done", False, None)
    assert (seen.text, seen.buttons) == ("done", [])
    await sent.edit_reply_markup(keyboard(("A", "a")))
    assert [button.data for button in seen.buttons] == ["a"]
    await sent.delete()
    assert seen.deleted
    assert seen not in ground.telegram.messages(ANNA)


async def test_a_pressed_button_is_answered_once(ground: Playground) -> None:
    await ground.bot.send_message(TEAM, "sure?", reply_markup=keyboard(("Yes", "yes:1")))
    asked = ground.telegram.messages(TEAM)[-1]
    pressed = ground.telegram.press(BORIS, asked, "Yes")
    (update,) = await ground.bot.get_updates()
    query = update.callback_query
    assert query is not None
    assert query.message is not None
    assert (query.data, query.from_user.id, query.message.message_id) == ("yes:1", BORIS, asked.id)
    assert query.from_user.language_code == "en"
    await ground.bot.answer_callback_query(query.id, "Done", show_alert=True)
    assert pressed.answer is not None
    assert (pressed.answer.text, pressed.answer.alert) == ("Done", True)
    with pytest.raises(BadRequest, match="Query is too old"):
        await ground.bot.answer_callback_query(query.id)


async def test_only_a_stale_screen_offers_buttons_that_are_gone(ground: Playground) -> None:
    sent = await ground.bot.send_message(ANNA, "sure?", reply_markup=keyboard(("Yes", "yes")))
    asked = ground.telegram.messages(ANNA)[-1]
    await sent.edit_reply_markup(None)
    with pytest.raises(Impossible):
        ground.telegram.press(ANNA, asked, "Yes")
    await sent.delete()
    ground.telegram.press(ANNA, asked, "Yes", stale=True)
    (update,) = await ground.bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.message is not None
    assert not update.callback_query.message.is_accessible


async def test_chat_actions_and_forced_replies_are_shown(ground: Playground) -> None:
    await ground.bot.send_chat_action(ANNA, ChatAction.UPLOAD_DOCUMENT)
    assert [action.action for action in ground.telegram.actions(ANNA)] == ["upload_document"]
    sent = await ground.bot.send_message(ANNA, "Which?", reply_markup=ForceReply(selective=True))
    assert ground.telegram.messages(ANNA)[-1].forces_reply
    assert sent.reply_markup is None
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await sent.edit_text("too late")


async def test_the_next_message_is_waited_for(ground: Playground) -> None:
    asked = ground.telegram.say(ANNA, ANNA, "/help")
    waiting = asyncio.ensure_future(ground.telegram.next_message(ANNA, after=asked))
    await ground.bot.send_message(ANNA, "here you are")
    assert (await waiting).text == "here you are"
    with pytest.raises(TimeoutError, match="here you are"):
        await ground.telegram.next_message(ANNA, after=await waiting, timeout=0.01)


REFUSALS: dict[str, tuple[Act, str]] = {
    "empty": (lambda ground: ground.bot.send_message(ANNA, ""), "Message text is empty"),
    "blank": (lambda ground: ground.bot.send_message(ANNA, " \n"), "Text must be non-empty"),
    "long": (lambda ground: ground.bot.send_message(ANNA, "ы" * 4097), "Message is too long"),
    "long caption": (
        lambda ground: ground.bot.send_document(ANNA, PDF, caption="ы" * 1025),
        "Message caption is too long",
    ),
    "html": (
        lambda ground: ground.bot.send_message(ANNA, "<b>x", parse_mode="HTML"),
        """Can't parse entities: can't find end tag corresponding to start tag "b\"""",
    ),
    "parse mode": (lambda ground: ground.bot.send_message(ANNA, "x", parse_mode="BBCode"), "Unsupported parse_mode"),
    "unknown chat": (lambda ground: ground.bot.send_message(STRANGER, "x"), "Chat not found"),
    "unknown group": (lambda ground: ground.bot.send_message(-5, "x"), "Chat not found"),
    "name": (lambda ground: ground.bot.send_message("@nobody", "x"), "Chat not found"),
    "edit nothing": (lambda ground: ground.bot.edit_message_text("x", ANNA, 99), "Message to edit not found"),
    "edit another's": (lambda ground: ground.bot.edit_message_text("x", ANNA, 1), "Message can't be edited"),
    "delete nothing": (lambda ground: ground.bot.delete_message(ANNA, 99), "Message to delete not found"),
    "reply to nothing": (
        lambda ground: ground.bot.send_message(ANNA, "x", reply_to_message_id=99),
        "Message to be replied not found",
    ),
    "button": (
        lambda ground: ground.bot.send_message(ANNA, "x", reply_markup=keyboard(("x", "ы" * 33))),
        "Button_data_invalid",
    ),
    "action": (lambda ground: ground.bot.send_chat_action(ANNA, "dancing"), "Wrong parameter action in request"),
    "query": (lambda ground: ground.bot.answer_callback_query("1"), "Query is too old and response timeout expired"),
    "empty file": (lambda ground: ground.bot.send_document(ANNA, b""), "File must be non-empty"),
    "unknown file": (lambda ground: ground.bot.send_document(ANNA, "BQAC"), "Wrong file identifier/http url specified"),
    "topic in private": (
        lambda ground: ground.bot.send_message(ANNA, "x", message_thread_id=2),
        "Message thread not found",
    ),
    "topic in a group": (
        lambda ground: ground.bot.send_message(TEAM, "x", message_thread_id=2),
        "Message thread not found",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
async def test_what_telegram_refuses_is_refused(ground: Playground, case: str) -> None:
    act, words = REFUSALS[case]
    before = len(ground.telegram.messages(ANNA))
    with pytest.raises(BadRequest) as refused:
        await act(ground)
    assert words.lower() in refused.value.message.lower()
    assert len(ground.telegram.messages(ANNA)) == before
    last = ground.telegram.journal.calls[-1]
    assert (last.status, last.accepted) == (400, False)


async def test_just_within_the_limits_is_fine(ground: Playground) -> None:
    await ground.bot.send_message(ANNA, f"<b>{'ы' * 4096}</b>", parse_mode="HTML")
    await ground.bot.send_document(ANNA, b"x", caption="ы" * 1024)
    await ground.bot.send_message(ANNA, "x", reply_markup=keyboard(("x", "ы" * 32)))


async def test_the_same_again_is_no_edit(ground: Playground) -> None:
    sent = await ground.bot.send_message(ANNA, "x", reply_markup=keyboard(("x", "x")))
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_text("x", reply_markup=keyboard(("x", "x")))
    await sent.edit_text("x", reply_markup=keyboard(("x", "y")))


async def test_a_reply_may_do_without_its_message(ground: Playground) -> None:
    asked = ground.telegram.say(ANNA, ANNA, "/act")
    ground.telegram.delete(asked)
    gone = ReplyParameters(asked.id, allow_sending_without_reply=True)
    sent = await ground.bot.send_message(ANNA, "x", reply_parameters=gone)
    assert sent.reply_to_message is None


async def test_people_must_have_met_the_bot_and_not_stopped_it(ground: Playground) -> None:
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await ground.bot.send_message(BORIS, "hello")
    ground.telegram.add_user(STRANGER, "Never met")
    with pytest.raises(BadRequest, match="Chat not found"):
        await ground.bot.send_message(STRANGER, "hello")
    ground.telegram.block(ANNA)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await ground.bot.send_document(ANNA, b"x")
    ground.telegram.unblock(ANNA)
    await ground.bot.send_message(ANNA, "hello")
    ground.telegram.deactivate(ANNA)
    with pytest.raises(Forbidden, match="user is deactivated"):
        await ground.bot.send_message(ANNA, "hello")
    stopped, restarted = await ground.bot.get_updates()
    assert stopped.my_chat_member is not None
    assert stopped.my_chat_member.new_chat_member.status == "kicked"
    assert restarted.my_chat_member is not None
    assert restarted.my_chat_member.new_chat_member.status == "member"


async def test_files_over_the_limits_are_refused(ground: Playground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_UPLOAD", 1000)
    with pytest.raises(Exception, match="Request Entity Too Large"):
        await ground.bot.send_document(ANNA, PDF)
    assert ground.telegram.journal.calls[-1].status == 413
    monkeypatch.undo()
    sent = await ground.bot.send_document(ANNA, PDF)
    assert sent.document is not None
    monkeypatch.setattr(rules, "MAX_DOWNLOAD", 1000)
    with pytest.raises(BadRequest, match="File is too big"):
        await sent.document.get_file()


async def test_rate_limits_tell_when_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # without it PTB warns at every RetryAfter
    now = [50.0]
    limits = Limits(group=Rate(2, 60), clock=lambda: now[0])
    async with playground(limits) as ground:
        for _ in range(2):
            await ground.bot.send_message(TEAM, "x")
        now[0] += 10.5
        with pytest.raises(RetryAfter) as refused:
            await ground.bot.send_message(TEAM, "x")
        assert refused.value.retry_after == timedelta(seconds=50)
        await ground.bot.send_message(ANNA, "another chat")
        now[0] += 50
        await ground.bot.send_message(TEAM, "x")
