"""The oracle finds what it is there to find: a good story, spoilt in one way at a time."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.smscentre.clock import Moment
from sandbox.smscentre.faults import PAGES
from sandbox.smscentre.journal import Entry
from sandbox.telegram.journal import Call
from sandbox.telegram.params import Upload
from tests.e2e import oracle
from tests.e2e.evidence import Evidence
from tests.e2e.process import Starter
from tests.e2e.world import world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def story(tmp_path_factory: pytest.TempPathFactory, prepared: Path, starter: Starter) -> AsyncIterator[Evidence]:
    async with world(tmp_path_factory.mktemp("story"), database=prepared, starter=starter) as w:
        for text in ("/invoice alice 100", "/invoice alice 200"):
            w.say(w.anna, text)
        await w.document(w.said[-1].message)
        w.say(w.ivan, "/invoice alice 300")
        await w.document(w.say(w.anna, "/act alice 7", w.team))
        w.vendor.faults.add(PAGES["502"])
        w.say(w.anna, "/invoice alice 400")
        await w.settle()
        yield w.evidence()


def _last_document(story: Evidence) -> int:
    return max(number for number, call in enumerate(story.calls) if call.method == "sendDocument")


def _with_entry(story: Evidence, entry: Entry) -> Evidence:
    return replace(story, entries=[*story.entries, replace(entry, number=len(story.entries) + 1)])


def _later(moment: Moment, seconds: float) -> Moment:
    return replace(moment, monotonic=moment.monotonic + seconds)


def _spoil_call(story: Evidence, spoil: Callable[[Call], Call | None]) -> Evidence:
    at = _last_document(story)
    spoilt = spoil(story.calls[at])
    return replace(story, calls=[*story.calls[:at], *([spoilt] if spoilt else []), *story.calls[at + 1 :]])


def _sent_again(story: Evidence, *, the_unknown: bool) -> Evidence:
    entry = story.entries[3] if the_unknown else story.entries[0]
    return _with_entry(story, replace(entry, arrived=_later(story.entries[-1].arrived, 10)))


def _too_soon(story: Evidence) -> Evidence:
    second = story.entries[1]
    moved = replace(second, arrived=_later(story.entries[0].arrived, story.pace - 0.01))
    return replace(story, entries=[story.entries[0], moved, *story.entries[2:]])


def _overtaken(story: Evidence) -> Evidence:
    first, second, *rest = story.entries
    swapped = [replace(second, number=1, arrived=first.arrived), replace(first, number=2, arrived=second.arrived)]
    return replace(story, entries=[*swapped, *rest])


def _other_bytes(call: Call) -> Call:
    (name, file), *_ = call.files.items()
    return replace(call, files={name: Upload(file.name, file.mime_type, file.content.replace(b"%PDF-1", b"%PDF-2"))})


_SPOILT: dict[str, tuple[Callable[[Evidence], Evidence], str]] = {
    "made twice": (lambda story: _sent_again(story, the_unknown=False), "invoices made"),
    "an unknown one sent again": (lambda story: _sent_again(story, the_unknown=True), "sent 2 times"),
    "too fast": (_too_soon, "the pace is"),
    "out of order": (_overtaken, "overtook"),
    "asked for by nobody": (
        lambda story: replace(story, said=[replace(said, allowed=False) for said in story.said]),
        "nobody who may asked for",
    ),
    "lost": (lambda story: _spoil_call(story, lambda _: None), "no answer to '/act alice 7'"),
    "not taken": (lambda story: _spoil_call(story, lambda call: replace(call, accepted=False)), "no answer to"),
    "told twice": (
        lambda story: replace(story, calls=[*story.calls, story.calls[_last_document(story)]]),
        "2 answers to",
    ),
    "for a stranger": (
        lambda story: _spoil_call(story, lambda call: replace(call, params=call.params | {"chat_id": "1003"})),
        "a document for 1003",
    ),
    "in a closed group": (
        lambda story: _spoil_call(story, lambda call: replace(call, params=call.params | {"chat_id": "-99"})),
        "group -99",
    ),
    "other bytes": (lambda story: _spoil_call(story, _other_bytes), "never sent these"),
    "a secret in the URL": (
        lambda story: replace(story, entries=[replace(story.entries[0], in_url=("psw",)), *story.entries[1:]]),
        "in the URL",
    ),
}


async def test_the_story_is_good(story: Evidence) -> None:
    assert oracle.judge(story) == []


@pytest.mark.parametrize(("spoil", "found"), _SPOILT.values(), ids=_SPOILT)
async def test_a_spoilt_story_is_found_out(story: Evidence, spoil: Callable[[Evidence], Evidence], found: str) -> None:
    assert found in "\n".join(oracle.judge(spoil(story)))
