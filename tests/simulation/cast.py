"""The people, the chats and the logins of every schedule, and what the allowlist says of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    name: str


ANNA = Person(101, "Anna")
BORIS = Person(102, "Boris")
OLGA = Person(103, "Olga")
IVAN = Person(104, "Ivan")

PEOPLE = {person.id: person for person in (ANNA, BORIS, OLGA, IVAN)}
MANAGERS = (ANNA, BORIS)
ALLOWED = (ANNA, BORIS, OLGA)
"""Olga is the admin; Ivan is on no list."""

TEAM = -1001
TEAM_LATER = -1_001_000_001_001
"""The id of the team's group once it is a supergroup."""
TOPICS = (7, 8)
"""The topics of the team's group, where it is a forum; what is in none is in its general one."""
ELSEWHERE = -1002
"""A group that nobody allowed."""

BOTS = (4242, 4343)
"""The bot, and the one whose token it may be given."""
TOKENS_SECRET = "S3CR3T" * 6
TOKENS = {bot: f"{bot}:{TOKENS_SECRET}" for bot in BOTS}
SECRETS = {"acme": "acme-pa55word", "beta": "beta-pa55word"}
LOGINS = tuple(SECRETS)
