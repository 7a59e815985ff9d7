"""The judge of repeats: each date once, after a yes or by its switch, none silently late, and none forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.simulation.case import Case
from tests.simulation.cast import OLGA
from tests.simulation.journal import Exchange, Pressed, Said, Sent, Wish
from tests.simulation.months import moment, month_at, named_in
from tests.simulation.phrases import (
    CREATES,
    Kind,
    action_of,
    asks_which,
    has_to_be_looked_at,
    is_held,
    kind_of,
    says_active,
    says_by_itself,
    says_ended,
    says_not_whole,
    says_paused,
)

_LATE = 900.0
"""What is done later than so many seconds was missed, also where the process slept."""
_CLAIMED_BEFORE = 1.0
_NOTED_WITHIN = 60.0
"""How long a process takes to write down what is due, at most."""
_DISK_RECOVERS_WITHIN = 15.0
_ON_THE_WAY = 2.5
_YES = frozenset({"rmake", "rmakesure"})
_ANSWERS = _YES | {"rleave"}
_BY_ID = frozenset({"rnow", "rskip", "rpause", "rgo", "rself", "rendsure", "redit"})


@dataclass(slots=True)
class Repeat:
    """What somebody had repeated, and the presses of those who may change it."""

    id: str
    said: Said
    wish: Wish
    messages: list[Sent] = field(default_factory=list)
    """Where it was created, and all that is said of it alone."""
    presses: list[Pressed] = field(default_factory=list)
    on_cards: list[Pressed] = field(default_factory=list)

    def pressed(self, *names: str) -> list[Pressed]:
        return [pressed for pressed in self.presses if _name(pressed) in names]

    def due_at(self, month: int) -> float:
        return moment(month, 60.0 * self.wish.minute)

    def versions(self) -> list[tuple[float, str]]:
        """What was said of it from when on, in order."""
        return sorted(version for sent in self.messages for version in sent.versions)


class Repeats:
    """The repeats of a schedule, and the calls that they led to."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.created: list[Repeat] = []
        by_id: dict[str, Repeat] = {}
        for pressed in case.journal.pressed:
            said = next((said for said in case.commands if self._leads_to(said, pressed)), None)
            repeat_id = _args(pressed)[0]
            if said is not None and said.wish is not None and repeat_id not in by_id:
                by_id[repeat_id] = Repeat(repeat_id, said, said.wish)
        self.created = list(by_id.values())
        for repeat in self.created:
            heads = (f"<b>Repeat {repeat.id}</b>", f"<b>Повтор {repeat.id}</b>")
            for sent in case.journal.sent:
                if any(head in text for _, text in sent.versions for head in heads):
                    repeat.messages.append(sent)
            for pressed in case.journal.pressed:
                if pressed.person not in {repeat.said.person, OLGA.id} or not case.rights.may_press(pressed):
                    continue
                if _name(pressed) in _BY_ID and _args(pressed)[0] == repeat.id:
                    repeat.presses.append(pressed)
                if _name(pressed) in _ANSWERS and named_in(pressed.shown, repeat.wish.marker):
                    repeat.on_cards.append(pressed)

    def _leads_to(self, said: Said, pressed: Pressed) -> bool:
        begins = said.wish is not None and _name(pressed) in {"rbegin", "rbeginsure"}
        return begins and any(pressed.message is sent for sent in self.case.answers[id(said)])

    def calls(self, marker: str, month: int | None = None) -> list[Exchange]:
        """The requests for invoices of a repeat, or of one of its months."""
        return [
            call
            for call in self.case.journal.exchanges
            if (call.marker, call.call) == (marker, "add_account")
            and (month is None or month in named_in(call.service))
        ]

    def first_calls(self, repeat: Repeat) -> dict[int, Exchange]:
        """Each month's first request."""
        firsts: dict[int, Exchange] = {}
        for call in self.calls(repeat.wish.marker):
            for month in named_in(call.service):
                firsts.setdefault(month, call)
        return firsts

    def decisions(self, marker: str) -> list[Pressed]:
        """The presses under what is said of an invoice that was asked for."""
        return [
            pressed
            for pressed in self.case.journal.pressed
            if marker in pressed.message.text and kind_of(pressed.message) is not Kind.REPEAT
        ]

    def surely_may(self, repeat: Repeat) -> bool:
        said = repeat.said
        return self.case.rights.surely_has(said.person, said.chat, said.login)

    def was_missed(self, due_at: float) -> bool:
        """Whether no process was there when a date came, or none was awake."""
        journal = self.case.journal
        ends = [*journal.ends, float("inf")]
        was_there = any(begin <= due_at < end for begin, end in zip(sorted(journal.begins), ends, strict=False))
        return not was_there or any(from_ < due_at <= to - _LATE for from_, to in journal.leaps)

    def was_seen(self, due_at: float) -> bool:
        """Whether a process certainly had the time to write down a date after it came."""
        journal = self.case.journal
        since = max([due_at, *(to for from_, to in journal.leaps if from_ < due_at <= to)])
        for begin, end in journal.disk_trouble:
            if begin <= since + _NOTED_WITHIN and since <= end:
                since = end + _DISK_RECOVERS_WITHIN
        spans = zip(sorted(journal.begins), journal.ends, strict=False)
        return any(end - max(begin, since) >= _NOTED_WITHIN for begin, end in spans)


