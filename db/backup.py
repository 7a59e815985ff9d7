"""A consistent copy of a live SQLite database, and putting one back.

A backup carries a mark of ours in SQLite's `application_id`, so that nothing else is ever replaced by one.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

_MARK = 0x646F6373  # "docs"
_JOURNALS = ("-wal", "-shm", "-journal")
_BESIDE = (*_JOURNALS, ".lock", ".sock")
"""What the bot adds to the database's name for its own files: the lock, and the socket of `docsbot health`."""
_PRIVATE = 0o600


class BackupRefused(Exception):
    """A backup or a restore would destroy something, or there is nothing to work on; its text says what."""


def back_up(source: Path, target: Path, *, force: bool = False) -> None:
    """Copy a database that others may be writing to, by SQLite's own online backup, and check the copy.

    The copy appears under its name only when it is whole, readable for its owner alone from the first byte. `force`
    lets it replace a file that is no backup of ours; what is in use is never replaced. Raises `BackupRefused`,
    `sqlite3.Error` and `OSError`.
    """
    if not source.exists():
        raise BackupRefused(f"there is no database at {source}")
    _refuse_in_use(source, target)
    if target.exists() and not force and not is_backup(target):
        raise BackupRefused(f"{target} is there and is no backup of docsbot: name another file, or add --force")
    with (
        _appearing_as(target) as partial,
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as original,
        closing(sqlite3.connect(partial)) as copy,
    ):
        original.backup(copy)
        # The copy is to be one file, to move about and to compare.
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute(f"PRAGMA application_id={_MARK}")
        _check(copy)


def rotate(folder: Path, pattern: str, keep: int) -> list[Path]:
    """Delete the oldest backups of ours that match a pattern until `keep` are left; return what was deleted."""
    backups = sorted(path for path in folder.glob(pattern) if path.is_file() and is_backup(path))
    surplus = backups[: max(0, len(backups) - keep)]
    for path in surplus:
        path.unlink()
    return surplus


def take_copy(backup: Path, database: Path) -> Path:
    """Copy a backup beside a stopped bot's database, check it, and return where the copy lies.

    Raises `BackupRefused`, `sqlite3.Error` and `OSError`.
    """
    if not backup.is_file():
        raise BackupRefused(f"there is no backup at {backup}")
    _refuse_in_use(database, backup)
    copy_path = database.with_name(database.name + ".restored")
    with (
        _appearing_as(copy_path) as partial,
        closing(sqlite3.connect(f"{backup.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as original,
        closing(sqlite3.connect(partial)) as copy,
    ):
        original.backup(copy)
        _check(copy)
        if copy.execute("SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'").fetchone()[0] == 0:
            raise BackupRefused(f"{backup} is no database of docsbot")
        copy.execute("PRAGMA application_id=0")
    return copy_path


def put_in_place(copy: Path, database: Path, now: datetime) -> Path | None:
    """Put a copy in the place of a stopped bot's database; return where the replaced one lies now.

    Raises `OSError`.
    """
    replaced = _set_aside(database, now) if database.exists() else None
    copy.replace(database)
    _sync(database.parent)
    return replaced


def files_of(database: Path) -> list[Path]:
    """Return the files that belong to a database, itself first; some may not be there."""
    return [database.with_name(database.name + suffix) for suffix in ("", *_BESIDE)]


def is_backup(path: Path) -> bool:
    """Say whether a file is a backup that `back_up` made."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as file:
            return bool(file.execute("PRAGMA application_id").fetchone()[0] == _MARK)
    except sqlite3.Error:
        return False


def _refuse_in_use(database: Path, other: Path) -> None:
    """Refuse a path that is the database or a file beside it, by whatever name, or that some SQLite has open."""
    for ours in files_of(database):
        with suppress(OSError):
            if other.samefile(ours):
                raise BackupRefused(f"{other} is {ours}, which the bot uses: name another file")
        if other.resolve() == ours.resolve():
            raise BackupRefused(f"{other} is {ours}, which the bot uses: name another file")
    for journal in (other.with_name(other.name + suffix) for suffix in _JOURNALS):
        if journal.exists():
            raise BackupRefused(f"{other} is a database in use: {journal.name} lies beside it")


@contextmanager
def _appearing_as(target: Path) -> Iterator[Path]:
    """Give a private file to fill, which then takes the place of `target` in one step; a failure leaves nothing."""
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        # Made before SQLite opens it, for that asks the umask.
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE))
        yield partial
        _sync(partial)
        partial.replace(target)
        _sync(target.parent)
    finally:
        for leftover in (partial, *(partial.with_name(partial.name + suffix) for suffix in _JOURNALS)):
            leftover.unlink(missing_ok=True)


def _check(copy: sqlite3.Connection) -> None:
    copy.commit()
    found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(f"the copy is damaged: {found}")


def _set_aside(database: Path, now: datetime) -> Path:
    """Move the replaced database away, whole: what its journal holds is written into it first."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as replaced:
        replaced.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    aside = database.with_name(f"{database.name}.before-{now:%Y%m%d-%H%M%S}")
    database.rename(aside)
    for suffix in _JOURNALS:
        journal = database.with_name(database.name + suffix)
        if journal.exists():
            journal.rename(aside.with_name(aside.name + suffix))
    return aside


def _sync(path: Path) -> None:
    """Have the disk keep a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
