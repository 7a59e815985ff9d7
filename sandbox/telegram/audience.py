"""Which messages a bot gets: the rules of groups and of privacy mode (Bot API, "Privacy mode")."""

from sandbox.telegram import entities
from sandbox.telegram.state import CHANNEL_BOT, GROUP_ANONYMOUS_BOT, Bot, ChatKind, Message


def hears(bot: Bot, message: Message) -> bool:
    """Whether Telegram hands `message` to `bot`."""
    chat = message.chat
    if message.sender is bot.user:
        return False
    if chat.kind is ChatKind.PRIVATE:
        return chat.bot is bot
    membership = chat.members.get(bot.user.id)
    if membership is None:
        return False
    if not membership.present:
        return _tells_of_leaving(bot, message)
    if message.service is not None:
        return True
    if message.sender.is_bot and message.sender.id not in {GROUP_ANONYMOUS_BOT, CHANNEL_BOT}:
        return False
    return not bot.privacy or membership.administers or _addressed(bot, message)


def _tells_of_leaving(bot: Bot, message: Message) -> bool:
    left = (message.service or {}).get("left_chat_member")
    return left is not None and left["id"] == bot.user.id


def _addressed(bot: Bot, message: Message) -> bool:
    """Whether privacy mode lets a message through.

    It does with a reply to the bot, what was made with it inline, its name, and a command that is not another's.
    """
    if message.via_bot is bot.user:
        return True
    if message.reply_to is not None and message.reply_to.sender is bot.user:
        return True
    for entity in message.entities:
        words = entities.cut(message.text, entity)
        if entity["type"] == "mention" and _is_name(bot, words[1:]):
            return True
        if entity["type"] == "bot_command" and entity["offset"] == 0:
            _, _, name = words.partition("@")
            # A command without a name goes to the bot that wrote last.
            return _is_name(bot, name) if name else message.chat.last_bot in {None, bot.user}
    return False


def _is_name(bot: Bot, name: str) -> bool:
    return name.lower() == (bot.user.username or "").lower()
