"""What people hand on to a bot: files, forwards, messages made with a bot, pins; and the albums that bots send."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import httpx
import pytest
from telegram import (
    InaccessibleMessage,
    InputMediaDocument,
    InputMediaPhoto,
    Message,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    Update,
)
from telegram.error import BadRequest, NetworkError, RetryAfter

from sandbox.telegram import Impossible, rules
from sandbox.telegram.limits import Limits, Rate
from tests.sandbox.telegram_playground import NAME, TOKEN, Playground, client, playground

ANNA, BORIS, TEAM, FORUM, CHANNEL = 100, 200, -1001, -1002, -1009
CSV = "user;sum\r\nалиса;1500\r\n".encode("cp1251")


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


async def message(ground: Playground) -> Message:
    (update,) = await heard(ground)
    assert update.message is not None
    return update.message


async def test_an_attached_file_is_fetched_byte_for_byte(ground: Playground) -> None:
    asked = ground.telegram.say(ANNA, TEAM, f"@{NAME}")
    ground.telegram.attach(ANNA, TEAM, "заявки.csv", CSV, caption=f" /batch@{NAME} alice \n", reply_to=asked)
    _, update = await heard(ground)
    got = update.message
    assert got is not None
    assert got.document is not None
    assert got.reply_to_message is not None
    assert (got.text, got.caption, got.reply_to_message.message_id) == (None, f"/batch@{NAME} alice", asked.id)
    assert [entity.type for entity in got.caption_entities] == ["bot_command"]
    told = (got.document.file_name, got.document.mime_type, got.document.file_size)
    assert told == ("заявки.csv", "text/csv", len(CSV))
    file = await got.document.get_file()
    assert bytes(await file.download_as_bytearray()) == CSV
    again = await ground.bot.send_document(ANNA, got.document.file_id)
    assert again.document is not None
    assert again.document.file_unique_id == got.document.file_unique_id


async def test_a_file_in_a_group_needs_to_be_meant_for_the_bot_and_is_for_the_bots_there(ground: Playground) -> None:
    ground.telegram.add_bot("7002:other", "other_bot")
    ground.telegram.attach(ANNA, TEAM, "photo.jpg", b"\xff\xd8")
    ground.telegram.attach(ANNA, TEAM, "a.csv", CSV, caption=f"/batch@{NAME}")
    got = await message(ground)
    assert got.document is not None
    async with client(ground.url, "7002:other") as other:
        with pytest.raises(BadRequest, match="Invalid file_id"):
            await other.get_file(got.document.file_id)


async def test_a_changed_caption_is_an_edited_message(ground: Playground) -> None:
    sent = ground.telegram.attach(ANNA, ANNA, "a.csv", CSV, caption="/batch")
    ground.telegram.edit(sent, "/batch alice")
    _, update = await heard(ground)
    assert update.edited_message is not None
    assert update.edited_message.document is not None
    assert (update.edited_message.caption, update.edited_message.text) == ("/batch alice", None)


async def test_what_people_cannot_hand_on(ground: Playground) -> None:
    telegram = ground.telegram
    said = telegram.say(ANNA, TEAM, "x")
    topic = telegram.messages(FORUM)[0]
    gone = telegram.say(ANNA, TEAM, "gone")
    telegram.delete(gone)
    private = telegram.say(ANNA, ANNA, "between us")
    impossible: list[Callable[[], object]] = [
        lambda: telegram.attach(ANNA, ANNA, "empty.txt", b""),
        lambda: telegram.attach(ANNA, ANNA, "a.txt", b"x", caption="x" * 1025),
        lambda: telegram.forward(ANNA, topic, ANNA),
        lambda: telegram.forward(ANNA, gone, ANNA),
        lambda: telegram.forward(BORIS, private, TEAM),
        lambda: telegram.pin(BORIS, ANNA, said.id),
        lambda: telegram.say(ANNA, ANNA, "x", as_chat=telegram.add_channel(CHANNEL, "News")),
        lambda: telegram.say(ANNA, ANNA, "x", via_bot="nobody_bot"),
    ]
    await heard(ground)
    for act in impossible:
        with pytest.raises(Impossible):
            act()
    with pytest.raises(TypeError, match="as_chanel"):
        telegram.say(ANNA, ANNA, "x", as_chanel=CHANNEL)  # type: ignore[call-arg]
    assert await heard(ground) == []


async def test_a_forward_tells_where_it_came_from(ground: Playground) -> None:
    telegram = ground.telegram
    telegram.add_channel(CHANNEL, "News")
    said = telegram.attach(BORIS, TEAM, "a.csv", CSV, caption="/act 7")
    as_channel = telegram.say(BORIS, TEAM, "/act 7", as_chat=CHANNEL)
    await heard(ground)
    forwarded = telegram.forward(ANNA, said, ANNA)
    got = await message(ground)
    assert isinstance(got.forward_origin, MessageOriginUser)
    assert got.from_user is not None
    assert (got.from_user.id, got.forward_origin.sender_user.id) == (ANNA, BORIS)
    assert got.document is not None
    assert bytes(await (await got.document.get_file()).download_as_bytearray()) == CSV

    telegram.forward(ANNA, said, ANNA, hidden=True)
    hidden = (await message(ground)).forward_origin
    assert isinstance(hidden, MessageOriginHiddenUser)
    assert hidden.sender_user_name == "Boris"

    telegram.forward(ANNA, as_channel, ANNA)
    origin = (await message(ground)).forward_origin
    assert isinstance(origin, MessageOriginChat)
    assert origin.sender_chat.id == CHANNEL

    telegram.forward(ANNA, forwarded, FORUM, thread_id=telegram.topic(FORUM, "Acts"))
    twice = await message(ground)
    assert twice.forward_origin == got.forward_origin
    assert twice.is_topic_message


async def test_a_bots_message_is_forwarded_without_its_buttons(ground: Playground) -> None:
    buttons = json.dumps({"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]})
    await ground.bot.send_message(ANNA, "/invoice alice 1500", api_kwargs={"reply_markup": buttons})
    ground.telegram.forward(ANNA, ground.telegram.messages(ANNA)[-1], ANNA)
    got = await message(ground)
    assert (got.text, got.reply_markup) == ("/invoice alice 1500", None)
    assert isinstance(got.forward_origin, MessageOriginUser)
    assert got.forward_origin.sender_user.username == NAME


async def test_what_was_made_with_the_bot_inline_reaches_it_through_privacy(ground: Playground) -> None:
    ground.telegram.add_bot("7002:other", "other_bot")
    ground.telegram.say(ANNA, TEAM, "made with another", via_bot="other_bot")
    ground.telegram.say(ANNA, TEAM, "made with it", via_bot=NAME)
    got = await message(ground)
    assert got.via_bot is not None
    assert (got.text, got.via_bot.username) == ("made with it", NAME)


@pytest.mark.parametrize("how", ["deleted", "never there", "hidden"])
async def test_a_pin_of_what_the_bot_cannot_see(ground: Playground, how: str) -> None:
    said = ground.telegram.say(ANNA, ANNA, "hello")
    if how == "deleted":
        ground.telegram.delete(said)
    await heard(ground)
    number = 99 if how == "never there" else said.id
    ground.telegram.pin(ANNA, ANNA, number, accessible=how != "hidden")
    raw = ground.telegram.bot().updates.first()
    assert raw is not None
    pinned = raw.body()["message"]["pinned_message"]
    assert (pinned["message_id"], pinned["date"], set(pinned)) == (number, 0, {"chat", "message_id", "date"})
    # python-telegram-bot reads it, and then cannot write it down again: a bot has to live with that.
    got = await message(ground)
    assert isinstance(got.pinned_message, InaccessibleMessage)


async def test_a_pinned_message_comes_along(ground: Playground) -> None:
    said = ground.telegram.say(ANNA, TEAM, "the price list")
    ground.telegram.pin(BORIS, TEAM, said)
    got = await message(ground)
    assert isinstance(got.pinned_message, Message)
    assert got.pinned_message.text == "the price list"


def pdf(number: int) -> bytes:
    return f"%PDF-{number}".encode()


async def test_an_album_comes_as_messages_of_one_group(ground: Playground) -> None:
    asked = ground.telegram.say(ANNA, ANNA, "/batch")
    known = (await ground.bot.send_document(ANNA, b"%PDF-0", filename="0.pdf")).document
    assert known is not None
    uploads = [
        InputMediaDocument(pdf(n), filename=f"{n}.pdf", caption=f"<b>{n}</b>", parse_mode="HTML") for n in range(1, 10)
    ]
    album = [InputMediaDocument(known.file_id), *uploads]
    sent = await ground.bot.send_media_group(ANNA, album, reply_to_message_id=asked.id)
    assert len({one.media_group_id for one in sent}) == 1
    seen = ground.telegram.messages(ANNA)[-10:]
    assert [one.document and one.document.content for one in seen] == [pdf(n) for n in range(10)]
    assert [one.text for one in seen] == ["", *map(str, range(1, 10))]
    assert {one.reply_to for one in seen} == {asked}
    other = await ground.bot.send_media_group(ANNA, uploads[:2])
    assert other[0].media_group_id != sent[0].media_group_id


def documents(count: int) -> list[InputMediaDocument]:
    return [InputMediaDocument(b"%PDF", filename=f"{n}.pdf") for n in range(count)]


async def raw(ground: Playground, media: object) -> None:
    """Send an album that python-telegram-bot would not."""
    async with httpx.AsyncClient(base_url=ground.url, trust_env=False) as http:
        answer = await http.post(f"/bot{TOKEN}/sendMediaGroup", json={"chat_id": ANNA, "media": media})
    raise BadRequest(answer.json()["description"])


Act = Callable[[Playground], Awaitable[object]]
REFUSED: dict[str, tuple[Act, str]] = {
    "none": (lambda it: raw(it, []), "There are no messages to send"),
    "one": (lambda it: it.bot.send_media_group(ANNA, documents(1)), "2-10 items"),
    "eleven": (lambda it: it.bot.send_media_group(ANNA, documents(11)), "Too many messages to send as an album"),
    "mixed": (
        lambda it: it.bot.send_media_group(ANNA, [*documents(1), InputMediaPhoto(b"\x89PNG")]),
        "Document can't be mixed with other media types",
    ),
    "a caption": (
        lambda it: it.bot.send_media_group(ANNA, [*documents(1), InputMediaDocument(b"x", caption="x" * 1025)]),
        "Message caption is too long",
    ),
    "an empty file": (
        lambda it: it.bot.send_media_group(ANNA, [*documents(1), InputMediaDocument(b"")]),
        "File must be non-empty",
    ),
    "an unknown file": (
        lambda it: it.bot.send_media_group(ANNA, [*documents(1), InputMediaDocument("BQAC")]),
        "Wrong file identifier",
    ),
    "buttons": (
        lambda it: it.bot.send_media_group(ANNA, documents(2), api_kwargs={"reply_markup": "{}"}),
        "Reply_markup can't be used in albums",
    ),
    "another kind": (
        lambda it: raw(it, [{"type": "x"}, {"type": "x"}]),
        "Media type is invalid",
    ),
    "no objects": (
        lambda it: raw(it, [1, 2]),
        "Expected an Array of InputMedia",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_a_wrong_album_sends_nothing_of_it(ground: Playground, case: str) -> None:
    act, words = REFUSED[case]
    before = len(ground.telegram.messages(ANNA))
    with pytest.raises(BadRequest) as refused:
        await act(ground)
    assert words.lower() in refused.value.message.lower()
    assert len(ground.telegram.messages(ANNA)) == before


async def test_albums_of_pictures_are_not_made_up(ground: Playground) -> None:
    pictures = [InputMediaPhoto(b"\x89PNG"), InputMediaPhoto(b"\x89PNG")]
    with pytest.raises(NetworkError, match="Not Implemented"):
        await ground.bot.send_media_group(ANNA, pictures)


async def test_edits_and_albums_count_in_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # without it PTB warns at every RetryAfter
    now = [50.0]
    limits = Limits(group=Rate(4, 60), clock=lambda: now[0])
    async with playground(limits) as ground:
        sent = await ground.bot.send_message(TEAM, "1")
        now[0] += 10
        await sent.edit_text("2")
        with pytest.raises(BadRequest, match="not modified"):
            await sent.edit_text("2")
        with pytest.raises(RetryAfter) as refused:
            await ground.bot.send_media_group(TEAM, documents(3))
        assert refused.value.retry_after == timedelta(seconds=50)
        await ground.bot.send_media_group(TEAM, documents(2))
        with pytest.raises(RetryAfter) as refused:
            await sent.edit_text("3")
        assert refused.value.retry_after == timedelta(seconds=50)
        now[0] += 50
        await sent.edit_text("3")
        assert ground.telegram.messages(TEAM)[-3].text == "3"


async def test_thirty_a_second_are_thirty_of_all_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # without it PTB warns at every RetryAfter
    async with playground(Limits(clock=lambda: 50.0)) as ground:
        sent = await asyncio.gather(*(ground.bot.send_message(ANNA, "x") for _ in range(15)))
        await asyncio.gather(*(one.edit_text("y") for one in sent))
        with pytest.raises(RetryAfter):
            await sent[0].edit_text("z")


async def test_the_journal_has_every_call(ground: Playground, monkeypatch: pytest.MonkeyPatch) -> None:
    ground.telegram.attach(ANNA, ANNA, "a.csv", CSV)
    got = await message(ground)
    assert got.document is not None
    path = (await ground.bot.get_file(got.document.file_id)).file_path
    ground.telegram.journal.calls.clear()
    async with httpx.AsyncClient(trust_env=False) as http:
        assert path is not None
        await http.get(path)
        await http.get(path.replace(TOKEN, "7:nobody"))
        await http.get(f"{path}x")
        monkeypatch.setattr("sandbox.telegram.front.MAX_DOWNLOAD", 3)
        await http.get(path)
        await http.post(f"{ground.url}/bot{TOKEN}/getMe", content="{", headers={"Content-Type": "application/json"})
        await http.get(f"{ground.url}/bot7:nobody/getMe")
    calls = ground.telegram.journal.calls
    assert [(call.bot, call.method, call.status, call.accepted) for call in calls] == [
        (NAME, "file", 200, True),
        ("", "file", 401, False),
        (NAME, "file", 404, False),
        (NAME, "file", 404, False),
        (NAME, "getMe", 400, False),
        ("", "getMe", 401, False),
    ]
    assert rules.MAX_DOWNLOAD == 20 * 1024 * 1024
