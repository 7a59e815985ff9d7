"""Who is there in the demo: people, chats, the bot's account and its logins at SMS Center. All invented."""

from dataclasses import dataclass

from sandbox.telegram import Impossible, Telegram
from sandbox.telegram.state import Bot, Chat, User

BOT_TOKEN = "4242:" + "demo-token-" + "0" * 24
BOT_USERNAME = "docsbot_demo_bot"

DEFAULT_LOGIN = "demo"
SECOND_LOGIN = "partner"
LOGINS = (DEFAULT_LOGIN, SECOND_LOGIN)


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody. Anna and Boris are managers, Boris with a login of his own; Olga is an admin, Ivan is a stranger."""

    bot: Bot
    anna: User
    boris: User
    olga: User
    ivan: User
    team: Chat
    forum: Chat

    @property
    def people(self) -> tuple[User, ...]:
        """Whoever a visitor may be, in the order in which they are offered."""
        return self.anna, self.boris, self.olga, self.ivan

    def person(self, person_id: int) -> User:
        """Return one of the people by id."""
        for person in self.people:
            if person.id == person_id:
                return person
        raise Impossible(f"there is no person {person_id}")

    @property
    def admins(self) -> tuple[User, ...]:
        """Those whom the bot's settings make admins."""
        return (self.olga,)

    def login(self, person: User) -> str | None:
        """Return the login that a person begins with, None for the default one."""
        return SECOND_LOGIN if person is self.boris else None

    @property
    def groups(self) -> tuple[Chat, ...]:
        """The group chats."""
        return self.team, self.forum


def join(telegram: Telegram) -> Cast:
    """Let everybody join Telegram, as if they had always been there."""
    bot = telegram.add_bot(BOT_TOKEN, BOT_USERNAME, "docsbot")
    anna = telegram.add_user(1001, "Anna", "anna", language_code="en")
    boris = telegram.add_user(1002, "Борис", "boris", language_code="ru")
    olga = telegram.add_user(1003, "Olga", "olga", language_code="en")
    ivan = telegram.add_user(1004, "Ivan", "ivan", language_code="en")
    everybody = [olga, anna, boris, ivan]
    team = telegram.add_group(-1001000000001, "Sales team", everybody, bots=[bot])
    forum = telegram.add_group(-1001000000002, "Accounts", everybody, topics=["Invoices", "Acts"], bots=[bot])
    return Cast(bot, anna, boris, olga, ivan, team, forum)
