"""Bot API methods that write, change and delete messages, and answer buttons."""

from typing import Any

from sandbox.telegram import access, files, rules, wire
from sandbox.telegram.params import Params
from sandbox.telegram.refusals import Refusal, bad_request
from sandbox.telegram.state import Answer, Bot, ChatAction, ChatKind, Message
from sandbox.telegram.world import World

Json = dict[str, Any]

DELETABLE_FOR = 48 * 3600
"""Seconds for which a message can be deleted."""

QUERY_LIFETIME = 600
"""Seconds for which a button press can be answered. Telegram does not publish its own limit."""


def send_message(world: World, bot: Bot, params: Params) -> Json:
    """`sendMessage`."""
    text, entities = rules.text(params)
    markup = rules.markup(params)
    place = access.place(world, bot, params)
    access.check_rights(world, bot, place.chat, documents=False)
    return _post(world, bot, place, text=text, entities=_mentions(world, entities), markup=markup)


def send_document(world: World, bot: Bot, params: Params) -> Json:
    """`sendDocument`, of an uploaded file or of one that the bot knows by its id."""
    caption, entities = rules.caption(params)
    markup = rules.markup(params)
    source = files.source(bot, params, "document")
    place = access.place(world, bot, params)
    access.check_rights(world, bot, place.chat, documents=True)
    document, entities = files.stored(world, bot, source), _mentions(world, entities)
    return _post(world, bot, place, text=caption, entities=entities, document=document, markup=markup)


def send_media_group(world: World, bot: Bot, params: Params) -> list[Json]:
    """`sendMediaGroup`: an album of documents; all of them are sent, or none."""
    album = rules.album(params)
    captions = [rules.caption(item) for item in album]
    sources = [files.source(bot, item, "media") for item in album]
    place = access.place(world, bot, params)
    access.check_rights(world, bot, place.chat, documents=True)
    extra = {"media_group_id": world.next_album()}
    return [
        _post(
            world,
            bot,
            place,
            text=caption,
            entities=_mentions(world, entities),
            document=files.stored(world, bot, source),
            extra=extra,
        )
        for (caption, entities), source in zip(captions, sources, strict=True)
    ]


def edit_message_text(world: World, bot: Bot, params: Params) -> Json:
    """`editMessageText`; without a keyboard in the call the message loses its own."""
    text, entities = rules.text(params)
    markup = rules.markup(params, inline_only=True)
    message = _own(world, bot, params)
    if message.document is not None:
        raise bad_request("there is no text in the message to edit")
    return _change(world, message, text=text, entities=_mentions(world, entities), markup=markup)


def edit_message_caption(world: World, bot: Bot, params: Params) -> Json:
    """`editMessageCaption`."""
    caption, entities = rules.caption(params)
    markup = rules.markup(params, inline_only=True)
    message = _own(world, bot, params)
    if message.document is None:
        raise bad_request("there is no caption in the message to edit")
    return _change(world, message, text=caption, entities=_mentions(world, entities), markup=markup)


def edit_message_reply_markup(world: World, bot: Bot, params: Params) -> Json:
    """`editMessageReplyMarkup`; none takes the keyboard away."""
    markup = rules.markup(params, inline_only=True)
    return _change(world, _own(world, bot, params), markup=markup)


def delete_message(world: World, bot: Bot, params: Params) -> bool:
    """`deleteMessage`: the bot's own, any in private chats, others' where the bot is an admin."""
    chat = access.editable(world, bot, params.text("chat_id"))
    message = chat.messages.get(params.integer("message_id"))
    if message is None or message.deleted:
        raise bad_request("message to delete not found")
    may = message.sender is bot.user or chat.kind is ChatKind.PRIVATE or chat.members[bot.user.id].administers
    if not may or message.date < world.now() - DELETABLE_FOR:
        raise bad_request("message can't be deleted")
    world.remove(message)
    return True


def delete_messages(world: World, bot: Bot, params: Params) -> bool:
    """`deleteMessages`: those that can't be found are skipped."""
    for message_id in params.json("message_ids") or []:
        try:
            delete_message(world, bot, Params({"chat_id": params.text("chat_id"), "message_id": message_id}))
        except Refusal as refusal:
            if "not found" not in refusal.description:
                raise
    return True


def send_chat_action(world: World, bot: Bot, params: Params) -> bool:
    """`sendChatAction`."""
    action = params.text("action").lower()
    if action not in rules.CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = access.writable(world, bot, params.text("chat_id"))
    thread_id = params.integer("message_thread_id") or None
    if thread_id is not None:
        access.check_thread(chat, thread_id)
    world.actions.append(ChatAction(bot.user, chat, thread_id, action, world.clock()))
    world.bell.ring()
    return True


def answer_callback_query(world: World, bot: Bot, params: Params) -> bool:
    """`answerCallbackQuery`: once, and in time."""
    query = world.queries.get(params.text("callback_query_id"))
    text = params.text("text")
    if len(text) > rules.MAX_NOTICE:
        raise bad_request("MESSAGE_TOO_LONG")
    known = query is not None and query.bot is bot and query.answer is None
    if query is None or not known or world.clock() > query.pressed_at + QUERY_LIFETIME:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    query.answer = Answer(text, params.flag("show_alert"), params.text("url") or None)
    world.bell.ring()
    return True


def _post(world: World, bot: Bot, place: access.Place, **content: Any) -> Json:
    message = world.post(place.chat, bot.user, reply_to=place.reply_to, thread_id=place.thread_id, **content)
    return wire.message(message)


def _own(world: World, bot: Bot, params: Params) -> Message:
    """Return the message to edit, which the bot wrote with no keyboard or an inline one."""
    chat = access.editable(world, bot, params.text("chat_id"))
    message = chat.messages.get(params.integer("message_id"))
    if message is None or message.deleted:
        raise bad_request("message to edit not found")
    if message.sender is not bot.user or (message.markup is not None and not message.buttons):
        raise bad_request("message can't be edited")
    return message


def _change(world: World, message: Message, **content: Any) -> Json:
    if all(getattr(message, name) == value for name, value in content.items()):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    world.change(message, **content)
    return wire.message(message)


def _mentions(world: World, entities: list[Json]) -> list[Json]:
    """Turn links to `tg://user?id=` into mentions of those users; a link to an unknown user is dropped."""
    result = []
    for entity in entities:
        scheme, _, number = entity.get("url", "").partition("tg://user?id=")
        if scheme or not number:
            result.append(entity)
        elif number.isdecimal() and int(number) in world.users:
            someone = wire.user(world.users[int(number)])
            result.append({"type": "text_mention", **_span(entity), "user": someone})
    return result


def _span(entity: Json) -> Json:
    return {"offset": entity["offset"], "length": entity["length"]}
