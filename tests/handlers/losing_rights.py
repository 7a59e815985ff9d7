"""Ways in which Anna, who manages with the logins beta and demo, loses the right to what she made with beta."""

from datetime import timedelta

from bot.domain import Role
from db import allowlist
from db.models import AllowedChat, AllowedPerson
from tests.support.stage import ANNA, TEAM, Stage


async def person(on: Stage, who: int, *logins: str, until: timedelta | None = None) -> None:
    now = on.clock.now()
    entry_ = AllowedPerson(user_id=who, name="x", role=Role.MANAGER, logins=list(logins), added_by=None, added_at=now)
    entry_.expires_at = None if until is None else now + until
    async with on.app.database.write() as session:
        await allowlist.put(session, entry_)


async def group(on: Stage, login: str | None, until: timedelta | None = None) -> None:
    now = on.clock.now()
    entry_ = AllowedChat(chat_id=TEAM, name="Team", login=login, everyone=False, added_by=None, added_at=now)
    entry_.expires_at, entry_.left_at = None if until is None else now + until, None
    async with on.app.database.write() as session:
        await allowlist.put(session, entry_)


async def loses_the_login(on: Stage) -> None:
    await person(on, ANNA, "demo")


async def has_the_default_one(on: Stage) -> None:
    await person(on, ANNA)


async def is_revoked(on: Stage) -> None:
    async with on.app.database.write() as session:
        await allowlist.remove_person(session, ANNA)


async def expires(on: Stage) -> None:
    await person(on, ANNA, "demo", "beta", until=timedelta(seconds=1))
    on.clock.advance(timedelta(seconds=1))


async def group_is_revoked(on: Stage) -> None:
    async with on.app.database.write() as session:
        await allowlist.remove_chat(session, TEAM)


async def group_expires(on: Stage) -> None:
    await group(on, "beta", until=timedelta(seconds=1))
    on.clock.advance(timedelta(seconds=1))


async def group_moves_to_another_login(on: Stage) -> None:
    await group(on, "demo")


async def nothing(on: Stage) -> None:
    del on
