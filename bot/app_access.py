"""The composition root's part for people, groups and access."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.access.admins import Admins
from bot.access.allowlist import Allowing
from bot.access.authorization import Doorkeeper
from bot.access.login_choice import Choosing
from bot.access.membership import Membership
from bot.access.petition_cards import Cards
from bot.access.petitions import Petitions
from bot.access.policy import Action
from bot.audit.reading import Auditing
from bot.domain import Decision
from bot.language.preferences import Tongues
from bot.messaging.messenger import Messenger
from bot.messaging.profiles import Directory
from bot.runtime.clock import Clock
from bot.runtime.signals import Signal
from bot.settings import Settings
from db.engine import Database
from handlers import entry_keyboards, keyboards, petition
from handlers.access import Access
from handlers.allow import Allow, Revoke
from handlers.audit import Audit
from handlers.calls import Button, CommandHandler
from handlers.membership import MembershipHandler
from handlers.petition import Petition
from handlers.use import USE, Use


@dataclass(frozen=True, slots=True)
class AccessParts:
    """What the application registers and runs."""

    cards: Cards
    changes: Signal[None]
    membership: MembershipHandler
    contact: CommandHandler
    commands: Mapping[str, CommandHandler]
    for_admins: Mapping[str, CommandHandler]
    about_everybody: Mapping[str, CommandHandler]
    buttons: Mapping[str, Button]


def build_access(
    *,
    database: Database,
    clock: Clock,
    messenger: Messenger,
    directory: Directory,
    tongues: Tongues,
    doorkeeper: Doorkeeper,
    admins: Admins,
    settings: Settings,
) -> AccessParts:
    """Make the parts."""
    names, zone = [account.login for account in settings.accounts], settings.timezone
    cards = Cards(database, clock, messenger, directory, tongues, doorkeeper, buttons=petition.buttons_for(names))
    changes: Signal[None] = Signal()
    changes.listen(lambda _: cards.wake())
    petitions = Petitions(database, clock, changes)
    allowing = Allowing(database, clock, changes, admin_ids=doorkeeper.admin_ids, names=names)
    membership = Membership(database, clock, doorkeeper, petitions, admins, directory, changes)

    access = Access(allowing, messenger, clock, zone)
    allow = Allow(allowing, access, directory, messenger, clock, zone)
    audit = Audit(Auditing(database, clock, zone), messenger, clock, zone)
    deciding = Petition(petitions, access, messenger, clock, names)
    use = Use(Choosing(database, clock, doorkeeper.admin_ids), messenger)
    return AccessParts(
        cards=cards,
        changes=changes,
        membership=MembershipHandler(membership, tongues),
        contact=allow.contact,
        commands={"use": use},
        for_admins={"allow": allow, "revoke": Revoke(allowing, access, messenger)},
        about_everybody={"access": access, "audit": audit},
        buttons={
            **access.buttons,
            **audit.buttons,
            USE: Button(use.chosen),
            entry_keyboards.LET_IN: Button(allow.let_in, 2, Action.MANAGE),
            keyboards.PETITION: Button(deciding.asked, 1, Action.PETITION),
            petition.AS_MANAGER: Button(deciding.saying(Decision.MANAGER), 1, Action.MANAGE),
            petition.AS_ADMIN: Button(deciding.saying(Decision.ADMIN), 1, Action.MANAGE),
            petition.REFUSE: Button(deciding.saying(Decision.REFUSED), 1, Action.MANAGE),
            petition.LEAVE: Button(deciding.saying(Decision.REFUSED), 1, Action.MANAGE),
            petition.LET_GROUP: Button(deciding.group_allowed, 2, Action.MANAGE),
        },
    )
