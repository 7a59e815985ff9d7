"""Chats and messages as the page shows them to one person."""

from typing import Any

from sandbox.demo.stage import Stage
from sandbox.telegram.state import Chat, ChatKind, Message, User

Json = dict[str, Any]

KEPT = 300
"""Messages of a chat that are shown, the latest ones."""

ACTION_LASTS = 5.0
"""Seconds for which "sending a document…" is shown, unless the bot's message comes first."""

_SNIPPET = 120


def chats_of(stage: Stage, person: User) -> list[Chat]:
    """Return the chats that a person sees: the one with the bot, and the groups."""
    return [stage.telegram.chat(person.id), *stage.cast.groups]


def overview(stage: Stage, person: User) -> list[Json]:
    """Return what the list of chats shows."""
    return [_overview(stage, chat) for chat in chats_of(stage, person)]


def conversation(stage: Stage, chat: Chat, person: User) -> Json:
    """Return what a chat's window shows."""
    return {
        "id": chat.id,
        "started": chat.started or chat.is_group,
        "messages": [_message(message, person) for message in chat.visible()[-KEPT:]],
        "action": _action(stage, chat),
        "commands": stage.telegram.menu(person, chat),
    }


def answers(stage: Stage, person: User) -> list[Json]:
    """Return the bot's answers to the person's latest presses."""
    pressed = [query for query in stage.telegram.world.queries.values() if query.user is person]
    return [
        {"id": query.id, "text": query.answer.text, "alert": query.answer.alert}
        for query in pressed[-20:]
        if query.answer is not None
    ]


def _overview(stage: Stage, chat: Chat) -> Json:
    visible = chat.visible()
    private = chat.kind is ChatKind.PRIVATE
    return {
        "id": chat.id,
        "title": stage.cast.bot.user.first_name if private else chat.title,
        "private": private,
        "members": sum(member.present for member in chat.members.values()),
        "topics": None if chat.topics is None else [{"id": key, "name": name} for key, name in chat.topics.items()],
        "last": _last(visible[-1]) if visible else None,
        "action": _action(stage, chat),
    }


def _last(message: Message) -> Json:
    return {
        "id": message.id,
        "date": message.date,
        "from": _name(message),
        "sender": message.sender.id,
        "text": message.text[:_SNIPPET],
        "document": message.document.name if message.document else None,
        "service": _service(message),
    }


def _message(message: Message, person: User) -> Json:
    return {
        "id": message.id,
        "date": message.date,
        "edited": message.edit_date is not None,
        "from": _name(message),
        "sender": message.sender.id,
        "mine": message.sender is person and message.sender_chat is None,
        "text": message.text,
        "entities": [_entity(entity) for entity in message.entities],
        "document": _document(message),
        "forwarded": _forwarded(message),
        "reply": _reply(message),
        "thread": message.thread_id,
        "rows": _rows(message),
        "asks": _asks(message, person),
        "service": _service(message),
    }


def _name(message: Message) -> str:
    return message.sender_chat.title if message.sender_chat else message.sender.first_name


def _entity(entity: Json) -> Json:
    return {name: entity[name] for name in ("type", "offset", "length", "url") if name in entity}


def _document(message: Message) -> Json | None:
    document = message.document
    if document is None:
        return None
    return {
        "id": document.file_id,
        "name": document.name,
        "size": len(document.content),
        "pdf": document.mime_type == "application/pdf",
    }


def _forwarded(message: Message) -> str | None:
    """Return whom a forwarded message was from."""
    origin = message.extra.get("forward_origin")
    if origin is None:
        return None
    chat = origin.get("sender_chat") or origin.get("chat")
    return str(chat["title"] if chat else origin.get("sender_user_name") or origin["sender_user"]["first_name"])


def _reply(message: Message) -> Json | None:
    answered = message.reply_to
    if answered is None or answered.deleted:
        return None
    snippet = answered.text[:_SNIPPET] or (answered.document.name if answered.document else "")
    return {"id": answered.id, "from": _name(answered), "sender": answered.sender.id, "text": snippet}


def _rows(message: Message) -> list[list[Json]]:
    rows = (message.markup or {}).get("inline_keyboard", [])
    return [[{"text": button["text"], "url": button.get("url")} for button in row] for row in rows]


def _asks(message: Message, person: User) -> Json | None:
    """Return the wished-for answer's placeholder if the message asks this person for a reply."""
    if not message.forces_reply or message.markup is None:
        return None
    selective = message.markup.get("selective", False)
    answered = message.reply_to
    if selective and (answered is None or answered.sender is not person):
        return None
    return {"placeholder": message.markup.get("input_field_placeholder", "")}


def _service(message: Message) -> Json | None:
    if message.service is None:
        return None
    kind, content = next(iter(message.service.items()))
    return {"kind": kind, "name": content.get("name", "") if isinstance(content, dict) else ""}


def _action(stage: Stage, chat: Chat) -> Json | None:
    """Return what the bot is doing in the chat, and until when (Unix time) to show it."""
    actions = stage.telegram.actions(chat)
    if not actions:
        return None
    last = actions[-1]
    # Dates of messages are whole seconds, so one that came in the same second counts as the end.
    done = any(message.date >= int(last.at) and message.sender is last.bot for message in chat.visible()[-5:])
    if done or last.at + ACTION_LASTS < stage.telegram.world.clock():
        return None
    return {"name": last.action, "from": last.bot.first_name, "until": last.at + ACTION_LASTS}
