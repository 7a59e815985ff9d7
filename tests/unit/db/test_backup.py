"""A backup of a live database is whole, private, and can be put back."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain import Role
from db import allowlist
from db.backup import back_up
from db.engine import Database
from db.migrate import upgrade
from db.models import AllowedPerson


async def add(database: Database, user_id: int) -> None:
    async with database.write() as session:
        now = datetime.now(UTC)
        await allowlist.put(
            session, AllowedPerson(user_id=user_id, name="", role=Role.MANAGER, logins=[], added_by=None, added_at=now)
        )


async def ids(database: Database) -> list[int]:
    async with database.read() as session:
        return [person.user_id for person in await allowlist.people(session)]


async def test_a_live_database_is_copied_and_put_back(tmp_path: Path) -> None:
    source, copy = tmp_path / "docsbot.db", tmp_path / "backup.db"
    live = Database.open(f"sqlite+aiosqlite:///{source}")
    await upgrade(live)
    await add(live, 1)
    async with live.write() as session:
        # Not committed yet, so not in the copy; and the copy does not wait for it.
        await allowlist.remove_person(session, 1)
        await session.flush()
        back_up(source, copy)
    await add(live, 2)
    await live.close()
    assert copy.stat().st_mode & 0o777 == 0o600

    for leftover in (source, Path(f"{source}-wal"), Path(f"{source}-shm")):
        leftover.unlink(missing_ok=True)
    copy.replace(source)
    restored = Database.open(f"sqlite+aiosqlite:///{source}")
    assert await ids(restored) == [1]
    await add(restored, 3)
    assert await ids(restored) == [1, 3]
    await restored.close()


def test_a_failed_backup_leaves_the_last_one_alone(tmp_path: Path) -> None:
    source, copy = tmp_path / "docsbot.db", tmp_path / "backup.db"
    source.write_bytes(b"this is no database" * 100)
    copy.write_bytes(b"the last good one")
    with pytest.raises(sqlite3.DatabaseError):
        back_up(source, copy)
    assert copy.read_bytes() == b"the last good one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.db", "docsbot.db"]


def test_no_database_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        back_up(tmp_path / "none.db", tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "empty.db")):
        pass
    assert not (tmp_path / "none.db").exists()
