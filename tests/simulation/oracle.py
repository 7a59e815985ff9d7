"""The judge: knows what people sent and what SMS Center and Telegram saw, and nothing of the bot.

Each rule returns what it finds wrong, in words; an empty list is a schedule that kept every promise.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

from tests.simulation import batches, repeats
from tests.simulation.case import Case
from tests.simulation.cast import ELSEWHERE, OLGA, PEOPLE
from tests.simulation.journal import Exchange, Journal, Pressed, Said, Sent, Want
from tests.simulation.phrases import APOLOGIES, CREATES, Action, Kind, action_of, kind_of, says_not_whole, still_waits

PACE = 60.0
WINDOW = 180.0
"""For how long the bot has to ask before it makes the same invoice again."""
_ROUNDING = 0.00001
_SOON = 1.0
"""How late a request may start, in seconds, when nothing was wrong."""
_HEARD_AFTER = 30.0
"""After how long a command is certainly in the queue, when nothing was wrong."""
_CLAIMED_BEFORE = 1.0
"""How long before a call the allowlist was asked, at most."""
_ON_THE_WAY = 2.5
"""How long a message may take to Telegram after the allowlist was asked."""


def judge(journal: Journal) -> list[str]:
    """Return everything that broke a promise."""
    return [f"{rule.__name__}: {finding}" for rule in _RULES for finding in rule(Case(journal))]


def comes_to_rest(case: Case) -> Iterator[str]:
    if not case.journal.finished:
        yield "something is still open hours after all faults were mended"
    yield from case.journal.crashes


def no_invoice_twice(case: Case) -> Iterator[str]:
    """One invoice for each command that was not asked about, and one for each press of a button that creates."""
    for marker in case.by_marker:
        commands = case.of_marker(marker)
        calls = [call for call in case.journal.exchanges if (call.marker, call.call) == (marker, "add_account")]
        again = {pressed.data for said in commands for pressed in case.presses(said) if action_of(pressed) in CREATES}
        unasked = [said for said in commands if said.creates and not case.was_asked_about(said)]
        may_have_made = [
            call for call in calls if call.arrived_at is not None and not call.answer.startswith("refused")
        ]
        allowed = len(unasked) + len(again)
        if len(unasked) > 1 and unasked[-1].at - unasked[0].at < WINDOW - _ROUNDING:
            allowed -= 1
        if len(may_have_made) > allowed:
            yield f"the invoice of {marker} was sent {len(may_have_made)} times, with {len(again)} presses to do so"
        made = [call.invoice for call in calls if call.invoice is not None]
        if len(made) > allowed:
            yield f"for {marker} the invoices {made} were made, with {len(again)} presses"


def nothing_lost(case: Case) -> Iterator[str]:
    for said in case.commands:
        want = case.want(said)
        if want not in {Want.OUTCOME, Want.REPLY}:
            continue
        told = case.outcomes(said) if want is Want.OUTCOME or case.surely_meant(said) else case.replies_to(said)
        if not told and not _could_not_be_told(case, said):
            yield f"{said.text!r} of person {said.person} in chat {said.chat} at {said.at:.3f} was never answered"


def told_once(case: Case) -> Iterator[str]:
    """As many outcomes as were asked for; more only where nobody could know that Telegram had it."""
    for marker in case.by_marker:
        commands = case.of_marker(marker)
        if not commands:
            continue
        first = commands[0]
        outcomes = [sent for said in commands for sent in case.outcomes(said)]
        settled = [
            sent for sent in outcomes if not (case.may_be_repeated(sent) or case.may_be_of_another(sent, marker))
        ]
        asked_for = sum(not case.was_asked_about(said) for said in commands)
        most, least = (sum(counts) for counts in zip(*(_follow_ups(case, said) for said in commands), strict=True))
        if len(settled) > asked_for + most:
            at = [f"{sent.at:.3f}" for sent in settled]
            yield f"{first.text!r} was answered {len(settled)} times, at {at}, with {most} presses"
        if case.want(first) is Want.OUTCOME and len(outcomes) < 1 + least and not _could_not_be_told(case, first):
            yield f"{first.text!r} was answered {len(outcomes)} times, with {least} presses that wanted another answer"


def true_documents(case: Case) -> Iterator[str]:
    """A document is byte for byte what SMS Center made for this command, or says that it is only a part of it."""
    made = {call.pdf: call.marker for call in case.journal.exchanges if call.pdf is not None}
    for sent in case.journal.sent:
        if sent.document is None or kind_of(sent) is Kind.FILE:
            continue
        marker = made.get(sent.document)
        if says_not_whole(sent):
            parts = (whole for pdf, whole in made.items() if pdf != sent.document and pdf.startswith(sent.document))
            marker = next((part for part in parts if part in sent.text or part == "alice"), None)
        if marker is None:
            yield f"message {sent.message_id} in chat {sent.chat} has a document that nobody made"
        elif marker not in sent.text and marker != "alice":
            yield f"the document of {marker} came with the words {sent.text!r}"


def never_too_fast(case: Case) -> Iterator[str]:
    for before, call in _neighbours(case.journal):
        ended_at = before.ended_at if before.ended_at is not None else before.started_at
        gap = (call.arrived_at or 0.0) - ended_at
        if gap < PACE - _ROUNDING:
            yield f"login {call.login}: a call arrived at {call.arrived_at}, {gap:.6f} s after the one before ended"


def never_late(case: Case) -> Iterator[str]:
    """Where nothing was wrong, a request starts as soon as the pace allows."""
    for before, call in _neighbours(case.journal):
        said = next(iter(case.by_marker.get(call.marker, [])), None)
        began = before.started_at
        if said is None or case.want(said) is not Want.OUTCOME or not before.calm or not call.calm:
            continue
        due = max((before.ended_at or 0.0) + PACE, said.at + _HEARD_AFTER)
        undisturbed = not any(began - PACE <= at <= call.started_at for at in case.journal.disturbances)
        if undisturbed and call.started_at > due + _SOON and case.first_calls(said)[:1] == [call]:
            yield f"{said.text!r} started {call.started_at - due:.3f} s later than it could"


def first_come_first_served(case: Case) -> Iterator[str]:
    """In one chat the order of the commands is the order at the vendor; across chats, as far as people were told."""
    started = [
        (said, calls[0].started_at)
        for said in case.commands
        if case.want(said) is Want.OUTCOME and (calls := case.first_calls(said))
    ]
    for said, at in started:
        for other, other_at in started:
            if said.login != other.login or other_at <= at:
                continue
            if any(case.rights.login_changed(one.person, one.chat) for one in (said, other)):
                continue
            if (said.chat == other.chat and _order(other) < _order(said)) or _was_told_to_wait(case, other, said.at):
                yield f"{said.text!r} overtook {other.text!r}"


def nothing_for_strangers(case: Case) -> Iterator[str]:
    for said in case.commands:
        if said.marker is not None and not case.of_marker(said.marker) and case.calls(said):
            yield f"{said.text!r} of person {said.person} in chat {said.chat} reached SMS Center"
    for sent in case.journal.sent:
        if sent.chat == ELSEWHERE:
            yield f"the bot spoke in the unlisted group: {sent.text!r}"
    for sent in case.journal.sent:
        asked_at = sent.at - _ON_THE_WAY
        for person in PEOPLE:
            allowed = case.rights.may_be_shown(person, sent.chat, asked_at, sent.at)
            if not allowed and _shows_something(case, sent, person):
                yield f"chat {sent.chat} got {sent.text!r} at {sent.at:.3f}, when person {person} was not allowed"
        is_open = case.rights.may_be_open(sent.chat, asked_at, sent.at)
        if not is_open and kind_of(sent) is Kind.OUTCOME and _tells(case, sent):
            yield f"the closed chat {sent.chat} got {sent.text!r} at {sent.at:.3f}"


def no_login_without_the_right(case: Case) -> Iterator[str]:
    """Whoever asked for it, or pressed a button for it, is allowed when it goes out, and has the login in its chat."""
    for marker, commands in case.by_marker.items():
        for call in (call for call in case.journal.exchanges if call.marker == marker):
            since = call.started_at - _CLAIMED_BEFORE
            behind = {(said.person, said.chat) for said in commands if said.at <= call.started_at}
            for said in commands:
                presses = [pressed for pressed in case.presses(said) if pressed.at <= call.started_at]
                behind |= {(pressed.person, said.chat) for pressed in presses}
            if not any(case.rights.may_have(*one, call.login, since, call.started_at) for one in behind):
                yield f"{call.call} of {marker} went to {call.login} at {call.started_at:.3f}, for nobody who may"


def _shows_something(case: Case, sent: Sent, person: int) -> bool:
    """Whether a message tells a person of what was asked for; in a group, of what they asked for themselves."""
    if kind_of(sent) is not Kind.OUTCOME or not _tells(case, sent):
        return False
    own = [said for said in case.commands if said.person == person and said.marker is not None]
    in_group = sent.chat < 0 and any(sent in case.answers[id(said)] and not case.presses(said) for said in own)
    return sent.chat == person or in_group


def _tells(case: Case, sent: Sent) -> bool:
    return sent.document is not None or any(marker in sent.text for marker in case.by_marker)


def no_borrowed_words_obeyed(case: Case) -> Iterator[str]:
    """What somebody forwarded, or had another bot write, is done once they or an admin have said that they mean it."""
    for said in case.commands:
        if said.borrowed is None or said.marker is None:
            continue
        meant = [
            pressed.at
            for pressed in case.presses(said)
            if action_of(pressed) is Action.CONFIRM and pressed.person in {said.person, OLGA.id}
        ]
        for call in case.calls(said):
            if call.started_at < min(meant, default=math.inf):
                yield f"{call.call} of the borrowed {said.text!r} at {call.started_at:.3f}, meant at {meant}"


def where_it_belongs(case: Case) -> Iterator[str]:
    """What is said about a command goes to its chat and topic, to who asked for it, then or again, or to the admin."""
    for said in case.commands:
        if said.marker is None:
            continue
        homes = {said.chat, case.later_chat(said.chat), said.person, OLGA.id}
        for sent in case.answers[id(said)]:
            if kind_of(sent) is Kind.NOTE:
                continue
            asked_again = {pressed.person for pressed in case.presses(said) if pressed.at < sent.at}
            if sent.chat not in homes | asked_again:
                yield f"chat {sent.chat} got {sent.text!r}, about {said.text!r} of chat {said.chat}"
            topics = {other.topic for other in case.by_marker[said.marker]}
            if sent.chat == said.chat and sent.topic not in topics and not topics & case.journal.closed_topics:
                yield f"topic {sent.topic} got {sent.text!r}, about {said.text!r} of topic {said.topic}"


def no_flurry(case: Case) -> Iterator[str]:
    """One status message and one question for each command, press and reply; one more where Telegram refused edits."""
    refused = {forbidden.chat for forbidden in case.journal.forbidden}
    for marker, commands in case.by_marker.items():
        answers = [sent for said in commands for sent in case.answers[id(said)] if not case.may_be_repeated(sent)]
        asked = sum(1 + len(case.presses(said)) + len(case.replies(said)) for said in commands)
        shown = Counter((kind_of(sent), sent.chat) for sent in answers if id(sent) not in case.shown_anew)
        for (kind, chat), times in shown.items():
            if kind in {Kind.STATUS, Kind.QUESTION} and times > asked + (kind is Kind.STATUS and chat in refused):
                yield f"{marker} led to {times} times {kind} in chat {chat}, for {asked} commands, presses and replies"


def nothing_left_behind(case: Case) -> Iterator[str]:
    """No message says that something waits which does not."""
    unreachable = {forbidden.chat for forbidden in case.journal.forbidden} | case.journal.moved.keys()
    for sent in case.journal.sent:
        unknown = case.may_be_repeated(sent) or id(sent) in case.shown_anew or sent.bot != case.last_bot
        if still_waits(sent) and sent.chat not in unreachable and not unknown:
            yield f"at the end chat {sent.chat} still shows {sent.shown!r}"


def no_secrets(case: Case) -> Iterator[str]:
    yield from case.journal.leaks


def only_the_leader_writes(case: Case) -> Iterator[str]:
    yield from case.journal.unlawful


def no_apologies(case: Case) -> Iterator[str]:
    said = [(sent.at, sent.text) for sent in case.journal.sent]
    for at, text in (*said, *case.journal.notices):
        if any(apology in text for apology in APOLOGIES):
            yield f"at {at:.3f}: {text!r}"


_RULES: tuple[Callable[[Case], Iterator[str]], ...] = (
    comes_to_rest,
    no_invoice_twice,
    nothing_lost,
    told_once,
    true_documents,
    never_too_fast,
    never_late,
    first_come_first_served,
    nothing_for_strangers,
    no_login_without_the_right,
    no_borrowed_words_obeyed,
    where_it_belongs,
    no_flurry,
    nothing_left_behind,
    no_secrets,
    no_apologies,
    only_the_leader_writes,
    *batches.RULES,
    *repeats.RULES,
)


def _neighbours(journal: Journal) -> Iterator[tuple[Exchange, Exchange]]:
    """Each two calls of a login that arrived one after the other."""
    arrived = [call for call in journal.exchanges if call.arrived_at is not None]
    for login in {call.login for call in arrived}:
        yield from pairwise(sorted((c for c in arrived if c.login == login), key=lambda c: c.arrived_at or 0.0))


def _follow_ups(case: Case, said: Said) -> tuple[int, int]:
    """How many more outcomes the presses under a command's messages may, and must, lead to."""
    presses = case.presses(said)

    def pressed_to(*actions: Action) -> list[Pressed]:
        return [pressed for pressed in presses if action_of(pressed) in actions]

    again = pressed_to(Action.RETRYABLE, Action.FETCH)
    anew = {pressed.message.message_id for pressed in pressed_to(Action.FETCH_ANEW)}
    after_all = pressed_to(Action.CREATE_ANOTHER, Action.SEND_THAT)
    creates = pressed_to(Action.CREATE_AGAIN)
    confirmed = pressed_to(Action.CONFIRM)
    exists = case.replies(said)
    most = _different(again) + len(anew) + _different(creates) + len(exists) + bool(after_all) + bool(confirmed)
    certain = [pressed for pressed in again if case.rights.surely_has(pressed.person, said.chat, said.login)]
    if not exists and not pressed_to(Action.CLOSE) and case.rights.surely_has(said.person, said.chat, said.login):
        certain += [pressed for pressed in creates if pressed.person in {said.person, OLGA.id}]
    # What an earlier bot was told may be gone with it.
    certain = [pressed for pressed in certain if pressed.message.bot == case.last_bot]
    return most, _different(certain)


def _different(presses: list[Pressed]) -> int:
    return len({pressed.data for pressed in presses})


def _could_not_be_told(case: Case, said: Said) -> bool:
    """Whether Telegram forbade the chat; the admins have to learn of an outcome then."""
    chats = {said.chat, case.later_chat(said.chat)}
    if not any(forbidden.chat in chats and forbidden.at >= said.at for forbidden in case.journal.forbidden):
        return False
    told_admin = any(sent.chat == OLGA.id and kind_of(sent) is Kind.NOTE for sent in case.answers[id(said)])
    return case.want(said) is not Want.OUTCOME or told_admin


def _order(said: Said) -> tuple[float, int]:
    return said.at, said.message_id


def _was_told_to_wait(case: Case, said: Said, before: float) -> bool:
    return any(sent.at < before and kind_of(sent) is Kind.STATUS for sent in case.answers[id(said)])
