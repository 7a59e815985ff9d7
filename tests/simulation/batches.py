"""The judge of files with many wishes: nothing twice and nothing lost, for each row; and people before files."""

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from python_calamine import CalamineWorkbook

from tests.simulation.case import Case
from tests.simulation.cast import OLGA
from tests.simulation.journal import Exchange, FileRow, Pressed, Said, Sent, Want
from tests.simulation.phrases import (
    Action,
    Kind,
    action_of,
    ends_batch,
    is_paused,
    is_progress,
    kind_of,
    says_not_whole,
)

_ID = re.compile(r"<b>(?:Batch|Пакет) (\d+)</b>")
_STARTS = frozenset({"bstart", "bsure"})
_AMID = frozenset({"bpause", "bgo", "bstop", "bagain"})
_STATES = {
    "done": "done",
    "готово": "done",
    "failed": "failed",
    "ошибка": "failed",
    "unknown": "unknown",
    "неизвестно": "unknown",
    "left out": "left out",
    "пропущена": "left out",
}
_CLAIMED_BEFORE = 1.0


@dataclass(slots=True)
class Batch:
    """A file as the bot took it, with the messages about it and the presses under them."""

    id: str
    said: Said
    messages: list[Sent] = field(default_factory=list)
    pressed: list[tuple[str, Pressed]] = field(default_factory=list)
    """What somebody pressed who may: the button's name, and the press."""

    def presses(self, *names: str) -> list[Pressed]:
        return [pressed for name, pressed in self.pressed if name in names]


