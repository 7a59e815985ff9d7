"""Bot API methods about the bot itself, chats and their members."""

from typing import Any

from sandbox.telegram import access, wire
from sandbox.telegram.params import Params
from sandbox.telegram.refusals import bad_request
from sandbox.telegram.state import Bot, ChatKind, Member, Status
from sandbox.telegram.world import World

Json = dict[str, Any]


def get_me(world: World, bot: Bot, params: Params) -> Json:  # noqa: ARG001
    """`getMe`."""
    return wire.myself(bot)


def get_chat(world: World, bot: Bot, params: Params) -> Json:
    """`getChat`."""
    return wire.full_chat(access.readable(world, bot, params.text("chat_id")))


def get_chat_member(world: World, bot: Bot, params: Params) -> Json:
    """`getChatMember`: also of those who left or never came."""
    chat = access.readable(world, bot, params.text("chat_id"))
    user = world.users.get(params.integer("user_id"))
    if user is None:
        raise bad_request("user not found")
    if chat.kind is ChatKind.PRIVATE:
        return wire.member(Member(user, Status.MEMBER))
    return wire.member(chat.members.get(user.id, Member(user, Status.LEFT)))


def get_chat_administrators(world: World, bot: Bot, params: Params) -> list[Json]:
    """`getChatAdministrators`: the bot itself, but no other bots."""
    chat = access.readable(world, bot, params.text("chat_id"))
    if not chat.is_group:
        raise bad_request("there are no administrators in the private chat")
    admins = [member for member in chat.members.values() if member.administers]
    return [wire.member(member) for member in admins if not member.user.is_bot or member.user is bot.user]


def get_chat_member_count(world: World, bot: Bot, params: Params) -> int:
    """`getChatMemberCount`."""
    chat = access.readable(world, bot, params.text("chat_id"))
    return sum(member.present for member in chat.members.values()) if chat.is_group else 2


def leave_chat(world: World, bot: Bot, params: Params) -> bool:
    """`leaveChat`."""
    chat = access.editable(world, bot, params.text("chat_id"))
    if not chat.is_group:
        raise bad_request("chat member status can't be changed in private chats")
    old = chat.members[bot.user.id]
    chat.members[bot.user.id] = Member(bot.user, Status.LEFT)
    world.tell_place(chat, bot, old, bot.user)
    world.post(chat, bot.user, service={"left_chat_member": wire.user(bot.user)})
    return True
