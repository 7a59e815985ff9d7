"""State as the JSON objects of the Bot API."""

from typing import Any

from sandbox.telegram.state import Bot, Chat, ChatKind, Document, Member, Message, Status, User

Json = dict[str, Any]

_ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
)
_PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
_GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


def user(someone: User) -> Json:
    """Return a `User`."""
    return _some(
        id=someone.id,
        is_bot=someone.is_bot,
        first_name=someone.first_name,
        username=someone.username,
        language_code=someone.language_code,
    )


def myself(bot: Bot) -> Json:
    """Return the `User` that `getMe` answers with."""
    return user(bot.user) | {
        "can_join_groups": True,
        "can_read_all_group_messages": not bot.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def chat(where: Chat) -> Json:
    """Return a `Chat`."""
    if where.peer is not None:
        person = where.peer
        return _some(id=where.id, type="private", first_name=person.first_name, username=person.username)
    return _some(id=where.id, type=where.kind.value, title=where.title, is_forum=where.topics is not None or None)


def full_chat(where: Chat) -> Json:
    """Return a `ChatFullInfo`."""
    info = chat(where) | {
        "accent_color_id": where.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, False),
    }
    if where.is_group:
        rights = dict.fromkeys(_PERMISSIONS, where.allows_messages)
        info["permissions"] = rights | {"can_send_documents": where.allows_messages and where.allows_documents}
    if where.slow_mode:
        info["slow_mode_delay"] = where.slow_mode
    return info


def member(of: Member) -> Json:
    """Return a `ChatMember` of the kind that fits the status."""
    base = {"status": of.status.value, "user": user(of.user)}
    if of.status is Status.CREATOR:
        return base | {"is_anonymous": False}
    if of.status is Status.ADMINISTRATOR:
        return base | {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(_ADMIN_RIGHTS, True)
    if of.status is Status.KICKED:
        return base | {"until_date": 0}
    return base


def message(sent: Message, *, with_reply: bool = True) -> Json:
    """Return a `Message` as a bot gets it: reply keyboards are left out, an answered message comes once, not nested."""
    has_document = sent.document is not None
    fields = _some(
        message_id=sent.id,
        **{"from": user(sent.sender)},
        sender_chat=chat(sent.sender_chat) if sent.sender_chat else None,
        chat=chat(sent.chat),
        date=sent.date,
        via_bot=user(sent.via_bot) if sent.via_bot else None,
        edit_date=sent.edit_date,
        message_thread_id=sent.thread_id,
        is_topic_message=True if sent.thread_id is not None else None,
        text=None if has_document else sent.text or None,
        entities=None if has_document else sent.entities or None,
        document=document(sent.document) if sent.document else None,
        caption=sent.text or None if has_document else None,
        caption_entities=sent.entities or None if has_document else None,
        reply_markup=sent.markup if sent.buttons else None,
    )
    answered = _answered(sent) if with_reply else None
    if answered is not None:
        fields["reply_to_message"] = message(answered, with_reply=False)
    return fields | (sent.service or {}) | sent.extra


def callback_message(of: Message) -> Json:
    """Return what a callback query says of its message; a deleted one is an `InaccessibleMessage`."""
    return inaccessible(of.chat, of.id) if of.deleted else message(of)


def inaccessible(where: Chat, message_id: int) -> Json:
    """Return an `InaccessibleMessage`: one that is gone, or that bots may not see."""
    return {"chat": chat(where), "message_id": message_id, "date": 0}


def document(of: Document) -> Json:
    """Return a `Document`."""
    return {
        "file_name": of.name,
        "mime_type": of.mime_type,
        "file_id": of.file_id,
        "file_unique_id": of.file_unique_id,
        "file_size": len(of.content),
    }


def file(of: Document) -> Json:
    """Return a `File`, with the path to download it by."""
    return {
        "file_id": of.file_id,
        "file_unique_id": of.file_unique_id,
        "file_size": len(of.content),
        "file_path": of.path,
    }


def _answered(sent: Message) -> Message | None:
    """Return the message replied to; in a topic everything else replies to the message that opened the topic."""
    answered = sent.reply_to
    if answered is None and sent.thread_id is not None and sent.chat.kind is ChatKind.SUPERGROUP:
        answered = sent.chat.messages.get(sent.thread_id)
    return None if answered is None or answered is sent or answered.deleted else answered


def _some(**fields: Any) -> Json:
    return {name: value for name, value in fields.items() if value is not None}
