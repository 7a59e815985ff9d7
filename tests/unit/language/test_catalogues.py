"""The Russian catalogue is complete and fits its source, and the translators speak as their promises say."""

import ast
import gettext
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from markupsafe import Markup

import bot
from bot.language.translator import Translator, Translators, read_catalogue

_BOT = Path(bot.__file__).parent
_SOURCES = (_BOT, _BOT.parent / "handlers")
_KEYWORDS = {"say": None, "say_n": (1, 2)}

MessageId = str | tuple[str, ...]
"""One text, or its singular and plural."""


@pytest.fixture(scope="module")
def extracted() -> set[MessageId]:
    """What the source says, as `make messages` sees it."""
    return {found[2] for folder in _SOURCES for found in extract_from_dir(folder, keywords=_KEYWORDS)}


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (_BOT / "language/locales/ru/LC_MESSAGES/docsbot.po").open("rb") as file:
        return read_po(file, locale="ru")


@pytest.fixture(scope="module")
def pairs(catalogue: Catalog) -> list[tuple[str, str]]:
    """Each source text with each of its translations; the plural forms go with the English plural."""
    return [
        (message.id if isinstance(message.id, str) else message.id[-1], text)
        for message in catalogue
        if message.id
        for text in forms(message)
    ]


def forms(message: Message) -> tuple[str, ...]:
    """Return a message's translations: one, or one for each plural form."""
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


