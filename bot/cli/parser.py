"""What the command line takes: commands, options, and what their values may be."""

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bot import __version__
from bot.domain import Role, State
from bot.runtime.days import read_day

_DOTENV = Path(".env")
_LAST_YEAR = 2100

Add = Callable[[str, str], argparse.ArgumentParser]
"""Adds a command by its name and its help."""


def new_parser() -> argparse.ArgumentParser:
    """Return the parser; `command` is the name of the command to run."""
    parser = argparse.ArgumentParser(
        prog="docsbot", description="A Telegram bot that brings SMS Center's invoices and acts into the chat."
    )
    parser.add_argument("--version", action="version", version=f"docsbot {__version__}")
    parser.add_argument("--env-file", type=Path, default=_DOTENV, metavar="FILE", help="the settings' file (.env)")
    parser.add_argument("--database", metavar="URL", help="a file or a URL, in place of DATABASE_URL")
    commands = parser.add_subparsers(title="commands", required=True, dest="command", metavar="COMMAND")

    def add(name: str, help_: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=help_, description=help_)

    run = add("run", "run the bot (brings the database up to date first)")
    run.add_argument("--wait", action="store_true", help="wait for the end of another that runs on the SQLite file")
    _add_demo(add("demo", "show the bot at work in a sandbox, without any credentials"))
    _add_allowlist(add)
    _add_queue(add)
    backup = add("backup", "make a consistent copy of the SQLite database, also while the bot runs")
    backup.add_argument("target", type=Path, metavar="FILE|DIR")
    backup.add_argument("--keep", type=_count, metavar="N", help="in a folder: how many of the latest copies stay")
    backup.add_argument("--force", action="store_true", help="replace a file that is no backup of docsbot")
    restore = add("restore", "put a backup in the place of the SQLite database of a stopped bot")
    restore.add_argument("file", type=Path, metavar="FILE")
    copy = add("copy-to", "copy all into another, empty database, of a stopped bot: from SQLite to PostgreSQL, or back")
    copy.add_argument("target", metavar="FILE|URL")
    check = add("check", "check settings, database and Telegram; never spends a request at SMS Center")
    check.add_argument("--json", action="store_true")
    add("health", "say whether the running bot works, with the exit code (for containers)")
    add("migrate", "bring the database up to date")
    completion = add("completion", "print the completion of this command line for a shell")
    completion.add_argument("shell", choices=["bash", "zsh"])
    return parser


def _add_demo(demo: argparse.ArgumentParser) -> None:
    demo.add_argument("--once", action="store_true", help="play the conversation and end; the exit code tells")
    demo.add_argument("--host", help="the address that the page listens on (DEMO_HOST, or 127.0.0.1)")
    demo.add_argument("--port", type=int, help="the port of the page (DEMO_PORT, or 8090)")
    demo.add_argument("--pace", type=float, default=10.0, help="seconds of SMS Center's minute (10)")


def _add_allowlist(add: Add) -> None:
    allow = add("allow", "let a person or a group in, or change what is told of their entry")
    allow.add_argument("what", choices=["user", "chat"])
    allow.add_argument("id", type=int, metavar="ID", help="Telegram's numeric id; groups have negative ones")
    allow.add_argument("--name", type=_name, help="for people to read in the list")
    allow.add_argument("--role", type=Role, choices=list(Role), help="manager (of somebody new) or admin")
    logins = allow.add_mutually_exclusive_group()
    logins.add_argument(
        "--login", action="append", help="the SMS Center login that their requests use; people may have several"
    )
    logins.add_argument("--default-login", action="store_true", help="no login of their own: the default one")
    until = allow.add_mutually_exclusive_group()
    until.add_argument("--until", type=_day, metavar="YYYY-MM-DD", help="the last day of their access")
    until.add_argument("--forever", action="store_true", help="access without an end")
    everyone = allow.add_mutually_exclusive_group()
    everyone.add_argument(
        "--everyone", action="store_true", default=None, help="let everyone in the group use the bot there"
    )
    everyone.add_argument(
        "--listed", action="store_false", dest="everyone", default=None, help="only people on the list"
    )
    revoke = add("revoke", "take a person or a group off the allowlist")
    revoke.add_argument("what", choices=["user", "chat"])
    revoke.add_argument("id", type=int, metavar="ID")
    add("allowlist", "show who may use the bot").add_argument("--json", action="store_true")


def _add_queue(add: Add) -> None:
    add("queue", "show what waits or runs").add_argument("--json", action="store_true")
    requests = add("requests", "show requests, the newest first")
    requests.add_argument("--user", metavar="NAME", help="those for a sub-client: alice, or #101")
    requests.add_argument("--state", type=State, choices=list(State))
    requests.add_argument("--since", type=_day, metavar="YYYY-MM-DD")
    requests.add_argument("--json", action="store_true")
    unresolved = add("unresolved", "show invoices of which nobody knows whether they were made")
    unresolved.add_argument("--json", action="store_true")
    add("pause", "have a login start nothing more").add_argument("login", metavar="LOGIN")
    add("resume", "start a paused or resting login again").add_argument("login", metavar="LOGIN")
    add("retry", "deliver the outcome of a request once more").add_argument("id", type=int, metavar="ID")


def _day(text: str) -> date:
    try:
        day = read_day(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!a} is no day like 2027-01-31") from None
    if day.year > _LAST_YEAR:
        raise argparse.ArgumentTypeError(f"{text} is too far away: use --forever")
    return day


def _name(text: str) -> str:
    if not text.isprintable() or not text.strip():
        raise argparse.ArgumentTypeError("a name is printable text in UTF-8")
    return text


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!a} is no number above 0")
    return int(text)