class Files:
    """The batches of a schedule, and the calls for their rows."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.said = [said for said in case.commands if said.rows]
        by_id: dict[str, Batch] = {}
        for said in self.said:
            for sent in case.answers[id(said)]:
                found = _ID.search(sent.text)
                if found is not None and kind_of(sent) is Kind.BATCH:
                    by_id.setdefault(found[1], Batch(found[1], said)).messages.append(sent)
        self.batches = list(by_id.values())
        for pressed in case.journal.pressed:
            name, _, batch_id = pressed.data.partition(":")
            batch = by_id.get(batch_id) if name in _STARTS | _AMID | {"bdiscard", "bfiles", "beach", "bzip"} else None
            if batch is not None and pressed.person in {batch.said.person, OLGA.id} and case.rights.may_press(pressed):
                batch.pressed.append((name, pressed))

    @cached_property
    def markers(self) -> set[str]:
        return {row.marker for said in self.said for row in said.rows if row.marker is not None}

    def of_marker(self, marker: str) -> list[Batch]:
        return [batch for batch in self.batches if any(row.marker == marker for row in batch.said.rows)]

    def calls(self, marker: str) -> list[Exchange]:
        return [call for call in self.case.journal.exchanges if call.marker == marker]

    def decisions(self, marker: str) -> list[Pressed]:
        """The presses under what is said of a row on its own."""
        return [pressed for pressed in self.case.journal.pressed if marker in pressed.message.text]

    def is_decided(self, marker: str) -> bool:
        """Whether somebody did something about a row on its own, so that its result may tell of another time."""
        asked = (said for said in self.case.journal.said if said.answers is not None)
        return bool(self.decisions(marker)) or any(marker in self._about(said) for said in asked)

    def _about(self, reply: Said) -> str:
        question = reply.answers
        if question is None:
            return ""
        place = (question.bot, question.chat, question.reply_to)
        return " ".join(sent.text for sent in self.case.journal.sent if (sent.bot, sent.chat, sent.message_id) == place)

    def pdfs(self, batch: Batch, marker: str) -> list[Sent]:
        """The documents of a row that came one by one, or in an album."""
        made = [call.pdf for call in self.calls(marker) if call.pdf is not None]
        homes = {batch.said.chat, batch.said.person}
        return [
            sent
            for sent in self.case.journal.sent
            if sent.chat in homes and (sent.document in made or (says_not_whole(sent) and marker in sent.text))
        ]

    def results(self, batch: Batch) -> list[Sent]:
        """The files that say what became of each row, oldest first."""
        ends = (f"-{batch.id}.xlsx",)
        return [sent for sent in self.case.journal.sent if sent.name.endswith(ends) and ends_batch(sent)]


def no_row_before_its_start(case: Case) -> Iterator[str]:
    files = Files(case)
    for marker in files.markers:
        starts = [pressed.at for batch in files.of_marker(marker) for pressed in batch.presses(*_STARTS)]
        for call in files.calls(marker):
            if call.started_at < min(starts, default=float("inf")):
                yield f"{call.call} of row {marker} at {call.started_at:.3f}, but its batch was started at {starts}"


def no_row_twice(case: Case) -> Iterator[str]:
    """One invoice for each row of each batch that was started; of doubtful ones only if that was pressed."""
    files = Files(case)
    for marker in files.markers:
        allowed = sum(_may_be_made(batch, marker) for batch in files.of_marker(marker))
        again = {pressed.data for pressed in files.decisions(marker) if action_of(pressed) is Action.CREATE_AGAIN}
        creates = [call for call in files.calls(marker) if call.call == "add_account"]
        sent = [call for call in creates if call.arrived_at is not None and not call.answer.startswith("refused")]
        made = [call.invoice for call in creates if call.invoice is not None]
        if max(len(sent), len(made)) > allowed + len(again):
            pressed = f"{allowed} starts and {len(again)} presses"
            yield f"row {marker} was sent {len(sent)} times and made {made}, with {pressed}"


def _may_be_made(batch: Batch, marker: str) -> int:
    rows = sum(row.marker == marker for row in batch.said.rows)
    if batch.presses("bstart"):
        return rows
    return 1 if batch.presses("bsure") else 0


def no_row_lost(case: Case) -> Iterator[str]:
    """A batch that somebody started, and nobody stopped, ends in a file that says what became of each row."""
    files = Files(case)
    for batch in files.batches:
        results = files.results(batch)
        if results:
            yield from _untrue(files, batch, results[-1])
        elif _owes_a_result(files, batch):
            yield f"batch {batch.id} of person {batch.said.person} in chat {batch.said.chat} has no result"


def _owes_a_result(files: Files, batch: Batch) -> bool:
    case, said = files.case, batch.said
    if said.bot != case.last_bot or not case.rights.surely_has(said.person, said.chat, said.login):
        return False
    shown = [sent for sent in batch.messages if not sent.deleted]
    if any(is_paused(sent) for sent in shown) or any(
        f.chat in {said.chat, said.person} for f in case.journal.forbidden
    ):
        return False
    began = any(is_progress(sent) for sent in batch.messages)
    alone = all(other is batch or other.said.rows != said.rows for other in files.batches)
    first = batch.pressed[0] if batch.pressed else None
    meant = first is not None and first[0] in _STARTS and first[1].person == said.person
    # A batch whose last three outcomes nobody knows waits for a person, as one whose login is paused does.
    return not batch.presses("bpause") and (began or (meant and alone)) and not _is_held(files, batch)


def _is_held(files: Files, batch: Batch) -> bool:
    """Whether the bot said that the batch does not go on by itself."""
    note = re.compile(rf"(?:Batch|Пакет) {batch.id} (?:is paused|is stopped|приостановлен|остановлен)")
    return any(note.match(sent.text) for sent in files.case.journal.sent)


def _untrue(files: Files, batch: Batch, sent: Sent) -> Iterator[str]:
    """Compare a result with what SMS Center knows."""
    told = _told(sent)
    rows = batch.said.rows
    if len(told) != len(rows):
        yield f"the result of batch {batch.id} has {len(told)} rows of {len(rows)}"
        return
    copies = Counter(row.marker for other in files.batches for row in other.said.rows)
    for row, (number, state) in zip(rows, told, strict=True):
        if row.marker is None:
            if state != "left out":
                yield f"the wrong row {row.text!r} of batch {batch.id} is {state}"
        elif copies[row.marker] == 1 and not files.is_decided(row.marker):
            yield from _untrue_row(files, batch, row, sent, number, state)


def _untrue_row(files: Files, batch: Batch, row: FileRow, sent: Sent, number: str, state: str | None) -> Iterator[str]:
    calls = files.calls(row.marker or "")
    made = [call.invoice for call in calls if call.invoice is not None]
    stopped = batch.presses("bstop") or not files.case.rights.surely_has(
        batch.said.person, batch.said.chat, batch.said.login
    )
    match state:
        case "done":
            is_true = number in made if made else any(call.pdf is not None for call in calls)
        case "failed":
            is_true = not made
        case "unknown":
            lost = any(not call.answer.startswith("refused") and call.answer != "fine" for call in calls)
            is_true = lost or _died_with(files.case, calls, sent.at)
        case _:
            is_true = state == "left out" and bool(stopped or batch.presses("bsure")) and not made
    if not is_true:
        yield f"batch {batch.id} says of {row.text!r}: {state} {number}; SMS Center made {made} in {len(calls)} calls"


def _died_with(case: Case, calls: Sequence[Exchange], told_at: float) -> bool:
    """Say whether a process ended between claiming a request and sending it, or before it had written the answer.

    The next one cannot know what became of it.
    """
    ends = [ended_at for ended_at in case.journal.ends if ended_at < told_at]
    return bool(ends) and (not calls or any(call.ended_at in ends for call in calls))


def _told(sent: Sent) -> list[tuple[str, str | None]]:
    """Return the number and the state of each row of a result."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(sent.document or b"")).get_sheet_by_index(0).to_python()
    return [(str(row[-4]), _STATES.get(str(row[-3]))) for row in sheet[1:]]