def each_date_once(case: Case) -> Iterator[str]:
    """One request, and one invoice, for each date of each repeat, and one for each press that creates it again."""
    repeats = Repeats(case)
    for repeat in repeats.created:
        marker = repeat.wish.marker
        again = {pressed.data for pressed in repeats.decisions(marker) if action_of(pressed) in CREATES}
        for month in repeats.first_calls(repeat):
            calls = repeats.calls(marker, month)
            sent = [call for call in calls if call.arrived_at is not None and not call.answer.startswith("refused")]
            made = [call.invoice for call in calls if call.invoice is not None]
            if max(len(sent), len(made)) > 1 + len(again):
                yield f"month {month} of {marker} was sent {len(sent)} times and made {made}, with {len(again)} presses"


def only_after_a_yes(case: Case) -> Iterator[str]:
    """A date is made after somebody agreed, or by the repeat's switch; never so where it was missed."""
    repeats = Repeats(case)
    for repeat in repeats.created:
        for month, call in repeats.first_calls(repeat).items():
            if not any(at <= call.started_at for at in _causes(repeats, repeat, month)):
                missed = "missed " if repeats.was_missed(repeat.due_at(month)) else ""
                yield f"the {missed}month {month} of {repeat.wish.marker} went out at {call.started_at:.3f}, unasked"


def _causes(repeats: Repeats, repeat: Repeat, month: int) -> Iterator[float]:
    """Yield when something happened that a date may be made for."""
    for pressed in repeat.on_cards:
        if _name(pressed) in _YES and month in named_in(pressed.shown, repeat.wish.marker):
            yield pressed.at
    for pressed in repeat.pressed("rnow"):
        if month_at(pressed.at) == month:
            yield pressed.at
    due_at = repeat.due_at(month)
    if not repeats.was_missed(due_at):
        yield from (max(due_at, pressed.at) for pressed in _switched_on(repeat) if not _undone(repeat, pressed, due_at))


def _switched_on(repeat: Repeat) -> list[Pressed]:
    return [pressed for pressed in repeat.pressed("rself") if _args(pressed)[1] == "1"]


def _undone(repeat: Repeat, switched_on: Pressed, due_at: float) -> bool:
    """Whether a repeat was switched back, and shown to be, before a date."""
    backs = [pressed.at for pressed in repeat.pressed("rself") if _args(pressed)[1] == "0"]
    return any(
        back > switched_on.at and says_by_itself(text) is False and back <= at < due_at - 1
        for back in backs
        for at, text in repeat.versions()
    )


def nothing_after_its_end(case: Case) -> Iterator[str]:
    """Nothing is made of what was agreed, or came due, after a repeat was shown as ended, or while as paused."""
    repeats = Repeats(case)
    for repeat in repeats.created:
        ended_at = min((at for at, text in repeat.versions() if says_ended(text)), default=float("inf"))
        for month, call in repeats.first_calls(repeat).items():
            causes = [at for at in _causes(repeats, repeat, month) if at <= call.started_at]
            asked = any(at != repeat.due_at(month) for at in causes)
            if repeat.pressed("rendsure") and causes and min(causes) > ended_at + 1:
                yield f"month {month} of {repeat.wish.marker} was made after its end at {ended_at:.3f}"
            if causes and not asked and _is_paused(repeat, repeat.due_at(month)):
                yield f"month {month} of {repeat.wish.marker} was made, which came due in a pause"


