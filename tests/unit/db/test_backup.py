"""A backup of a live database is whole, private, destroys nothing, and can be put back."""

import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain import Role
from db import allowlist
from db.backup import BackupRefused, back_up, is_backup, put_in_place, rotate, take_copy
from db.engine import Database
from db.models import AllowedPerson
from tests.support.databases import sqlite_url

_NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


async def add(database: Database, user_id: int) -> None:
    async with database.write() as session:
        await allowlist.put(
            session,
            AllowedPerson(user_id=user_id, name="", role=Role.MANAGER, logins=[], added_by=None, added_at=_NOW),
        )


async def ids(database: Database) -> list[int]:
    async with database.read() as session:
        return [person.user_id for person in await allowlist.people(session)]


@pytest.fixture
async def live(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Database]:
    """Return a database that is open."""
    shutil.copyfile(migrated_file, tmp_path / "docsbot.db")
    opened = Database.open(sqlite_url(tmp_path / "docsbot.db"))
    yield opened
    await opened.close()


@pytest.fixture
def source(tmp_path: Path, migrated_file: Path) -> Path:
    """Return a database that nobody has open."""
    return Path(shutil.copyfile(migrated_file, tmp_path / "docsbot.db"))


async def test_a_live_database_is_copied_and_put_back(tmp_path: Path, live: Database) -> None:
    source, copy = tmp_path / "docsbot.db", tmp_path / "backup.db"
    await add(live, 1)
    async with live.write() as session:
        # Not committed yet, so not in the copy; and the copy does not wait for it.
        await allowlist.remove_person(session, 1)
        await session.flush()
        back_up(source, copy)
    await add(live, 2)
    await live.close()
    assert copy.stat().st_mode & 0o777 == 0o600
    assert is_backup(copy)
    assert not is_backup(source)

    replaced = put_in_place(take_copy(copy, source), source, _NOW)
    restored = Database.open(f"sqlite+aiosqlite:///{source}")
    assert await ids(restored) == [1]
    await add(restored, 3)
    await restored.close()
    assert not is_backup(source), "what was put back is no backup any more"
    assert replaced is not None
    kept = Database.open(f"sqlite+aiosqlite:///{replaced}")
    assert await ids(kept) == [2], "what was replaced is kept, with what its journal held"
    await kept.close()


def by_name(source: Path) -> Path:
    return source


def by_another_spelling(source: Path) -> Path:
    return source.parent / "." / ".." / source.parent.name / source.name


def by_symlink(source: Path) -> Path:
    link = source.with_name("link.db")
    link.symlink_to(source)
    return link


def by_hard_link(source: Path) -> Path:
    link = source.with_name("hard.db")
    os.link(source, link)
    return link


def beside(suffix: str) -> Callable[[Path], Path]:
    return lambda source: source.with_name(source.name + suffix)


def link_to(suffix: str) -> Callable[[Path], Path]:
    def linked(source: Path) -> Path:
        link = source.with_name("journal.db")
        link.symlink_to(source.with_name(source.name + suffix))
        return link

    return linked


def another_live_one(source: Path) -> Path:
    other = source.with_name("other.db")
    other.write_bytes(source.read_bytes())
    other.with_name("other.db-wal").write_bytes(b"")
    return other


@pytest.mark.parametrize(
    "target_of",
    [
        by_name,
        by_another_spelling,
        by_symlink,
        by_hard_link,
        beside("-wal"),
        beside("-shm"),
        beside(".lock"),
        beside("-journal"),
        link_to("-wal"),
        link_to(".lock"),
        another_live_one,
    ],
)
@pytest.mark.parametrize("force", [False, True])
async def test_nothing_in_use_is_written_over(
    tmp_path: Path, live: Database, target_of: Callable[[Path], Path], *, force: bool
) -> None:
    source = tmp_path / "docsbot.db"
    await add(live, 1)
    target = target_of(source)
    before = {path.name: path.lstat().st_ino for path in tmp_path.iterdir()}
    with pytest.raises(BackupRefused):
        back_up(source, target, force=force)
    assert {path.name: path.lstat().st_ino for path in tmp_path.iterdir()} == before
    await add(live, 2)
    assert await ids(live) == [1, 2]


def test_what_is_no_backup_is_replaced_only_by_force(tmp_path: Path, source: Path) -> None:
    precious = tmp_path / "report.xlsx"
    precious.write_bytes(b"precious")
    with pytest.raises(BackupRefused, match="--force"):
        back_up(source, precious)
    assert precious.read_bytes() == b"precious"
    back_up(source, precious, force=True)
    assert is_backup(precious)
    back_up(source, precious)


def test_a_failed_backup_leaves_the_last_one_alone(tmp_path: Path) -> None:
    source, copy = tmp_path / "docsbot.db", tmp_path / "backup.db"
    source.write_bytes(b"this is no database" * 100)
    copy.write_bytes(b"the last good one")
    with pytest.raises(sqlite3.DatabaseError):
        back_up(source, copy, force=True)
    assert copy.read_bytes() == b"the last good one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.db", "docsbot.db"]


def test_no_database_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(BackupRefused):
        back_up(tmp_path / "none.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_rotation_deletes_only_old_backups_of_ours(tmp_path: Path, source: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    names = [f"docsbot-2026112{day}-000000.db" for day in range(5)]
    for name in names:
        back_up(source, folder / name)
    (folder / "docsbot-20261101-000000.db").write_bytes(b"somebody else's")
    (folder / "notes.txt").write_bytes(b"")

    assert [path.name for path in rotate(folder, "docsbot-*.db", 2)] == names[:3]
    assert {path.name for path in folder.iterdir()} == {*names[3:], "docsbot-20261101-000000.db", "notes.txt"}


def test_only_a_database_of_ours_is_put_back(tmp_path: Path) -> None:
    source = tmp_path / "docsbot.db"
    with pytest.raises(BackupRefused, match="no backup"):
        take_copy(tmp_path / "none.db", source)
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as foreign:
        foreign.execute("CREATE TABLE t (x)")
    with pytest.raises(BackupRefused, match="no database of docsbot"):
        take_copy(tmp_path / "foreign.db", source)
    (tmp_path / "noise.db").write_bytes(b"noise" * 1000)
    with pytest.raises(sqlite3.DatabaseError):
        take_copy(tmp_path / "noise.db", source)
    assert not source.exists()
