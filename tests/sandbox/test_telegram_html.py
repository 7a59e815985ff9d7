"""Telegram's HTML: what becomes entities, and what is refused in which words. Cases follow TDLib's own tests."""

from typing import Any

import pytest

from sandbox.telegram import entities, html
from sandbox.telegram.refusals import Refusal

BROKEN = {
    "🏟 🏟&lt;<abacaba": "Unclosed start tag at byte offset 13",
    "🏟 🏟&lt;<abac aba>": 'Unsupported start tag "abac" at byte offset 13',
    "a<br>b": 'Unsupported start tag "br" at byte offset 1',
    "1 < 2": 'Unsupported start tag "" at byte offset 2',
    "🏟 🏟&lt;<i   =aba>": 'Empty attribute name in the tag "i" at byte offset 13',
    "<i    aba>": 'Can\'t find end tag corresponding to start tag "i"',
    "🏟 🏟&lt;<i    aba  =  ": 'Unclosed start tag "i" at byte offset 13',
    "🏟 🏟&lt;<i    aba  =  190azAz-.,": "Unexpected end of name token at byte offset 27",
    "🏟 🏟&lt;<i    aba  =  '&lt;&gt;&quot;>": "Unclosed start tag at byte offset 13",
    "🏟 🏟&lt;<b></b></": "Unexpected end tag at byte offset 20",
    "🏟 🏟&lt;<i>a</i   ": "Unclosed end tag at byte offset 17",
    "🏟 🏟&lt;<i>a</em   >": 'Unmatched end tag at byte offset 17, expected "</i>", found "</em>"',
    "<b><i>a</b></i>": 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    "<span>a</span>": 'Tag "span" must have class "tg-spoiler" at byte offset 0',
}


@pytest.mark.parametrize(("source", "complaint"), BROKEN.items())
def test_broken_html_is_refused_in_telegrams_words(source: str, complaint: str) -> None:
    with pytest.raises(Refusal) as refused:
        html.parse(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {complaint}"


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(Refusal, match="check for unmatched surrogate code units"):
        html.parse("&#xDFDF;")


def one(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


GOOD = [
    ("&ge;&lt;&gt;&amp;&quot;&laquo;&#12345678;&#65;&#x42", '&ge;<>&"&laquo;&#12345678;AB', []),
    ("➡️ ➡️<em>➡️ ➡️</em>", "➡️ ➡️➡️ ➡️", [one("italic", 5, 5)]),
    ("🏟 🏟<i>🏟 &gt;<b a  =  c>&lt🏟</b></i>", "🏟 🏟🏟 ><🏟", [one("italic", 5, 7), one("bold", 9, 3)]),
    ("<U>a</u><del>b</>", "ab", [one("underline", 0, 1), one("strikethrough", 1, 1)]),
    ("<b></b>x", "x", []),
    ('<a href="https://t.me/x?a=1&amp;b=2">y</a>', "y", [one("text_link", 0, 1, url="https://t.me/x?a=1&b=2")]),
    ("<a>telegram.org</a>", "telegram.org", [one("text_link", 0, 12, url="http://telegram.org/")]),
    ("<a> </a>", " ", []),
    ('<pre><code class="language-py">x</code></pre>', "x", [one("pre", 0, 1, language="py")]),
    ('<pre> <code class="language-py">x</code></pre>', " x", [one("pre", 0, 2), one("code", 1, 1)]),
    ("<blockquote expandable>q</blockquote>", "q", [one("expandable_blockquote", 0, 1)]),
    ('<span class="tg-spoiler">s</span>', "s", [one("spoiler", 0, 1)]),
]


@pytest.mark.parametrize(("source", "text", "found"), GOOD)
def test_html_becomes_text_and_entities(source: str, text: str, found: list[dict[str, Any]]) -> None:
    assert html.parse(source) == (text, found)


def test_entities_that_people_type_are_found() -> None:
    text = "🏟 /act@docs_bot alice@example.com, @anna https://smscentre.com/a?b=1. a/b"
    found = [(entity["type"], entities.cut(text, entity)) for entity in entities.find(text)]
    assert found == [
        ("bot_command", "/act@docs_bot"),
        ("email", "alice@example.com"),
        ("mention", "@anna"),
        ("url", "https://smscentre.com/a?b=1"),
    ]


def test_trimming_moves_entities_along() -> None:
    text, moved = entities.trimmed("  🏟 bold \n", [one("bold", 1, 9)])
    assert (text, moved) == ("🏟 bold", [one("bold", 0, 7)])
