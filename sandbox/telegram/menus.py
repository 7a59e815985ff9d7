"""Bot API methods about the command menu, and the menu that a person sees on `/`."""

from typing import Any

from sandbox.telegram import access, rules
from sandbox.telegram.params import Params
from sandbox.telegram.refusals import bad_request
from sandbox.telegram.state import Bot, Chat, ChatKind, User
from sandbox.telegram.world import World

Json = dict[str, Any]
Key = tuple[str, int | None, int | None, str]
"""Scope type, chat, user, language code ("" for all other languages)."""

_BROAD = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
_IN_CHAT = {"chat", "chat_administrators", "chat_member"}


def set_my_commands(world: World, bot: Bot, params: Params) -> bool:
    """`setMyCommands`."""
    commands = rules.commands(params)
    bot.menus[_key(world, bot, params)] = [
        {"command": command["command"].removeprefix("/"), "description": command["description"]} for command in commands
    ]
    world.bell.ring()
    return True


def get_my_commands(world: World, bot: Bot, params: Params) -> list[Json]:
    """`getMyCommands`: of exactly this scope and language."""
    return bot.menus.get(_key(world, bot, params), [])


def delete_my_commands(world: World, bot: Bot, params: Params) -> bool:
    """`deleteMyCommands`."""
    bot.menus.pop(_key(world, bot, params), None)
    world.bell.ring()
    return True


def shown(bot: Bot, chat: Chat, person: User) -> list[Json]:
    """Return the menu that `person` sees in `chat`: that of the narrowest scope which has one (`BotCommandScope`)."""
    for scope, chat_id, user_id in _scopes(chat, person):
        for language in (person.language_code or "", ""):
            menu = bot.menus.get((scope, chat_id, user_id, language))
            if menu:
                return menu
    return []


def _scopes(chat: Chat, person: User) -> list[tuple[str, int | None, int | None]]:
    if chat.kind is ChatKind.PRIVATE:
        return [("chat", chat.id, None), ("all_private_chats", None, None), ("default", None, None)]
    scopes: list[tuple[str, int | None, int | None]] = [("chat_member", chat.id, person.id)]
    administers = person.id in chat.members and chat.members[person.id].administers
    if administers:
        scopes.append(("chat_administrators", chat.id, None))
    scopes.append(("chat", chat.id, None))
    if administers:
        scopes.append(("all_chat_administrators", None, None))
    return [*scopes, ("all_group_chats", None, None), ("default", None, None)]


def _key(world: World, bot: Bot, params: Params) -> Key:
    scope = params.json("scope") or {"type": "default"}
    kind, language = str(scope.get("type")), params.text("language_code")
    if kind in _BROAD:
        return kind, None, None, language
    if kind not in _IN_CHAT:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    chat = access.find_chat(world, bot, str(scope.get("chat_id", "")))
    return kind, chat.id, scope.get("user_id") if kind == "chat_member" else None, language
