"""The ground under people's acts: telling users, bots and chats by id, and saying when an act is impossible."""

from sandbox.telegram.state import Bot, Chat, ChatKind, Member, Message, Status, User
from sandbox.telegram.world import World

UserRef = User | int
ChatRef = Chat | int
BotRef = Bot | User | str


class Impossible(Exception):
    """A person can't do that: the app on their phone would not offer it."""


class Acts:
    """Base of `People` and `Groups`."""

    def __init__(self, world: World) -> None:
        self.world = world

    def user(self, ref: UserRef) -> User:
        """Return a user by id."""
        if isinstance(ref, User):
            return ref
        if ref not in self.world.users:
            raise Impossible(f"there is no user {ref}")
        return self.world.users[ref]

    def bot(self, ref: BotRef | None = None) -> Bot:
        """Return a bot by account or username; without either the first one."""
        if isinstance(ref, Bot):
            return ref
        for bot in self.world.bots.values():
            if ref is None or ref is bot.user or ref == bot.user.username:
                return bot
        raise Impossible(f"there is no bot {ref}" if ref else "there is no bot")

    def chat(self, ref: ChatRef, bot: BotRef | None = None) -> Chat:
        """Return a chat by id; a person's id means their private chat with `bot` (by default the first bot)."""
        if isinstance(ref, Chat):
            return ref
        if ref in self.world.chats:
            return self.world.chats[ref]
        if ref in self.world.users and not self.world.users[ref].is_bot:
            return self.world.private_chat(self.bot(bot), self.world.users[ref])
        raise Impossible(f"there is no chat {ref}")

    def message(self, chat: ChatRef, message_id: int, bot: BotRef | None = None) -> Message:
        """Return a message by its id, a deleted one too."""
        messages = self.chat(chat, bot).messages
        if message_id not in messages:
            raise Impossible(f"there is no message {message_id} in this chat")
        return messages[message_id]

    def _present(self, chat: Chat, someone: User) -> None:
        if chat.kind is ChatKind.PRIVATE:
            allowed = chat.peer is someone
        else:
            allowed = someone.id in chat.members and chat.members[someone.id].present
        if not allowed:
            raise Impossible(f"{someone.first_name} is not in this chat")

    def _place(self, chat: Chat, someone: User, status: Status, by: User) -> None:
        """Give a user a place in a group; a bot is told of its own."""
        old = chat.members.get(someone.id, Member(someone, Status.LEFT))
        chat.members[someone.id] = Member(someone, status)
        if someone.is_bot:
            self.world.tell_place(chat, self.world.bot_of(someone), old, by)
        self.world.bell.ring()
