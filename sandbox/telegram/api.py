"""The Bot API without HTTP: a bot, a method and its parameters in, a result or a refusal out."""

from collections.abc import Callable
from typing import Any

from sandbox.telegram import access, chats, files, menus, messages, polling, rules, webhook
from sandbox.telegram.limits import Limits
from sandbox.telegram.params import Params
from sandbox.telegram.refusals import Refusal
from sandbox.telegram.state import Bot
from sandbox.telegram.world import World

Method = Callable[[World, Bot, Params], Any]

_METHODS: dict[str, Method] = {
    "getMe": chats.get_me,
    "getChat": chats.get_chat,
    "getChatMember": chats.get_chat_member,
    "getChatAdministrators": chats.get_chat_administrators,
    "getChatMemberCount": chats.get_chat_member_count,
    "leaveChat": chats.leave_chat,
    "sendMessage": messages.send_message,
    "sendDocument": messages.send_document,
    "sendMediaGroup": messages.send_media_group,
    "editMessageText": messages.edit_message_text,
    "editMessageCaption": messages.edit_message_caption,
    "editMessageReplyMarkup": messages.edit_message_reply_markup,
    "deleteMessage": messages.delete_message,
    "deleteMessages": messages.delete_messages,
    "sendChatAction": messages.send_chat_action,
    "answerCallbackQuery": messages.answer_callback_query,
    "getFile": files.get_file,
    "setMyCommands": menus.set_my_commands,
    "getMyCommands": menus.get_my_commands,
    "deleteMyCommands": menus.delete_my_commands,
    "setWebhook": webhook.set_webhook,
    "deleteWebhook": webhook.delete_webhook,
    "getWebhookInfo": webhook.get_webhook_info,
}
_BY_NAME = {name.lower(): method for name, method in _METHODS.items()}
_COUNTED = {
    "sendmessage",
    "senddocument",
    "sendmediagroup",
    "editmessagetext",
    "editmessagecaption",
    "editmessagereplymarkup",
}
"""What counts in Telegram's limits: edits as much as new messages."""


class BotApi:
    """All methods that the sandbox has. `limits` are Telegram's rate limits, None for none."""

    def __init__(self, world: World, limits: Limits | None = None) -> None:
        self.world = world
        self.limits = limits

    async def call(self, bot: Bot, method: str, params: Params) -> Any:
        """Do a method, named in any case. Raises `Refusal`."""
        name = method.lower()
        if name == "getupdates":
            return await polling.get_updates(self.world, bot, params)
        if name not in _BY_NAME:
            raise Refusal(404, "Not Found: method not found")
        if name in _COUNTED and self.limits is not None:
            return self._within(self.limits, bot, name, params)
        return _BY_NAME[name](self.world, bot, params)

    def _within(self, limits: Limits, bot: Bot, name: str, params: Params) -> Any:
        """Do what counts in the limits, unless it comes too soon."""
        chat_id = access.find_chat(self.world, bot, params.text("chat_id")).id
        size = len(rules.album(params)) if name == "sendmediagroup" else 1
        limits.check(bot.user.id, chat_id, size)
        result = _BY_NAME[name](self.world, bot, params)
        limits.count(bot.user.id, chat_id, size)
        return result
