"""Who may do what, where, and with which login: one decision table, default deny, and the rows that it is asked of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain import ConfiguredLogins, Denial, Role
from db.models import AllowedChat, AllowedPerson


class Standing(StrEnum):
    """What a person is to the bot."""

    STRANGER = "stranger"
    EXPIRED = "expired"
    """On the list, but their time is over."""
    MANAGER = "manager"
    ADMIN = "admin"
    ALWAYS_ADMIN = "always_admin"
    """An admin by the setting ADMIN_IDS, whatever the list says."""


class Place(StrEnum):
    """What a chat is to the bot."""

    PRIVATE = "private"
    LISTED = "listed"
    """A group on the list, for people who are on it too."""
    EVERYONE = "everyone"
    """A group on the list, for everyone in it."""
    CLOSED = "closed"
    """A group that is not on the list, whose time is over, or that removed the bot."""


class Action(StrEnum):
    """An action that needs permission."""

    USE = "use"
    """Ask for documents, and everything about one's own requests."""
    RECEIVE = "receive"
    """Have a document or another outcome shown in the chat."""
    MANAGE = "manage"
    """Change people, groups and logins."""
    READ_LISTS = "read_lists"
    """See the allowlist and the audit, which are about everybody."""
    PETITION = "petition"
    """Ask to be let in."""


class Ruling(StrEnum):
    """What the table says."""

    YES = "yes"
    IN_PRIVATE = "in_private"
    """They may, but alone with the bot."""
    ADMINS_ONLY = "admins_only"
    ALREADY_IN = "already_in"
    NOT_ON_LIST = "not_on_list"
    """No, and they are told how access comes about."""
    SILENT = "silent"
    """No, without a word."""


_YES, _IN_PRIVATE, _ADMINS_ONLY = Ruling.YES, Ruling.IN_PRIVATE, Ruling.ADMINS_ONLY
_ALREADY_IN, _NOT_ON_LIST, _SILENT = Ruling.ALREADY_IN, Ruling.NOT_ON_LIST, Ruling.SILENT

# fmt: off
_TABLE: Mapping[tuple[Place, Action], tuple[Ruling, Ruling, Ruling, Ruling, Ruling]] = {
    # in this order:                     stranger,     expired,      manager,      admin,       always an admin
    (Place.PRIVATE, Action.USE):        (_NOT_ON_LIST, _NOT_ON_LIST, _YES,         _YES,        _YES),
    (Place.PRIVATE, Action.RECEIVE):    (_SILENT,      _SILENT,      _YES,         _YES,        _YES),
    (Place.PRIVATE, Action.MANAGE):     (_NOT_ON_LIST, _NOT_ON_LIST, _ADMINS_ONLY, _YES,        _YES),
    (Place.PRIVATE, Action.READ_LISTS): (_NOT_ON_LIST, _NOT_ON_LIST, _ADMINS_ONLY, _YES,        _YES),
    (Place.PRIVATE, Action.PETITION):   (_YES,         _YES,         _ALREADY_IN,  _ALREADY_IN, _ALREADY_IN),

    (Place.LISTED, Action.USE):         (_NOT_ON_LIST, _NOT_ON_LIST, _YES,         _YES,        _YES),
    (Place.LISTED, Action.RECEIVE):     (_SILENT,      _SILENT,      _YES,         _YES,        _YES),
    (Place.LISTED, Action.MANAGE):      (_NOT_ON_LIST, _NOT_ON_LIST, _ADMINS_ONLY, _YES,        _YES),
    (Place.LISTED, Action.READ_LISTS):  (_NOT_ON_LIST, _NOT_ON_LIST, _ADMINS_ONLY, _IN_PRIVATE, _IN_PRIVATE),
    (Place.LISTED, Action.PETITION):    (_IN_PRIVATE,  _IN_PRIVATE,  _ALREADY_IN,  _ALREADY_IN, _ALREADY_IN),

    (Place.EVERYONE, Action.USE):        (_YES,         _YES,         _YES,         _YES,        _YES),
    (Place.EVERYONE, Action.RECEIVE):    (_YES,         _YES,         _YES,         _YES,        _YES),
    (Place.EVERYONE, Action.MANAGE):     (_ADMINS_ONLY, _ADMINS_ONLY, _ADMINS_ONLY, _YES,        _YES),
    (Place.EVERYONE, Action.READ_LISTS): (_ADMINS_ONLY, _ADMINS_ONLY, _ADMINS_ONLY, _IN_PRIVATE, _IN_PRIVATE),
    (Place.EVERYONE, Action.PETITION):   (_IN_PRIVATE,  _IN_PRIVATE,  _ALREADY_IN,  _ALREADY_IN, _ALREADY_IN),

    (Place.CLOSED, Action.USE):         (_SILENT,      _SILENT,      _SILENT,      _SILENT,     _SILENT),
    (Place.CLOSED, Action.RECEIVE):     (_SILENT,      _SILENT,      _SILENT,      _SILENT,     _SILENT),
    (Place.CLOSED, Action.MANAGE):      (_SILENT,      _SILENT,      _SILENT,      _SILENT,     _SILENT),
    (Place.CLOSED, Action.READ_LISTS):  (_SILENT,      _SILENT,      _SILENT,      _SILENT,     _SILENT),
    (Place.CLOSED, Action.PETITION):    (_SILENT,      _SILENT,      _SILENT,      _SILENT,     _SILENT),
}
# fmt: on
_COLUMNS = tuple(Standing)


