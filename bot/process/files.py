"""The bot's files are its own: nobody else on the machine reads the database, its journals or its backups."""

import logging
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from db.backup import files_of

_log = logging.getLogger(__name__)

_OTHERS = 0o077


def keep_to_ourselves() -> None:
    """Have every file that this process makes from here on be readable for its owner alone."""
    os.umask(_OTHERS)


def tighten_database(file: Path) -> None:
    """Take what others may do with a database, its journals and its lock; the folder too where it holds only those."""
    ours = files_of(file)
    for path in ours:
        _tighten(path)
    folder = file.parent
    if folder.is_dir() and {path.name for path in folder.iterdir()} <= {path.name for path in ours}:
        _tighten(folder)
    elif _is_open(folder, stat.S_IWGRP | stat.S_IWOTH):
        _log.warning("others may write in %s, where the database is: chmod go-w it", folder)


def warn_of_open_secrets(files: Iterable[Path]) -> None:
    """Warn of files with secrets that others may read."""
    for path in files:
        if _is_open(path, stat.S_IRGRP | stat.S_IROTH):
            _log.warning("others may read %s, which holds secrets: chmod 600 it", path)


def _tighten(path: Path) -> None:
    if not _is_open(path, _OTHERS):
        return
    try:
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_OTHERS)
    except OSError as error:
        _log.warning("others may open %s, and this cannot be changed: %s", path, error.strerror)


def _is_open(path: Path, to: int) -> bool:
    try:
        return bool(path.stat().st_mode & to)
    except OSError:
        return False
