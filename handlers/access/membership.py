"""The bot's own place in groups and channels (`my_chat_member`): it was added, or removed."""

from telegram import Chat, ChatMember, ChatMemberUpdated, Update
from telegram.ext import ContextTypes

from bot.access.membership import Group, Membership
from bot.domain import Person
from bot.language.preferences import LanguagePreferences

_GROUPS = frozenset({Chat.GROUP, Chat.SUPERGROUP})
_PRESENT = frozenset({ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER})


class MembershipHandler:
    """Nobody is let through here: who added the bot decides nothing."""

    def __init__(self, membership: Membership, languages: LanguagePreferences) -> None:
        self._membership = membership
        self._languages = languages

    async def __call__(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        change = update.my_chat_member
        if change is None:
            return
        before, after = _present(change.old_chat_member), _present(change.new_chat_member)
        if change.chat.type == Chat.CHANNEL and after and not before:
            await self._membership.added_to_channel(change.chat.id, change.from_user.id)
        if change.chat.type not in _GROUPS:
            return
        group, by = Group(change.chat.id, change.chat.title or str(change.chat.id)), await self._person(change)
        if after and not before:
            await self._membership.added(group, by)
        elif before and not after:
            await self._membership.removed(group, by)

    async def _person(self, change: ChatMemberUpdated) -> Person:
        user = change.from_user
        return Person(
            user.id, user.full_name, (await self._languages.for_speaker(user.id, user.language_code)).language
        )


def _present(member: ChatMember) -> bool:
    """Say whether this is a member; one who is restricted may also have left."""
    return member.status in _PRESENT or getattr(member, "is_member", False) is True