def no_row_without_the_right(case: Case) -> Iterator[str]:
    """Whoever sent the file, or pressed for a row, has the login in the chat when the row goes out."""
    files = Files(case)
    for marker in files.markers:
        for call in files.calls(marker):
            since = call.started_at - _CLAIMED_BEFORE
            behind = {(batch.said.person, batch.said.chat) for batch in files.of_marker(marker)}
            behind |= {(pressed.person, pressed.chat) for pressed in files.decisions(marker)}
            if not any(case.rights.may_have(*one, call.login, since, call.started_at) for one in behind):
                yield f"row {marker} went to {call.login} at {call.started_at:.3f}, for nobody who may"


def people_first(case: Case) -> Iterator[str]:
    """No row goes out while a command of the same login waits."""
    files = Files(case)
    rows = [call for call in case.journal.exchanges if call.marker in files.markers]
    for said in case.commands if rows else ():
        calls = case.first_calls(said) if case.want(said) is Want.OUTCOME else []
        told = [sent.at for sent in case.answers[id(said)] if kind_of(sent) is Kind.STATUS]
        if not calls or not told:
            continue
        for row in rows:
            if row.login == calls[0].login and min(told) < row.started_at < calls[0].started_at:
                yield f"row {row.marker} went out at {row.started_at:.3f}, before {said.text!r} of {said.at:.3f}"


def batches_take_turns(case: Case) -> Iterator[str]:
    """Of two batches of a login none sends two rows while a row of the other waits."""
    files = Files(case)
    calm = [batch for batch in files.batches if not batch.presses(*_AMID) and not _is_held(files, batch)]
    for one in calm:
        for other in calm:
            if one is other or one.said.rows == other.said.rows:
                continue
            ours, theirs = _first_calls(files, one), _first_calls(files, other)
            for before, after in pairwise(ours):
                of_login = [call.started_at for call in theirs if call.login == before.login == after.login]
                waits = min(of_login, default=after.started_at) < before.started_at
                between = any(before.started_at < at < after.started_at for at in of_login)
                if waits and not between and max(of_login) > after.started_at:
                    yield f"batch {one.id} sent {before.marker} and {after.marker} while batch {other.id} waited"


def _first_calls(files: Files, batch: Batch) -> list[Exchange]:
    """Each row's first call, in order; of rows that stand there twice nothing is known."""
    rows = Counter(row.marker for row in batch.said.rows if row.marker is not None)
    firsts = [
        files.calls(marker)[:1] for marker, times in rows.items() if times == 1 and len(files.of_marker(marker)) == 1
    ]
    return sorted((call for calls in firsts for call in calls), key=lambda call: call.started_at)


def result_told_once(case: Case) -> Iterator[str]:
    """One result for each end, and one for each press that wants it again."""
    files = Files(case)
    for batch in files.batches:
        settled = [sent for sent in files.results(batch) if not case.may_be_repeated(sent)]
        asked = 1 + len(batch.presses("bagain", "bfiles"))
        if len(settled) > asked:
            yield f"the result of batch {batch.id} came {len(settled)} times, asked for {asked} times"


def each_pdf_comes(case: Case) -> Iterator[str]:
    """Where somebody wants each PDF as it comes, that of each row that is done came, and once for each time."""
    files = Files(case)
    copies = Counter(row.marker for other in files.batches for row in other.said.rows)
    for batch in files.batches:
        results = files.results(batch)
        refused = any(one.chat in {batch.said.chat, batch.said.person} for one in case.journal.forbidden)
        if not results or not _wants_each(batch) or refused or len(_told(results[-1])) != len(batch.said.rows):
            continue
        for row, (_, state) in zip(batch.said.rows, _told(results[-1]), strict=True):
            if row.marker is None or copies[row.marker] > 1 or files.is_decided(row.marker):
                continue
            came = files.pdfs(batch, row.marker)
            if state == "done" and not came:
                yield f"the PDF of {row.marker}, a row of batch {batch.id}, never came"
            settled = [sent for sent in came if not case.may_be_repeated(sent)]
            if len(settled) > 1 + len(batch.presses("bagain", "bfiles")):
                yield f"the PDF of {row.marker}, a row of batch {batch.id}, came {len(settled)} times"


def _wants_each(batch: Batch) -> bool:
    """Whether somebody certainly chose it before the batch was started."""
    started_at = min((pressed.at for pressed in batch.presses(*_STARTS)), default=0.0)
    chosen = any(pressed.at < started_at for pressed in batch.presses("beach"))
    return chosen and not batch.presses("bzip")


RULES = (
    no_row_before_its_start,
    no_row_twice,
    no_row_lost,
    no_row_without_the_right,
    people_first,
    batches_take_turns,
    result_told_once,
    each_pdf_comes,
)
