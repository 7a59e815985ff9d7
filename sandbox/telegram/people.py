"""What people do in Telegram: write, edit, press, delete, block."""

from typing import Any

from sandbox.telegram import entities
from sandbox.telegram.acting import Acts, BotRef, ChatRef, Impossible, UserRef
from sandbox.telegram.state import (
    CHANNEL_BOT,
    GENERAL_TOPIC,
    GROUP_ANONYMOUS_BOT,
    Button,
    CallbackQuery,
    Chat,
    ChatKind,
    Member,
    Message,
    Status,
    User,
    buttons_of,
)


class People(Acts):
    """Acts of people. Whatever takes a user, a chat or a bot takes its id (a bot's username) as well."""

    def add_user(
        self, user_id: int, first_name: str, username: str | None = None, language_code: str | None = None
    ) -> User:
        """Let a person join Telegram. `language_code` is that of their app: `ru`, `en`, ..."""
        if user_id <= 0 or user_id in self.world.users:
            raise Impossible("a user's id is positive and their own")
        self.world.users[user_id] = User(user_id, first_name, username, language_code)
        return self.world.users[user_id]

    def say(
        self,
        user: UserRef,
        chat: ChatRef,
        text: str,
        *,
        reply_to: Message | None = None,
        thread_id: int | None = None,
        as_chat: ChatRef | None = None,
        bot: BotRef | None = None,
    ) -> Message:
        """Write a message.

        `thread_id` is a forum's topic. `as_chat` hides the person: the group itself for an anonymous admin, a channel
        for somebody who writes as their channel. `bot` tells whose private chat it is if there are several bots.
        """
        content: dict[str, Any] = {"text": text, "entities": entities.find(text)}
        return self._write(user, chat, content, reply_to, thread_id, as_chat, bot)

    def share_contact(
        self,
        user: UserRef,
        chat: ChatRef,
        whom: UserRef,
        *,
        phone_number: str = "+70000000000",
        bot: BotRef | None = None,
    ) -> Message:
        """Share the contact of another user."""
        shared = self.user(whom)
        contact = {"phone_number": phone_number, "first_name": shared.first_name, "user_id": shared.id}
        return self._write(user, chat, {"extra": {"contact": contact}}, None, None, None, bot)

    def edit(self, message: Message, text: str) -> Message:
        """Change the text of a message that a person wrote."""
        if message.deleted or message.service or (message.sender.is_bot and message.sender_chat is None):
            raise Impossible("this message can't be edited")
        self.world.change(message, text=text, entities=entities.find(text))
        return message

    def delete(self, message: Message) -> None:
        """Delete any message for everybody; bots are never told."""
        self.world.remove(message)

    def press(self, user: UserRef, message: Message, button: str, *, stale: bool = False) -> CallbackQuery:
        """Press the button with this text or data. The bot's answer appears in the returned query.

        `stale`: from a screen that was not refreshed, so that buttons which were taken away, or whose message was
        deleted, can still be pressed.
        """
        person = self.user(user)
        self._present(message.chat, person)
        if message.deleted and not stale:
            raise Impossible("this message was deleted")
        found = _button(message, button, stale=stale)
        if found.data is None:
            raise Impossible(f"the button {found.text!r} opens {found.url}")
        return self.world.ask(self.world.bot_of(message.sender), person, message, found.data)

    def block(self, user: UserRef, bot: BotRef | None = None) -> None:
        """Stop a bot: it is told, and its messages are refused from now on."""
        self._set_blocked(user, bot, blocked=True)

    def unblock(self, user: UserRef, bot: BotRef | None = None) -> None:
        """Take a stopped bot back."""
        self._set_blocked(user, bot, blocked=False)

    def deactivate(self, user: UserRef) -> None:
        """Delete a person's account."""
        self.user(user).deactivated = True

    def _set_blocked(self, user: UserRef, bot: BotRef | None, *, blocked: bool) -> None:
        person, stopped = self.user(user), self.bot(bot)
        chat = self.world.private_chat(stopped, person)
        chat.blocked = blocked
        before, after = (Status.MEMBER, Status.KICKED) if blocked else (Status.KICKED, Status.MEMBER)
        chat.members[stopped.user.id] = Member(stopped.user, after)
        self.world.tell_place(chat, stopped, Member(stopped.user, before), person)

    def _write(
        self,
        user: UserRef,
        chat: ChatRef,
        content: dict[str, Any],
        reply_to: Message | None,
        thread_id: int | None,
        as_chat: ChatRef | None,
        bot: BotRef | None,
    ) -> Message:
        person, where = self.user(user), self.chat(chat, bot)
        self._present(where, person)
        if where.migrated_to is not None:
            raise Impossible("this group was upgraded, nobody can write in the old one")
        if where.blocked:
            raise Impossible(f"{person.first_name} has to unblock the bot first")
        where.started = True
        sender, sender_chat = self._mask(person, where, as_chat)
        return self.world.post(
            where,
            sender,
            sender_chat=sender_chat,
            reply_to=reply_to,
            thread_id=_thread(where, thread_id, reply_to),
            **content,
        )

    def _mask(self, person: User, where: Chat, as_chat: ChatRef | None) -> tuple[User, Chat | None]:
        if as_chat is None:
            return person, None
        shown = self.chat(as_chat)
        if shown is where and where.members[person.id].administers:
            return self.user(GROUP_ANONYMOUS_BOT), shown
        if shown.kind is ChatKind.CHANNEL:
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


def _button(message: Message, wanted: str, *, stale: bool) -> Button:
    offered = list(message.buttons)
    if stale:
        offered += [button for markup in reversed(message.past_markups) for button in buttons_of(markup)]
    for button in offered:
        if wanted in {button.text, button.data}:
            return button
    raise Impossible(f"no button {wanted!r}, only {[button.text for button in offered]}")
