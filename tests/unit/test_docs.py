"""The docs say what the code does: links lead somewhere, and every setting, command and log line is a real one."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.settings import Settings
from bot.settings.accounts import NAMES as ACCOUNT_NAMES

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
OPERATORS = ROOT / "docs/operators"


def anchors(page: Path) -> set[str]:
    """Return what may follow `#` in a link to the page, by GitHub's rule."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in anchors(target), f"{link}: the page has no such heading"


def test_every_module_that_a_page_names_exists() -> None:
    pages = [*PAGES, *ROOT.glob("bot/**/*.md")]
    named = {
        (str(page.relative_to(ROOT)), path)
        for page in pages
        for path in re.findall(
            r"`((?:bot|handlers|db|migrations|tests|benchmarks|sandbox)/[\w/.-]+\.\w+)`", page.read_text("utf-8")
        )
    }
    assert named
    assert [one for one in sorted(named) if not (ROOT / one[1]).exists()] == []


def test_every_setting_is_described_and_every_described_one_exists() -> None:
    table = (OPERATORS / "settings.md").read_text(encoding="utf-8").partition("\n## ")[0]
    described = {
        name for row in re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE) for name in re.findall("`(.*?)`", row)
    }
    settings = {field.upper() for field in Settings.model_fields} - {"ACCOUNTS"} | set(ACCOUNT_NAMES)
    assert described == settings, "docs/operators/settings.md and the settings differ"


def test_every_command_is_described_and_every_described_one_exists() -> None:
    usage = subprocess.run([sys.executable, "-m", "bot", "--help"], check=True, capture_output=True, text=True).stdout
    commands = set(re.findall(r"^    ([a-z-]+)(?: |$)", usage, re.MULTILINE))
    table = (OPERATORS / "commands.md").read_text(encoding="utf-8").partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]*(?:\\\|[^|]*)*) \|", table, re.MULTILINE)
    described = {name for row in rows for name in re.findall("`([a-z-]+)", row)}
    assert described == commands, "docs/operators/commands.md and `docsbot --help` differ"


def test_every_log_line_in_the_docs_is_one_that_the_bot_writes() -> None:
    table = (OPERATORS / "troubles.md").read_text(encoding="utf-8").partition("\n## ")[0]
    source = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("bot", "handlers", "db")
        for path in ROOT.glob(f"{folder}/**/*.py")
    )
    source = re.sub(r'"\s*\n\s*f?"', "", source)  # a string over several lines is one
    lines = re.findall(r"^\| `(.*?)` \|", table, re.MULTILINE)
    assert lines
    for line in lines:
        longest = max(re.split("[…();]", line), key=len).strip(" :")
        assert longest in source, f"no module writes “{longest}”"


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_button_in_the_managers_guide_is_one_that_the_bot_shows(language: str) -> None:
    (po,) = ROOT.glob("bot/**/locales/ru/LC_MESSAGES/docsbot.po")
    with po.open("rb") as file:
        catalogue = read_po(file)
    labels = {str(message.id if language == "en" else message.string) for message in catalogue if message.id}
    guide = (ROOT / f"docs/managers/guide.{language}.md").read_text(encoding="utf-8")
    buttons = set(re.findall("<kbd>(.*?)</kbd>", guide))
    assert buttons
    assert buttons <= labels


def test_every_picture_is_there() -> None:
    for page in PAGES:
        for picture in re.findall(r'<img src="([^"]+)"', page.read_text(encoding="utf-8")):
            assert (page.parent / picture).is_file(), f"{page.name}: {picture}"
