"""Where a bot may write: which chats it can name, which of them take it, and what a message may hang on."""

import math
import re
from dataclasses import dataclass

from sandbox.telegram.params import Params
from sandbox.telegram.refusals import bad_request, forbidden, too_many_requests
from sandbox.telegram.state import Bot, Chat, ChatKind, Member, Message, Status, User
from sandbox.telegram.world import World


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new message goes."""

    chat: Chat
    reply_to: Message | None
    thread_id: int | None


def find_chat(world: World, bot: Bot, chat_id: str) -> Chat:
    """Return the chat that a bot means by `chat_id`.

    A bot can name a group that it was ever in, and a person whom it met: who wrote to it or is in a group with it.
    """
    if not chat_id:
        raise bad_request("chat_id is empty")
    if re.fullmatch(r"-?\d{1,18}", chat_id):
        number = int(chat_id)
        group, person = world.chats.get(number), world.users.get(number)
        if group is not None and bot.user.id in group.members:
            return group
        if person is not None and _met(world, bot, person):
            return world.private_chat(bot, person)
    raise bad_request("chat not found")


def readable(world: World, bot: Bot, chat_id: str) -> Chat:
    """Return a chat that the bot may look at: it is in it, or it is a private one."""
    chat = find_chat(world, bot, chat_id)
    if chat.kind is ChatKind.SUPERGROUP:
        _check_member(chat, chat.members[bot.user.id])
    return chat


def editable(world: World, bot: Bot, chat_id: str) -> Chat:
    """Return a chat in which the bot may change what it wrote."""
    chat = find_chat(world, bot, chat_id)
    if chat.is_group:
        _check_member(chat, chat.members[bot.user.id])
    return chat


def writable(world: World, bot: Bot, chat_id: str) -> Chat:
    """Return a chat that takes new messages of the bot."""
    chat = find_chat(world, bot, chat_id)
    if chat.migrated_to is not None:
        raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to.id)
    if chat.is_group:
        _check_member(chat, chat.members[bot.user.id])
        return chat
    person = chat.peer
    if person is None or person.is_bot:
        raise forbidden("bots can't send messages to bots")
    if person.deactivated:
        raise forbidden("user is deactivated")
    if not chat.started:
        raise forbidden("bot can't initiate conversation with a user")
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    return chat


def place(world: World, bot: Bot, params: Params) -> Place:
    """Return where a new message goes, after Telegram's checks of chat, answered message and topic."""
    chat = writable(world, bot, params.text("chat_id"))
    reply_to = _reply_to(chat, params)
    thread_id = params.integer("message_thread_id") or None
    if thread_id is None and reply_to is not None:
        thread_id = reply_to.thread_id
    elif thread_id is not None:
        check_thread(chat, thread_id)
    return Place(chat, reply_to, thread_id)


def check_thread(chat: Chat, thread_id: int) -> None:
    """Refuse a topic that is not there. The General topic counts as not there: its messages name no thread."""
    if thread_id not in (chat.topics or {}):
        raise bad_request("message thread not found")


def check_rights(world: World, bot: Bot, chat: Chat, *, documents: bool) -> None:
    """Refuse what a group forbids to plain members, and a plain member's haste in slow mode."""
    if not chat.is_group or chat.members[bot.user.id].administers:
        return
    if not chat.allows_messages:
        raise bad_request(f"not enough rights to send {'documents' if documents else 'text messages'} to the chat")
    if documents and not chat.allows_documents:
        raise bad_request("not enough rights to send documents to the chat")
    if chat.slow_mode and bot.user.id in chat.spoke_at:
        wait = chat.spoke_at[bot.user.id] + chat.slow_mode - world.clock()
        if wait > 0:
            raise too_many_requests(math.ceil(wait))


def _reply_to(chat: Chat, params: Params) -> Message | None:
    wanted = params.json("reply_parameters") or {
        "message_id": params.integer("reply_to_message_id"),
        "allow_sending_without_reply": params.flag("allow_sending_without_reply"),
    }
    message_id = int(wanted.get("message_id", 0))
    if message_id <= 0:
        return None
    message = chat.messages.get(message_id)
    if message is not None and not message.deleted:
        return message
    if wanted.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _met(world: World, bot: Bot, person: User) -> bool:
    alone = world.private.get((bot.user.id, person.id))
    if person.is_bot or (alone is not None and alone.started):
        return True
    return any(bot.user.id in chat.members and person.id in chat.members for chat in world.chats.values())


def _check_member(chat: Chat, membership: Member) -> None:
    if membership.status is Status.KICKED:
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    if membership.status is Status.LEFT:
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