def rule(standing: Standing, place: Place, action: Action) -> Ruling:
    """Look up whether a person may do something in a chat, and what they hear if not."""
    return _TABLE[place, action][_COLUMNS.index(standing)]


@dataclass(frozen=True, slots=True)
class LoginOptions:
    """Which logins a person may use in a chat."""

    now: str | None = None
    """The one that their next request uses; None: there is none for them."""
    own: tuple[str, ...] = ()
    """What their entry names."""
    usable: tuple[str, ...] = ()
    """Of these the ones that the settings have, to choose from."""
    lost: str | None = None
    """The one that it would be, had the settings it still; `now` is the only one left."""
    of_chat: str | None = None
    """The group's own login. It binds everybody in it: a group's documents are one company's."""
    every: bool = False
    """Whether they may act for requests of any login: admins whose entry names none."""

    @property
    def can_choose(self) -> bool:
        return self.of_chat is None and len(self.usable) > 1

    @property
    def readable(self) -> frozenset[str] | None:
        """The logins whose documents they may see; None: all of them."""
        if self.of_chat is not None:
            return frozenset({self.of_chat})
        return None if self.every else frozenset({*self.own, *((self.now,) if self.now is not None else ())})

    def include(self, login: str) -> bool:
        return self.readable is None or login in self.readable


@dataclass(frozen=True, slots=True)
class Access:
    """A person in a chat: what they are, what it is, and which logins they may use there."""

    standing: Standing
    place: Place
    logins: LoginOptions = LoginOptions()

    @property
    def login(self) -> str | None:
        """The login that their requests use; None: there is none for them."""
        return self.logins.now

    def rule(self, action: Action) -> Ruling:
        return rule(self.standing, self.place, action)

    def may(self, action: Action) -> bool:
        return self.rule(action) is Ruling.YES

    @property
    def is_admin(self) -> bool:
        """Whether they may manage the bot here."""
        return self.may(Action.MANAGE)

    def denial(self, action: Action, login: str) -> Denial | None:
        """Say why they may not do something about a request of this login; None: they may."""
        if self.may(action):
            return None if self.logins.include(login) else Denial.NO_LOGIN
        if self.place is Place.CLOSED:
            return Denial.CHAT_CLOSED
        return Denial.EXPIRED if self.standing is Standing.EXPIRED else Denial.NOT_LISTED


def standing_of(person: AllowedPerson | None, now: datetime, *, always_admin: bool) -> Standing:
    """Say what a person with this entry is; an entry is good until its time, not at it."""
    if always_admin:
        return Standing.ALWAYS_ADMIN
    if person is None:
        return Standing.STRANGER
    if is_over(person, now):
        return Standing.EXPIRED
    return Standing.ADMIN if person.role is Role.ADMIN else Standing.MANAGER


def place_of(chat: AllowedChat | None, now: datetime, *, private: bool) -> Place:
    """Say what a chat with this entry is."""
    if private:
        return Place.PRIVATE
    if chat is None or chat.left_at is not None or is_over(chat, now):
        return Place.CLOSED
    return Place.EVERYONE if chat.everyone else Place.LISTED


def login_options(
    standing: Standing,
    entry: AllowedPerson | None,
    chosen: str | None,
    of_chat: str | None,
    configured: ConfiguredLogins,
) -> LoginOptions:
    """Say which logins a person may use in a chat whose own login, if it has one, is `of_chat`.

    Without one it is what their entry names: the login that they chose for this chat if it still is theirs, else their
    first. An entry that names none stands for the default login. Who is on no list, in a group for everyone, has none.
    Where the settings have that login no longer, it is the only other one of theirs; of several none is guessed.
    """
    if standing in {Standing.STRANGER, Standing.EXPIRED}:
        return LoginOptions(now=of_chat, of_chat=of_chat)
    own = tuple(entry.logins) if entry is not None else ()
    usable = tuple(login for login in own if login in configured)
    meant = chosen if chosen is not None and chosen in own else next(iter(own), configured.default)
    lost = meant if of_chat is None and meant not in configured and len(usable) == 1 else None
    now = of_chat or (meant if lost is None else usable[0])
    return LoginOptions(now, own, usable, lost, of_chat, every=standing is not Standing.MANAGER and not own)


def is_over(entry: AllowedPerson | AllowedChat, now: datetime) -> bool:
    """Say whether the time of an entry is over."""
    return entry.expires_at is not None and entry.expires_at <= now