def _is_paused(repeat: Repeat, at: float) -> bool:
    """Whether a person's pause of a repeat was shown before a moment, and nobody has pressed to go on since."""
    pauses = [pressed.at for pressed in repeat.pressed("rpause")]
    going_on = [pressed.at for pressed in repeat.pressed("rgo") if pressed.at < at]
    shown = [since for since, text in repeat.versions() if since < at - 1 and says_paused(text)]
    return bool(pauses and shown) and max(shown) > max([min(pauses), *going_on])


def ends_in_time(case: Case) -> Iterator[str]:
    """A repeat that has a number of times is made no more often, but for what is run now."""
    repeats = Repeats(case)
    for repeat in repeats.created:
        apart = {month_at(pressed.at) for pressed in repeat.pressed("rnow")}
        months = repeats.first_calls(repeat).keys() - apart
        if repeat.wish.times is not None and len(months) > repeat.wish.times and not repeat.pressed("redit"):
            yield f"{repeat.wish.marker} was made in the months {sorted(months)}, of {repeat.wish.times} times"


def no_repeat_without_the_right(case: Case) -> Iterator[str]:
    """Its owner, or who pressed a button for one invoice, has the login in its chat when it goes out."""
    repeats = Repeats(case)
    for repeat in repeats.created:
        for call in repeats.calls(repeat.wish.marker):
            since = call.started_at - _CLAIMED_BEFORE
            deciding = (pressed for pressed in repeats.decisions(repeat.wish.marker) if pressed.at <= call.started_at)
            behind = {repeat.said.person, *(pressed.person for pressed in deciding)}
            chat = repeat.said.chat
            if not any(case.rights.may_have(one, chat, call.login, since, call.started_at) for one in behind):
                yield f"{repeat.wish.marker} went to {call.login} at {call.started_at:.3f}, for nobody who may"


def the_unknown_blocks(case: Case) -> Iterator[str]:
    """Of a repeat nothing more is made while nobody has decided about an earlier one, of which that is unknown."""
    repeats = Repeats(case)
    for repeat in repeats.created:
        for question in _unknown(repeats, repeat):
            decided_at = min(_decided(repeats, question), default=float("inf"))
            asked_for = named_in(question.text, repeat.wish.marker)
            for month, call in repeats.first_calls(repeat).items():
                if month not in asked_for and question.at < call.started_at < decided_at:
                    yield f"month {month} of {repeat.wish.marker} went out, and of {asked_for} nobody knew yet"


def _unknown(repeats: Repeats, repeat: Repeat) -> list[Sent]:
    sent = repeats.case.journal.sent
    return [question for question in sent if asks_which(question) and repeat.wish.marker in question.text]


def _decided(repeats: Repeats, question: Sent) -> Iterator[float]:
    """Yield when somebody may have decided about it: below it, by a reply, or in a list of all that is unknown."""
    journal = repeats.case.journal
    # It may have come twice.
    yield from (pressed.at for pressed in journal.pressed if pressed.message.text == question.text)
    yield from (said.at for said in journal.said if said.answers is not None and said.at > question.at)
    for pressed in journal.pressed:
        if pressed.at > question.at and kind_of(pressed.message) is Kind.NOTE:
            yield pressed.at


def no_date_forgotten(case: Case) -> Iterator[str]:
    """Each date ends as asked about or made, unless somebody had it left out."""
    repeats = Repeats(case)
    for repeat in repeats.created:
        actives = [at for at, text in repeat.versions() if says_active(text)]
        if not actives or not repeats.surely_may(repeat) or _may_rest(repeats, repeat):
            continue
        for month in range(month_at(case.journal.ends[-1]) + 1):
            due_at = repeat.due_at(month)
            known = min(actives) < due_at and repeats.was_seen(due_at)
            if known and not _is_skipped(repeats, repeat, due_at) and not _was_taken_up(repeats, repeat, month):
                yield f"nobody heard of month {month} of {repeat.wish.marker}"


def _may_rest(repeats: Repeats, repeat: Repeat) -> bool:
    """Whether it may have ended, or have been paused."""
    texts = [text for _, text in repeat.versions()]
    failed = any(
        f"{word} {repeat.id} " in sent.text and kind_of(sent) is Kind.REPEAT
        for sent in repeats.case.journal.sent
        for word in ("Repeat", "Повтор")
    )
    stopped = repeat.pressed("rpause", "rendsure") or any(says_paused(text) or says_ended(text) for text in texts)
    return repeat.wish.times is not None or failed or bool(stopped)


