"""What people hand on in Telegram: files, contacts, messages of others, and what they pin."""

import mimetypes
from typing import Any, Unpack

from sandbox.telegram import entities, wire
from sandbox.telegram.acting import BotRef, ChatRef, Impossible, UserRef
from sandbox.telegram.rules import MAX_CAPTION
from sandbox.telegram.state import Json, Message
from sandbox.telegram.writing import Manner, Writing


class Sharing(Writing):
    """Acts of people that carry something. What `Manner` says of a message is taken wherever it can be meant."""

    def attach(
        self,
        user: UserRef,
        chat: ChatRef,
        name: str,
        content: bytes,
        *,
        caption: str = "",
        **manner: Unpack[Manner],
    ) -> Message:
        """Send a file as a document; a bot that hears of it can fetch its bytes with `getFile`."""
        where = self.chat(chat, manner.get("bot"))
        if not content:
            raise Impossible("an empty file can't be sent")
        if len(caption) > MAX_CAPTION:
            raise Impossible(f"a caption has at most {MAX_CAPTION} characters")
        self._check_writable(where, self.user(user))
        mime_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        document = self.world.keep_file(self.world.bots_in(where), name, mime_type, content)
        text, found = entities.trimmed(caption, entities.find(caption))
        return self._write(user, where, {"text": text, "entities": found, "document": document}, manner)

    def share_contact(
        self,
        user: UserRef,
        chat: ChatRef,
        whom: UserRef,
        *,
        phone_number: str = "+70000000000",
        **manner: Unpack[Manner],
    ) -> Message:
        """Share the contact of another user."""
        shared = self.user(whom)
        contact = {"phone_number": phone_number, "first_name": shared.first_name, "user_id": shared.id}
        return self._write(user, chat, {"extra": {"contact": contact}}, manner)

    def forward(
        self,
        user: UserRef,
        message: Message,
        to: ChatRef,
        *,
        thread_id: int | None = None,
        as_chat: ChatRef | None = None,
        hidden: bool = False,
        bot: BotRef | None = None,
    ) -> Message:
        """Forward a message to a chat, with its file and without its buttons.

        `hidden`: whoever wrote it lets nobody link to their account, so that only their name comes along. What was
        forwarded before keeps its first origin.
        """
        person, where = self.user(user), self.chat(to, bot)
        self._present(message.chat, person)
        if message.deleted or message.service is not None:
            raise Impossible("this message can't be forwarded")
        extra = {name: value for name, value in message.extra.items() if name in {"contact", "forward_origin"}}
        extra.setdefault("forward_origin", _origin(message, hidden=hidden))
        content: dict[str, Any] = {"text": message.text, "entities": message.entities, "extra": extra}
        if message.document is not None:
            content["document"] = self.world.share_file(self.world.bots_in(where), message.document)
        content["via_bot"] = message.via_bot
        return self._write(person, where, content, {"thread_id": thread_id, "as_chat": as_chat})

    def pin(
        self,
        user: UserRef,
        chat: ChatRef,
        pinned: Message | int,
        *,
        accessible: bool = True,
        bot: BotRef | None = None,
    ) -> Message:
        """Pin a message; returns the service message that tells of it.

        A message that is not there any more, or is not `accessible` to bots, comes as an `InaccessibleMessage`.
        """
        person, where = self.user(user), self.chat(chat, bot)
        message_id = pinned.id if isinstance(pinned, Message) else pinned
        message = where.messages.get(message_id)
        there = accessible and message is not None and not message.deleted
        content = wire.message(message, with_reply=False) if message and there else wire.inaccessible(where, message_id)
        return self._write(person, where, {"service": {"pinned_message": content}}, {})


def _origin(message: Message, *, hidden: bool) -> Json:
    """Return the `MessageOrigin` of a message that nobody forwarded before."""
    if message.sender_chat is not None:
        return {"type": "chat", "date": message.date, "sender_chat": wire.chat(message.sender_chat)}
    if hidden:
        return {"type": "hidden_user", "date": message.date, "sender_user_name": message.sender.first_name}
    return {"type": "user", "date": message.date, "sender_user": wire.user(message.sender)}
