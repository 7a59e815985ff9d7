"""What people do in Telegram: write, edit, press, delete, block."""

from typing import Unpack

from sandbox.telegram import entities
from sandbox.telegram.acting import BotRef, ChatRef, Impossible, UserRef
from sandbox.telegram.state import Button, CallbackQuery, Member, Message, Status, User, buttons_of
from sandbox.telegram.writing import Manner, Writing


class People(Writing):
    """Acts of people. Whatever takes a user, a chat or a bot takes its id (a bot's username) as well."""

    def add_user(
        self, user_id: int, first_name: str, username: str | None = None, language_code: str | None = None
    ) -> User:
        """Let a person join Telegram. `language_code` is that of their app: `ru`, `en`, ..."""
        if user_id <= 0 or user_id in self.world.users:
            raise Impossible("a user's id is positive and their own")
        self.world.users[user_id] = User(user_id, first_name, username, language_code)
        return self.world.users[user_id]

    def say(self, user: UserRef, chat: ChatRef, text: str, **manner: Unpack[Manner]) -> Message:
        """Write a message. `manner` is where and how: see `Manner`."""
        return self._write(user, chat, {"text": text, "entities": entities.find(text)}, manner)

    def edit(self, message: Message, text: str) -> Message:
        """Change the text of a message that a person wrote, or the caption of a document."""
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


def _button(message: Message, wanted: str, *, stale: bool) -> Button:
    offered = list(message.buttons)
    if stale:
        offered += [button for markup in reversed(message.past_markups) for button in buttons_of(markup)]
    for button in offered:
        if wanted in {button.text, button.data}:
            return button
    raise Impossible(f"no button {wanted!r}, only {[button.text for button in offered]}")