def _is_skipped(repeats: Repeats, repeat: Repeat, due_at: float) -> bool:
    """Whether somebody may have had it left out before, or with the rest of its batch."""
    stopped = any(_name(pressed) == "bstop" and pressed.at >= due_at for pressed in repeats.case.journal.pressed)
    return stopped or any(pressed.at < due_at for pressed in repeat.pressed("rskip"))


def _was_taken_up(repeats: Repeats, repeat: Repeat, month: int) -> bool:
    """Whether it was asked for, or said since it came due that it is to be."""
    marker, due_at = repeat.wish.marker, repeat.due_at(month)
    return bool(repeats.calls(marker, month)) or any(
        at >= due_at and month in named_in(text, marker)
        for sent in repeats.case.journal.sent
        for at, text in sent.versions
    )


def what_is_agreed_is_made(case: Case) -> Iterator[str]:
    """Who agrees first, where there is nothing to think about, has it asked for at SMS Center."""
    repeats = Repeats(case)
    if len(case.journal.bots) > 1:
        return
    for repeat in repeats.created:
        changed = repeat.pressed("rendsure", "redit") or any(
            _name(pressed) in {"rchange", "reditsure"} for pressed in case.journal.pressed
        )
        if changed or not repeats.surely_may(repeat) or _unknown(repeats, repeat):
            continue
        for pressed in repeat.on_cards:
            first = next(other for other in case.journal.pressed if _same_card(other, pressed))
            sure = first is pressed and _name(pressed) in _YES and not has_to_be_looked_at(pressed.shown)
            for month in named_in(pressed.shown, repeat.wish.marker) if sure else ():
                calls = repeats.calls(repeat.wish.marker, month)
                if not calls and pressed.person == repeat.said.person and not repeats.decisions(repeat.wish.marker):
                    yield f"month {month} of {repeat.wish.marker} was agreed to at {pressed.at:.3f}, and never made"


def what_is_made_is_told(case: Case) -> Iterator[str]:
    """Each date that was asked for ends in a document, a sentence or a result file, where its owner can read it."""
    repeats, journal = Repeats(case), case.journal
    refused = {forbidden.chat for forbidden in journal.forbidden}
    held = any(_name(pressed) in {"bpause", "bstop"} for pressed in journal.pressed)
    for repeat in repeats.created:
        homes = {repeat.said.chat, repeat.said.person}
        if not repeats.surely_may(repeat) or homes & refused or len(journal.bots) > 1 or held:
            continue
        for month, call in repeats.first_calls(repeat).items():
            if not any(_tells(repeats, repeat, month, sent) for sent in journal.sent if sent.at > call.started_at):
                yield f"nobody was told what became of month {month} of {repeat.wish.marker}"


def _tells(repeats: Repeats, repeat: Repeat, month: int, sent: Sent) -> bool:
    if sent.chat not in {repeat.said.chat, repeat.said.person}:
        return False
    if kind_of(sent) is Kind.FILE or is_held(sent):
        return True
    pdfs = [call.pdf for call in repeats.calls(repeat.wish.marker, month)]
    # Some sentences name the sub-client alone.
    named = named_in(sent.text, repeat.wish.marker) or {month}
    told = kind_of(sent) is Kind.OUTCOME and repeat.wish.marker in sent.text and month in named
    return told or (sent.document is not None and sent.document in pdfs) or says_not_whole(sent)


def _same_card(one: Pressed, other: Pressed) -> bool:
    """Say whether two were pressed under one card, or under copies of it that the bot sent as an answer was lost."""
    both_answer = {_name(one), _name(other)} <= _ANSWERS
    return one.message is other.message or (both_answer and _args(one) == _args(other))


def _name(pressed: Pressed) -> str:
    return pressed.data.partition(":")[0]


def _args(pressed: Pressed) -> list[str]:
    return pressed.data.split(":")[1:] or [""]


RULES = (
    each_date_once,
    only_after_a_yes,
    nothing_after_its_end,
    ends_in_time,
    no_repeat_without_the_right,
    the_unknown_blocks,
    no_date_forgotten,
    what_is_agreed_is_made,
    what_is_made_is_told,
)
