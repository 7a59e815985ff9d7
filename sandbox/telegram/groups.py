"""What happens to groups: who comes and goes, what is allowed, topics, upgrades, linked channels."""

from collections.abc import Iterable, Sequence

from sandbox.telegram import entities, wire
from sandbox.telegram.acting import Acts, BotRef, ChatRef, Impossible, UserRef
from sandbox.telegram.state import SERVICE_NOTIFICATIONS, Chat, ChatKind, Member, Message, Status, User

TOPIC_COLOR = 0x6FB9F0


class Groups(Acts):
    """Acts on groups. `by` is who does it; by default the group's creator."""

    def add_group(
        self,
        chat_id: int,
        title: str,
        members: Sequence[UserRef],
        *,
        kind: ChatKind | str = ChatKind.SUPERGROUP,
        admins: Iterable[UserRef] = (),
        topics: Sequence[str] | None = None,
        bots: Iterable[BotRef] = (),
    ) -> Chat:
        """Set up a group as if it had always been there: nobody is told.

        The first of `members` is the creator. `topics` makes a forum (see `topic`). `bots` are in it as plain members.
        """
        if chat_id >= 0 or chat_id in self.world.chats:
            raise Impossible("a group's id is negative and its own")
        group = self.world.add_chat(chat_id, ChatKind(kind), title)
        for someone in members:
            self._seat(group, self.user(someone), Status.MEMBER)
        for someone in admins:
            self._seat(group, self.user(someone), Status.ADMINISTRATOR)
        self._seat(group, self.user(members[0]), Status.CREATOR)
        if topics is not None:
            group.topics = {}
            for name in topics:
                self.add_topic(group, name)
        for bot in bots:
            self._seat(group, self.bot(bot).user, Status.MEMBER)
        return group

    def add_channel(self, chat_id: int, title: str) -> Chat:
        """Set up a channel, to write as it or to link it with a group."""
        return self.world.add_chat(chat_id, ChatKind.CHANNEL, title)

    def add_to_group(
        self, group: ChatRef, someone: UserRef | BotRef | None = None, by: UserRef | None = None, *, admin: bool = False
    ) -> Message:
        """Add a person or a bot (the first bot if nobody is named) to a group."""
        where, newcomer = self.chat(group), self._someone(someone)
        actor = self._actor(where, by)
        self._place(where, newcomer, Status.ADMINISTRATOR if admin else Status.MEMBER, actor)
        shown = wire.user(newcomer)
        return self.world.post(where, actor, service={"new_chat_members": [shown]})

    def remove_from_group(
        self, group: ChatRef, someone: UserRef | BotRef | None = None, by: UserRef | None = None
    ) -> Message:
        """Kick a person or a bot (the first bot if nobody is named); with `by` themselves they leave."""
        where, leaver = self.chat(group), self._someone(someone)
        actor = self._actor(where, by)
        self._place(where, leaver, Status.LEFT if actor is leaver else Status.KICKED, actor)
        return self.world.post(where, actor, service={"left_chat_member": wire.user(leaver)})

    def set_admin(
        self, group: ChatRef, someone: UserRef | BotRef | None = None, *, admin: bool = True, by: UserRef | None = None
    ) -> None:
        """Make a member (the first bot if nobody is named) an admin with every right, or a plain member again."""
        where = self.chat(group)
        status = Status.ADMINISTRATOR if admin else Status.MEMBER
        self._place(where, self._someone(someone), status, self._actor(where, by))

    def restrict(self, group: ChatRef, *, messages: bool = True, documents: bool = True, slow_mode: int = 0) -> None:
        """Set what plain members, bots included, may do; `slow_mode` is the seconds between two messages of one."""
        where = self.chat(group)
        where.allows_messages, where.allows_documents, where.slow_mode = messages, documents, slow_mode

    def upgrade(self, group: ChatRef, by: UserRef | None = None) -> Chat:
        """Turn a basic group into a supergroup, which is another chat with another id; returns that."""
        old = self.chat(group)
        if old.kind is not ChatKind.GROUP or old.migrated_to is not None:
            raise Impossible("only a basic group can be upgraded, and once")
        actor = self._actor(old, by)
        new = self.world.add_chat(-(1_000_000_000_000 - old.id), ChatKind.SUPERGROUP, old.title)
        new.members = dict(old.members)
        self.world.post(old, actor, service={"migrate_to_chat_id": new.id})
        old.migrated_to = new
        self.world.post(new, actor, service={"migrate_from_chat_id": old.id})
        return new

    def add_topic(self, group: ChatRef, name: str, by: UserRef | None = None) -> int:
        """Open a topic in a forum and return its thread id."""
        where = self.chat(group)
        if where.topics is None:
            raise Impossible("this group has no topics")
        service = {"forum_topic_created": {"name": name, "icon_color": TOPIC_COLOR}}
        opened = self.world.post(where, self._actor(where, by), service=service)
        where.topics[opened.id] = name
        return opened.id

    def topic(self, group: ChatRef, name: str) -> int:
        """Return the thread id of the topic with this name."""
        topics = self.chat(group).topics or {}
        return next(thread_id for thread_id, known in topics.items() if known == name)

    def delete_topic(self, group: ChatRef, thread_id: int) -> None:
        """Delete a topic with all that is in it."""
        where = self.chat(group)
        if where.topics is None or where.topics.pop(thread_id, None) is None:
            raise Impossible(f"there is no topic {thread_id}")
        for message in where.messages.values():
            message.deleted = message.deleted or message.thread_id == thread_id
        self.world.bell.ring()

    def forward_post(self, channel: ChatRef, group: ChatRef, text: str) -> Message:
        """Write in a channel that is linked with the group: Telegram puts the post into the group by itself."""
        source, where = self.chat(channel), self.chat(group)
        origin = {"type": "channel", "date": self.world.now(), "chat": wire.chat(source), "message_id": 1}
        return self.world.post(
            where,
            self.user(SERVICE_NOTIFICATIONS),
            sender_chat=source,
            text=text,
            entities=entities.find(text),
            extra={"is_automatic_forward": True, "forward_origin": origin},
        )

    def _someone(self, ref: UserRef | BotRef | None) -> User:
        if isinstance(ref, int | User):
            return self.user(ref)
        return self.bot(ref).user

    def _actor(self, group: Chat, by: UserRef | None) -> User:
        if by is not None:
            return self.user(by)
        return next(member.user for member in group.members.values() if member.status is Status.CREATOR)

    def _seat(self, group: Chat, someone: User, status: Status) -> None:
        group.members[someone.id] = Member(someone, status)
