"""How a person's message gets into a chat: who it seems to come from, where it goes, what forbids it."""

from typing import Any, TypedDict

from sandbox.telegram.acting import Acts, BotRef, ChatRef, Impossible, UserRef
from sandbox.telegram.state import (
    CHANNEL_BOT,
    GENERAL_TOPIC,
    GROUP_ANONYMOUS_BOT,
    Chat,
    ChatKind,
    Message,
    User,
)


class Manner(TypedDict, total=False):
    """What may be said of any message besides its content.

    `thread_id` is a forum's topic. `as_chat` hides the person: the group itself for an anonymous admin, a channel for
    somebody who writes as their channel. `via_bot` is the inline bot that the message was made with. `bot` tells whose
    private chat it is if there are several bots.
    """

    reply_to: Message | None
    thread_id: int | None
    as_chat: ChatRef | None
    via_bot: BotRef | None
    bot: BotRef | None


class Writing(Acts):
    """Base of all acts that end in a new message of a person."""

    def _write(self, user: UserRef, chat: ChatRef, content: dict[str, Any], manner: Manner) -> Message:
        unknown = manner.keys() - Manner.__annotations__.keys()
        if unknown:
            raise TypeError(f"unexpected arguments: {', '.join(sorted(unknown))}")
        person, where = self.user(user), self.chat(chat, manner.get("bot"))
        self._check_writable(where, person)
        where.started = True
        sender, sender_chat = self._mask(person, where, manner.get("as_chat"))
        reply_to, via = manner.get("reply_to"), manner.get("via_bot")
        if via is not None:
            content["via_bot"] = self.bot(via).user
        return self.world.post(
            where,
            sender,
            sender_chat=sender_chat,
            reply_to=reply_to,
            thread_id=_thread(where, manner.get("thread_id"), reply_to),
            **content,
        )

    def _check_writable(self, where: Chat, person: User) -> None:
        self._present(where, person)
        if where.migrated_to is not None:
            raise Impossible("this group was upgraded, nobody can write in the old one")
        if where.blocked:
            raise Impossible(f"{person.first_name} has to unblock the bot first")

    def _mask(self, person: User, where: Chat, as_chat: ChatRef | None) -> tuple[User, Chat | None]:
        if as_chat is None:
            return person, None
        shown = self.chat(as_chat)
        if shown is where and where.members[person.id].administers:
            return self.user(GROUP_ANONYMOUS_BOT), shown
        if shown.kind is ChatKind.CHANNEL and where.is_group:
            return self.user(CHANNEL_BOT), shown
        raise Impossible(f"{person.first_name} can't write as {shown.name}")


def _thread(chat: Chat, thread_id: int | None, reply_to: Message | None) -> int | None:
    if thread_id is None and reply_to is not None:
        return reply_to.thread_id
    if thread_id in {None, GENERAL_TOPIC}:
        return None
    if thread_id not in (chat.topics or {}):
        raise Impossible(f"there is no topic {thread_id} in this chat")
    return thread_id
