"""Rules that keep the house in order, besides the import contracts."""

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.access.policy import Action
from bot.audit.wording import ACTIONS
from bot.commands.catalogue import COMMANDS
from db.audit import AuditAction
from handlers.context import Button, Command, Feature, Press
from handlers.routes import buttons_of, commands_of

_PROJECT = Path(bot.__file__).parents[1]
_PACKAGES = ("bot", "handlers", "db")
_MAX_LINES = 300


def modules() -> Iterator[Path]:
    for package in (*_PACKAGES, "sandbox"):
        yield from sorted((_PROJECT / package).rglob("*.py"))


def test_no_module_is_long() -> None:
    lengths = {str(path.relative_to(_PROJECT)): len(path.read_text("utf-8").splitlines()) for path in modules()}
    assert {name: lines for name, lines in lengths.items() if lines > _MAX_LINES} == {}


def test_no_public_class_name_means_two_things() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in (path for path in modules() if path.relative_to(_PROJECT).parts[0] in _PACKAGES):
        for node in ast.parse(path.read_bytes()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(path.relative_to(_PROJECT)))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_package_faces_are_empty() -> None:
    """`docsbot health` runs every half minute: a face that imports would make it import the bot."""
    faces = {"bot", "bot/settings", "bot/smscentre", "bot/parsing", "db/models"}
    full = {
        str(path.parent.relative_to(_PROJECT))
        for path in modules()
        if path.name == "__init__.py" and path.read_text("utf-8").strip()
    }
    assert {name for name in full if name.split("/")[0] in _PACKAGES} <= faces


def test_health_and_the_command_line_import_no_bot() -> None:
    code = "import sys, bot.cli.main, bot.process.health; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert {"telegram", "handlers", "bot.app", "bot.lifecycle"} & set(loaded) == set()


def test_every_audit_action_has_its_words() -> None:
    assert set(ACTIONS) == set(AuditAction)


async def _command(_: Command) -> None:
    """Do nothing."""


async def _press(_: Press) -> None:
    """Do nothing."""


def test_a_command_has_one_handler_and_the_catalogue_gives_its_right() -> None:
    every = {name: _command for listed in COMMANDS for name in (listed.name, *listed.aliases)}
    assert commands_of([Feature(commands=every)])["allow"] == (_command, Action.MANAGE)

    with pytest.raises(ValueError, match="two handlers"):
        commands_of([Feature(commands=every), Feature(commands={"act": _command})])
    with pytest.raises(ValueError, match=r"not both: .*'act'"):
        commands_of([Feature(commands={name: _command for name in every if name != "act"})])
    with pytest.raises(ValueError, match=r"not both: .*'shrug'"):
        commands_of([Feature(commands={**every, "shrug": _command})])


def test_no_two_buttons_have_one_name() -> None:
    with pytest.raises(ValueError, match="two buttons"):
        buttons_of([Feature(buttons=[Button("again", _press)]), Feature(buttons=[Button("again", _press)])])
