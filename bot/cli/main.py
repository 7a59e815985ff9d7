"""The command line: `docsbot` and `python -m bot` are the same."""

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Coroutine, Sequence
from datetime import date, tzinfo
from pathlib import Path
from typing import Any

from bot import __version__
from bot.domain import Role
from bot.runtime import log
from bot.settings import DatabaseSettings, Settings, SettingsError

_DOTENV = Path(".env")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0 well, 1 failed, 2 wrong use or wrong settings."""
    arguments = _parser().parse_args(argv)
    # Until the settings are read, whatever merely looks like a secret is left out.
    log.configure("WARNING", "text", ())
    log.install_excepthook()
    try:
        return int(arguments.run(arguments))
    except SettingsError as error:
        print(f"docsbot: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="docsbot", description="A Telegram bot that brings SMS Center's invoices and acts into the chat."
    )
    parser.add_argument("--version", action="version", version=f"docsbot {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, run: Any, help_: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help_, description=help_)
        command.set_defaults(run=run)
        return command

    add("run", _run, "run the bot (brings the database up to date first)")
    demo = add("demo", _demo, "show the bot at work in a sandbox, without any credentials")
    demo.add_argument("--once", action="store_true", help="play the conversation and end; the exit code tells")
    demo.add_argument("--host", help="the address that the page listens on (DEMO_HOST, or 127.0.0.1)")
    demo.add_argument("--port", type=int, help="the port of the page (DEMO_PORT, or 8090)")
    demo.add_argument("--pace", type=float, default=10.0, help="seconds of SMS Center's minute (10)")
    allow = add("allow", _allow, "let a person or a group in, or change their entry")
    allow.add_argument("what", choices=["user", "chat"])
    allow.add_argument("id", type=int, metavar="ID", help="Telegram's numeric id; groups have negative ones")
    allow.add_argument("--name", default="", help="for people to read in the list")
    allow.add_argument("--role", type=Role, choices=list(Role), default=Role.MANAGER, help="manager (default) or admin")
    allow.add_argument(
        "--login",
        action="append",
        default=[],
        help="the SMS Center login that their requests use, the default one if not given; people may have several",
    )
    allow.add_argument(
        "--until",
        type=_day,
        metavar="YYYY-MM-DD",
        help="the last day of their access; without it no end",
    )
    allow.add_argument("--everyone", action="store_true", help="let everyone in the group use the bot there")
    revoke = add("revoke", _revoke, "take a person or a group off the allowlist")
    revoke.add_argument("what", choices=["user", "chat"])
    revoke.add_argument("id", type=int, metavar="ID")
    add("allowlist", _allowlist, "show who may use the bot")
    backup = add("backup", _backup, "make a consistent copy of the SQLite database, also while the bot runs")
    backup.add_argument("file", type=Path, metavar="FILE")
    add("check", _check, "check settings, database and Telegram; never spends a request at SMS Center")
    add("health", _health, "say whether the running bot works, with the exit code (for containers)")
    add("migrate", _migrate, "bring the database up to date")
    return parser


def _run(_: argparse.Namespace) -> int:
    # Importing makes much that stays: looking through it for garbage would take a seventh of the start.
    gc.disable()
    from bot import settings

    # First the settings: what is wrong with them is said at once, not after importing the whole bot.
    loaded = settings.load(os.environ, _DOTENV)
    from bot import lifecycle

    gc.freeze()
    gc.enable()
    log.configure(loaded.log_level, loaded.log_format, loaded.secrets())
    return _outcome(lifecycle.run(loaded))


def _outcome(work: Coroutine[Any, Any, int | None]) -> int:
    from bot.process.database import StartError

    try:
        return asyncio.run(work) or 0
    except StartError as error:
        print(f"docsbot: {error}", file=sys.stderr)
        return error.exit_code


def _allow(arguments: argparse.Namespace) -> int:
    from bot.cli import allowlist
    from bot.runtime.clock import end_of

    settings, loaded = _database_settings(), _all_settings()
    return _outcome(
        allowlist.allow(
            settings,
            arguments.what,
            arguments.id,
            allowlist.Grant(
                name=arguments.name,
                role=arguments.role,
                logins=arguments.login,
                expires_at=None if arguments.until is None else end_of(arguments.until, _zone(loaded)),
                everyone=arguments.everyone,
            ),
            known_logins=None if loaded is None else [account.login for account in loaded.accounts],
        )
    )


def _revoke(arguments: argparse.Namespace) -> int:
    from bot.cli import allowlist

    return _outcome(allowlist.revoke(_database_settings(), arguments.what, arguments.id))


def _allowlist(_: argparse.Namespace) -> int:
    from bot.cli import allowlist

    return _outcome(allowlist.allowlist(_database_settings(), _zone(_all_settings())))


def _backup(arguments: argparse.Namespace) -> int:
    from bot.cli import maintenance

    return maintenance.backup(_database_settings(), arguments.file)


def _check(_: argparse.Namespace) -> int:
    from bot import settings
    from bot.cli import maintenance

    loaded = settings.load(os.environ, _DOTENV)
    log.configure("WARNING", loaded.log_format, loaded.secrets())
    return _outcome(maintenance.check(loaded))


def _health(_: argparse.Namespace) -> int:
    from bot.process import health

    found = asyncio.run(health.ask(health.socket_path(_database_settings().database_url.get_secret_value())))
    print("\n".join(found.troubles) or "ok")
    return 0 if found.ok else 1


def _migrate(_: argparse.Namespace) -> int:
    from bot.cli import maintenance

    return _outcome(maintenance.migrate(_database_settings()))


def _demo(arguments: argparse.Namespace) -> int:
    try:
        from sandbox.demo.command import main as play
        from sandbox.demo.command import options_of
    except ModuleNotFoundError as error:
        print(f"docsbot: the demo needs the sandbox ({error.name} is missing): pip install 'docsbot[sandbox]'")
        return 2
    return play(options_of(arguments))


def _database_settings() -> DatabaseSettings:
    from bot import settings

    loaded = settings.load_database_settings(os.environ, _DOTENV)
    log.configure("WARNING", loaded.log_format, loaded.secrets())
    return loaded


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day like 2027-01-31") from None


def _zone(loaded: Settings | None) -> tzinfo | None:
    return None if loaded is None else loaded.timezone


def _all_settings() -> Settings | None:
    """Return all settings; None where this command runs without SMS Center's."""
    from bot import settings

    try:
        return settings.load(os.environ, _DOTENV)
    except SettingsError:
        return None
