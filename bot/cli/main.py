"""The command line: `docsbot` and `python -m bot` are the same. What a command needs is imported when it runs."""

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from bot.cli.parser import new_parser
from bot.process.files import keep_to_ourselves, warn_of_open_secrets
from bot.runtime import log
from bot.settings import DatabaseSettings, Settings, SettingsError

Run = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0 well, 1 failed, 2 wrong use or wrong settings."""
    arguments = new_parser().parse_args(argv)
    keep_to_ourselves()
    # Until the settings are read, whatever merely looks like a secret is left out.
    log.configure("WARNING", "text", ())
    log.install_excepthook()
    try:
        return _COMMANDS[arguments.command](arguments)
    except SettingsError as error:
        print(f"docsbot: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our table has seen enough; nothing more can be written, not even at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(arguments: argparse.Namespace) -> int:
    # Importing makes much that stays: looking through it for garbage would take a seventh of the start.
    gc.disable()
    from bot import settings

    # First the settings: what is wrong with them is said at once, not after importing the whole bot.
    loaded = settings.load(_environ(arguments), arguments.env_file)
    from bot import lifecycle

    gc.freeze()
    gc.enable()
    log.configure(loaded.log_level, loaded.log_format, loaded.secrets())
    warn_of_open_secrets(settings.secret_files(_environ(arguments), arguments.env_file))
    return _outcome(lifecycle.run(loaded, wait=arguments.wait))


def _outcome(work: Coroutine[Any, Any, int | None]) -> int:
    from bot.process.database import StartError

    try:
        return asyncio.run(work) or 0
    except StartError as error:
        print(f"docsbot: {error}", file=sys.stderr)
        return error.exit_code


def _allow(arguments: argparse.Namespace) -> int:
    from bot.access.entries import Until
    from bot.cli import allowlist
    from bot.runtime.clock import end_of

    settings, loaded = _database_settings(arguments), _all_settings(arguments)
    until = Until(None) if arguments.forever else None
    if arguments.until is not None:
        until = Until(end_of(arguments.until, _zone(loaded)))
    told = allowlist.Told(
        name=arguments.name,
        role=arguments.role,
        logins=() if arguments.default_login else arguments.login,
        until=until,
        everyone=arguments.everyone,
    )
    return _outcome(allowlist.allow(settings, arguments.what, arguments.id, told, known_logins=_logins(loaded)))


def _revoke(arguments: argparse.Namespace) -> int:
    from bot.cli import allowlist

    settings, known = _database_settings(arguments), _logins(_all_settings(arguments))
    return _outcome(allowlist.revoke(settings, arguments.what, arguments.id, known_logins=known))


def _allowlist(arguments: argparse.Namespace) -> int:
    from bot.cli import allowlist

    settings, zone = _database_settings(arguments), _zone(_all_settings(arguments))
    return _outcome(allowlist.allowlist(settings, zone, as_json=arguments.json))


def _queue(arguments: argparse.Namespace) -> int:
    from bot.cli import queue

    settings, zone = _database_settings(arguments), _zone(_all_settings(arguments))
    return _outcome(queue.queue(settings, zone, as_json=arguments.json))


def _requests(arguments: argparse.Namespace) -> int:
    from bot.cli import queue
    from bot.runtime.clock import start_of

    settings, zone = _database_settings(arguments), _zone(_all_settings(arguments))
    since = None if arguments.since is None else start_of(arguments.since, zone)
    user, state = arguments.user, arguments.state
    return _outcome(queue.listed(settings, zone, user=user, state=state, since=since, as_json=arguments.json))


def _unresolved(arguments: argparse.Namespace) -> int:
    from bot.cli import queue

    settings, zone = _database_settings(arguments), _zone(_all_settings(arguments))
    return _outcome(queue.unresolved(settings, zone, as_json=arguments.json))


def _pause(arguments: argparse.Namespace) -> int:
    from bot.cli import queue

    settings, configured = _database_settings(arguments), _logins(_all_settings(arguments))
    return _outcome(queue.pause(settings, arguments.login, configured or ()))


def _resume(arguments: argparse.Namespace) -> int:
    from bot.cli import queue

    settings, configured = _database_settings(arguments), _logins(_all_settings(arguments))
    return _outcome(queue.resume(settings, arguments.login, configured or ()))


def _retry(arguments: argparse.Namespace) -> int:
    from bot.cli import queue

    return _outcome(queue.retry(_database_settings(arguments), arguments.id))


def _backup(arguments: argparse.Namespace) -> int:
    from bot.cli import backup

    return backup.backup(_database_settings(arguments), arguments.target, keep=arguments.keep, force=arguments.force)


def _restore(arguments: argparse.Namespace) -> int:
    from bot.cli import backup

    return _outcome(backup.restore(_database_settings(arguments), arguments.file))


def _copy_to(arguments: argparse.Namespace) -> int:
    from bot import settings
    from bot.cli import copy

    old = _database_settings(arguments)
    try:
        new = settings.load_database_settings({"DATABASE_URL": _url(arguments.target)})
    except SettingsError as error:
        raise SettingsError("copy-to", error.sentence) from None
    log.configure("WARNING", old.log_format, {*old.secrets(), *new.secrets()})
    return _outcome(copy.copy_to(old, new))


def _check(arguments: argparse.Namespace) -> int:
    from bot import settings
    from bot.cli import maintenance

    loaded = settings.load(_environ(arguments), arguments.env_file)
    log.configure("WARNING", loaded.log_format, loaded.secrets())
    warn_of_open_secrets(settings.secret_files(_environ(arguments), arguments.env_file))
    return _outcome(maintenance.check(loaded, as_json=arguments.json))


def _health(arguments: argparse.Namespace) -> int:
    from bot.process import health

    url = _database_settings(arguments).database_url.get_secret_value()
    found = asyncio.run(health.ask(health.socket_path(url)))
    print("\n".join(found.troubles) or "ok")
    return 0 if found.ok else 1


def _migrate(arguments: argparse.Namespace) -> int:
    from bot.cli import maintenance

    return _outcome(maintenance.migrate(_database_settings(arguments)))


def _completion(arguments: argparse.Namespace) -> int:
    import shtab

    print(shtab.complete(new_parser(), shell=arguments.shell))
    return 0


def _demo(arguments: argparse.Namespace) -> int:
    try:
        from sandbox.demo.command import main as play
        from sandbox.demo.command import options_of
    except ModuleNotFoundError as error:
        print(f"docsbot: the demo needs the sandbox ({error.name} is missing): pip install 'docsbot[sandbox]'")
        return 2
    return play(options_of(arguments))


def _database_settings(arguments: argparse.Namespace) -> DatabaseSettings:
    from bot import settings

    loaded = settings.load_database_settings(_environ(arguments), arguments.env_file)
    log.configure("WARNING", loaded.log_format, loaded.secrets())
    return loaded


def _all_settings(arguments: argparse.Namespace) -> Settings | None:
    """Return all settings; None where this command runs without SMS Center's."""
    from bot import settings

    try:
        return settings.load(_environ(arguments), arguments.env_file)
    except SettingsError:
        return None


def _environ(arguments: argparse.Namespace) -> Mapping[str, str]:
    """Return the environment, with the database that the command line names."""
    if arguments.database is None:
        return os.environ
    others = {name: text for name, text in os.environ.items() if name != "DATABASE_URL_FILE"}
    return others | {"DATABASE_URL": _url(arguments.database)}


def _url(file_or_url: str) -> str:
    return file_or_url if "://" in file_or_url else f"sqlite+aiosqlite:///{file_or_url}"


def _zone(loaded: Settings | None) -> tzinfo | None:
    return None if loaded is None else loaded.timezone


def _logins(loaded: Settings | None) -> list[str] | None:
    return None if loaded is None else [account.login for account in loaded.accounts]


_COMMANDS: Mapping[str, Run] = {
    "run": _run,
    "demo": _demo,
    "backup": _backup,
    "restore": _restore,
    "copy-to": _copy_to,
    "check": _check,
    "health": _health,
    "migrate": _migrate,
    "completion": _completion,
    "allow": _allow,
    "revoke": _revoke,
    "allowlist": _allowlist,
    "queue": _queue,
    "requests": _requests,
    "unresolved": _unresolved,
    "pause": _pause,
    "resume": _resume,
    "retry": _retry,
}