def calls() -> Iterator[tuple[str, ast.Call, int]]:
    """Yield each call of `say` and `say_n` with its place and how many texts it takes."""
    for path in (path for folder in _SOURCES for path in sorted(folder.rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", None))
            if name in _KEYWORDS:
                yield f"{path.name}:{node.lineno}", node, 2 if name == "say_n" else 1


def texts(call: ast.Call, count: int) -> list[str]:
    """Return the literals that a call begins with; f-strings, variables and sums of strings are none."""
    return [
        argument.value
        for argument in call.args[:count]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def placeholders(text: str) -> Counter[tuple[str, str | None, str | None]]:
    return Counter(
        (name, spec, conversion) for _, name, spec, conversion in Formatter().parse(text) if name is not None
    )


class Tags(HTMLParser):
    """Collects tags; Telegram refuses a message in which one is not closed, or closed in the wrong order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: Counter[str] = Counter()
        self.balanced = True
        self._open: list[str] = []
        self.feed(text)
        self.close()
        self.balanced = self.balanced and not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[f"{tag} {attrs}"] += 1
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.balanced = self.balanced and bool(self._open) and self._open.pop() == tag


def bare(text: str) -> str:
    """Strip a message of its plain tags."""
    return re.sub(r"</?[a-z]+>", "", text)


def words(text: str) -> str:
    """Strip a message of its tags, entities and placeholders."""
    return re.sub(r"<[^>]*>|&\w+;|\{[^}]*\}", " ", text)


def commands(text: str) -> Counter[str]:
    return Counter(re.findall(r"(?<![<\w])/[a-z]+", text))


def examples(text: str) -> Counter[str]:
    """Return what stands in `<code>`, without the right forms: their `<words>` are translated."""
    return Counter(code for code in re.findall(r"<code>(.*?)</code>", text) if "&lt;" not in code)


def ends(text: str) -> tuple[int, int]:
    return len(text) - len(text.lstrip("\n")), len(text) - len(text.rstrip("\n"))


def differing(pairs: Iterable[tuple[str, str]], aspect: Callable[[str], object]) -> list[tuple[str, str]]:
    return [(source, text) for source, text in pairs if aspect(source) != aspect(text)]


def test_texts_are_literals_that_the_extraction_finds(extracted: set[MessageId]) -> None:
    found: set[MessageId] = set()
    for place, call, count in calls():
        literals = texts(call, count)
        assert len(literals) == count, f"{place}: a text is not a literal"
        found.add(literals[0] if count == 1 else (literals[0], literals[1]))
    assert found == extracted


def test_every_call_fills_the_placeholders_of_its_texts() -> None:
    for place, call, count in calls():
        given = {keyword.arg for keyword in call.keywords} | ({"n"} if count == 2 else set())
        wanted = {name for text in texts(call, count) for name, _, _ in placeholders(text)}
        assert wanted == given, place


def test_nothing_is_missing_and_nothing_is_left_over(catalogue: Catalog, extracted: set[MessageId]) -> None:
    assert {message.id for message in catalogue if message.id} == extracted, "run `make messages`, then translate"
    assert not catalogue.obsolete


def test_everything_is_translated(catalogue: Catalog, pairs: list[tuple[str, str]]) -> None:
    assert [source for source, text in pairs if not text] == []
    assert [message.id for message in catalogue if message.fuzzy] == []


def test_placeholders_are_kept(pairs: list[tuple[str, str]]) -> None:
    assert differing(pairs, placeholders) == []


def test_tags_are_kept_and_balanced(pairs: list[tuple[str, str]]) -> None:
    assert differing(pairs, lambda text: Tags(text).seen) == []
    assert [text for pair in pairs for text in pair if not Tags(text).balanced] == []
    assert [text for pair in pairs for text in pair if re.search(r"[<>]|&(?!(lt|gt|amp|quot);)", bare(text))] == []


def test_line_breaks_at_the_ends_are_kept(pairs: list[tuple[str, str]]) -> None:
    assert differing(pairs, ends) == []


def test_commands_and_examples_are_kept(pairs: list[tuple[str, str]]) -> None:
    assert differing(pairs, commands) == []
    assert differing(pairs, examples) == []


def test_each_text_is_in_its_own_language(pairs: list[tuple[str, str]]) -> None:
    assert [source for source, _ in pairs if re.search(r"[а-яё]", source, re.IGNORECASE)] == []
    assert [
        text
        for source, text in pairs
        if re.search(r"\w", words(source)) and not re.search(r"[а-яё]", text, re.IGNORECASE)
    ] == []


def test_russian_quotes(pairs: list[tuple[str, str]]) -> None:
    assert [text for _, text in pairs if re.search(r"[\"“”„]", text) or text.count("«") != text.count("»")] == []


def test_russian_plurals(catalogue: Catalog) -> None:
    spoken = read_catalogue("ru")
    for message in (message for message in catalogue if message.pluralizable):
        singular, plural = tuple(message.id)
        one, few, many = forms(message)
        assert few not in {one, many}, singular
        for form, numbers in ((one, (1, 21, 101)), (few, (2, 4, 22)), (many, (0, 5, 11, 12, 20, 111))):
            assert {spoken.ngettext(singular, plural, n) for n in numbers} == {form}, singular


@pytest.mark.parametrize("default", ["en", "ru"])
def test_a_persons_language(default: str) -> None:
    translators = Translators(default=default, zone=None, currency=None)
    codes = ("ru", "ru-RU", "RU", "en", "en-GB")
    assert [translators.choose(code).language for code in codes] == ["ru", "ru", "ru", "en", "en"]
    assert {translators.choose(code).language for code in ("uk", "rue", "", None)} == {default}


def test_translations_are_spoken(pairs: list[tuple[str, str]]) -> None:
    russian = Translators(default="en", zone=None, currency=None).choose("ru")
    plain = [(source, text) for source, text in pairs if not placeholders(source)]
    assert [russian.say(source) for source, _ in plain] == [text for _, text in plain]


def english(**settings: object) -> Translator:
    return Translator("en", gettext.NullTranslations(), **settings)  # type: ignore[arg-type]


def test_what_people_wrote_is_escaped() -> None:
    said = english().say("For <b>{user}</b>: {what}", user="<i>&", what=Markup("<b>5</b>"))
    assert said == "For <b>&lt;i&gt;&amp;</b>: <b>5</b>"
    assert english().say_n("{n} of <b>{user}</b>", "{n} for <b>{user}</b>", 2, user="<") == "2 for <b>&lt;</b>"
    assert isinstance(said, Markup)


def test_counting_in_english() -> None:
    said = [str(english().say_n("{n} request", "{n} requests", n)) for n in (0, 1, 2, 21)]
    assert said == ["0 requests", "1 request", "2 requests", "21 requests"]


def test_the_clock_shows_the_teams_time_and_the_date_if_it_is_not_todays() -> None:
    t = english(zone=timezone(timedelta(hours=3)))
    now = datetime(2026, 11, 22, 20, 59, 30, tzinfo=UTC)
    assert t.clock_time(now, now=now) == "23:59:30"
    soon = now + timedelta(minutes=1)
    assert t.clock_time(soon, now=now) == "23 Nov 2026 00:00:30"
    assert t.clock_time(soon, now=soon) == "00:00:30"


@pytest.mark.parametrize(
    ("language", "currency", "written"),
    [
        ("ru", "₽", "1\N{NO-BREAK SPACE}500,50\N{NO-BREAK SPACE}₽"),
        ("ru", None, "1\N{NO-BREAK SPACE}500,50"),
        ("en", None, "1,500.50"),
        ("en", "EUR", "1,500.50\N{NO-BREAK SPACE}EUR"),
    ],
)
def test_sums(language: str, currency: str | None, written: str) -> None:
    t = Translators(default="en", zone=None, currency=currency).choose(language)
    assert t.money(Decimal("1500.5")) == written
