"""Whoever a visitor may be, and what each of them is to the bot now."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from db import allowlist
from db.models import AllowedPerson
from sandbox.demo.stage import Stage
from sandbox.telegram.state import User

Json = dict[str, Any]


async def people(stage: Stage) -> list[Json]:
    """Return everybody: whom an admin lets in is a stranger no more, and whose time is over is one."""
    async with stage.database.read() as session:
        listed = {entry.user_id: entry for entry in await allowlist.people(session)}
    return [_person(stage, person, listed) for person in stage.cast.people]


def _person(stage: Stage, person: User, listed: Mapping[int, AllowedPerson]) -> Json:
    entry = listed.get(person.id)
    if entry is not None and entry.expires_at is not None and entry.expires_at <= datetime.now(UTC):
        entry = None
    listed_as = "stranger" if entry is None else entry.role.value
    return {
        "id": person.id,
        "name": person.first_name,
        "role": "admin" if person in stage.cast.admins else listed_as,
        "login": ", ".join(entry.logins) if entry is not None else "",
        "language": person.language_code or "en",
    }
