"""Whoever a visitor may be."""

from typing import Any

from sandbox.demo.stage import Stage
from sandbox.telegram.state import User

Json = dict[str, Any]


def people(stage: Stage) -> list[Json]:
    """Return everybody, with what they are to the bot."""
    return [_person(stage, person) for person in stage.cast.people]


def _person(stage: Stage, person: User) -> Json:
    return {
        "id": person.id,
        "name": person.first_name,
        "role": stage.cast.role(person),
        "login": stage.cast.login(person),
        "language": person.language_code or "en",
    }
