"""The promises, checked from the outside: by what SMS Center and Telegram saw, and what people did, alone.

1. Nothing twice: one command, or one press of a button that says so, makes at most one invoice.
2. Nothing lost: every command of an allowed person got a document or a sentence, and got it once.
3. Never too fast: two requests of a login arrive at least a pace apart, and in the order of the commands.

And besides: nothing for strangers, every PDF as SMS Center sent it, no secret in a URL.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from sandbox.smscentre.calls import Method
from sandbox.smscentre.faults import PAGES
from sandbox.smscentre.journal import Entry, Outcome
from sandbox.smscentre.refusals import ErrorCode
from sandbox.telegram.journal import Call
from sandbox.telegram.state import Chat
from tests.e2e.evidence import Evidence, Pressed, Said
from tests.e2e.wishes import ANY_USER, BOT, Wish, is_command, wish_of, wish_of_entry, wish_of_reply
from tests.e2e.words import is_status, says_not_whole

_NO_INVOICE = Wish(Method.GET_ACCOUNT, "", "")
MEASURING_S = 0.1
"""How late the sandbox may note the end of an answer: it shares one thread with the test."""


def judge(evidence: Evidence) -> list[str]:
    """Return every broken promise as a line; none is what everybody hopes for."""
    return [line for check in _CHECKS for line in check(evidence)]


def unanswered(evidence: Evidence) -> list[Said]:
    """Return the commands of allowed people that have no answer yet, status messages not counted."""
    answers = _answers(evidence)
    return [
        said
        for said in evidence.said
        if said.allowed
        and is_command(said.text)
        and said.message.id not in evidence.without_answer
        and not answers[_origin(said)]
        and not _answered_elsewhere(evidence, said)
    ]


def _nothing_twice(evidence: Evidence) -> Iterator[str]:
    permits: Counter[Wish | None] = Counter(_create(said.text) for said in evidence.said if said.allowed)
    permits[None] = 0
    for press in _distinct(evidence.pressed):
        command = press.query.message.reply_to
        if command is None or wish_of(command.text) is None:
            permits[None] += 1  # pressed in a list, so any of them may be meant
        else:
            permits[_create(command.text) or _NO_INVOICE] += 1
    sends = Counter(wish_of_entry(entry) for entry in evidence.entries if _may_have_created(entry))
    spare = permits[None]
    for wish, count in sends.items():
        spare -= max(0, count - permits[wish])
        if spare < 0:
            yield f"sent {count} times, wished for {permits[wish]} times: {wish}"
    made = Counter(wish_of_entry(entry) for entry in evidence.entries if entry.outcome is Outcome.CREATED)
    for wish, count in made.items():
        if count > permits[wish] + permits[None]:
            yield f"{count} invoices made, {permits[wish]} wished for: {wish}"


def _create(text: str) -> Wish | None:
    wish = wish_of(text)
    return wish if wish is not None and wish.method is Method.ADD_ACCOUNT else None


def _distinct(presses: Iterable[Pressed]) -> Iterable[Pressed]:
    """Return the presses that may lead to a new request; the same button pressed twice leads to one."""
    said_yes = [press for press in presses if press.allowed and press.query.data.startswith(("create:", "again:"))]
    return {press.query.data: press for press in said_yes}.values()


def _may_have_created(entry: Entry) -> bool:
    """Whether the bot, for all it could know, made an invoice with this request.

    A refusal or a redirect that it read says no.
    """
    redirected = entry.outcome is Outcome.UNHANDLED and entry.fault == str(PAGES["redirect"])
    refused = (entry.outcome is Outcome.REFUSED or redirected) and entry.delivered
    return entry.method is Method.ADD_ACCOUNT and not refused


def _never_too_fast(evidence: Evidence) -> Iterator[str]:
    for login, entries in _by_login(evidence.entries).items():
        for before, after in pairwise(entries):
            gap = after.arrived.monotonic - before.arrived.monotonic
            if gap < evidence.pace:
                yield f"{login}: {after} came {gap:.3f} s after {before}, and the pace is {evidence.pace} s"
            if before.ended is not None and before.delivered:
                gap = after.arrived.monotonic - before.ended.monotonic
                if gap < evidence.pace - MEASURING_S:
                    yield f"{login}: {after} came {gap:.3f} s after the answer to {before}"
    for entry in evidence.entries:
        if entry.error_code is ErrorCode.TOO_SOON and not entry.fault:
            yield f"SMS Center had to say that it was too soon: {entry}"


def _first_in_first_out(evidence: Evidence) -> Iterator[str]:
    """Compare each chat's commands with their first arrivals, as far as these can be told apart.

    A wish that was uttered twice says nothing, nor does the fetching of an invoice, which the bot also does by itself,
    nor a wish that a press sent again: its first try may never have arrived.
    """
    pressed = {id(press.query.message.reply_to) for press in evidence.pressed}
    arrivals: dict[Wish | None, Entry] = {}
    for entry in evidence.entries:
        arrivals.setdefault(wish_of_entry(entry), entry)
    uttered = Counter(wish_of(said.text) for said in evidence.said if said.allowed)
    by_chat: dict[int, list[Entry]] = defaultdict(list)
    for said in evidence.said:
        wish = wish_of(said.text)
        if wish not in arrivals or uttered[wish] > 1 or not said.allowed or id(said.message) in pressed:
            continue
        if wish is not None and wish.method is not Method.GET_ACCOUNT:
            by_chat[said.message.chat.id].append(arrivals[wish])
    for chat_id, entries in by_chat.items():
        for login, of_login in _by_login(entries).items():
            for before, after in pairwise(of_login):
                if before.number > after.number:
                    yield f"{login}, chat {chat_id}: {after} overtook {before}"


def _nothing_for_strangers(evidence: Evidence) -> Iterator[str]:
    for entry in evidence.entries:
        if not any(wish.covers(asked) for wish in _wishes_until(evidence, entry) if (asked := wish_of_entry(entry))):
            yield f"nobody who may asked for {entry} {entry.parameters}"
    known = evidence.listed | set(evidence.moved.values())
    for call in evidence.calls:
        chat_id = int(call.params.get("chat_id", 0))
        if call.method == "sendDocument" and chat_id not in known:
            yield f"a document for {chat_id}, who is on no list"
        if chat_id < 0 and chat_id not in known and call.method != "leaveChat":
            yield f"{call.method} in group {chat_id}, which is on no list"


def _wishes_until(evidence: Evidence, entry: Entry) -> Iterator[Wish]:
    """Yield what allowed people had asked for when the request arrived, and the PDFs of invoices made for them."""
    for said in evidence.said:
        if said.allowed and said.at <= entry.arrived.monotonic:
            wish = wish_of_reply(said.text) if said.message.reply_to else wish_of(said.text)
            if wish is not None:
                yield wish
    for earlier in evidence.entries[: entry.number - 1]:
        if earlier.invoice is not None:
            yield Wish(Method.GET_ACCOUNT, ANY_USER, str(earlier.invoice))


def _nothing_lost(evidence: Evidence) -> Iterator[str]:
    for said in unanswered(evidence):
        yield f"no answer to {said.text!r} in chat {said.message.chat.id}"


def _told_once(evidence: Evidence) -> Iterator[str]:
    """A second answer needs a reason: a press, a reply, an edit, a lost answer of Telegram, a death of the bot."""
    answers = _answers(evidence)
    for said in evidence.said:
        if not said.allowed or wish_of(said.text) is None:
            continue
        got, chat_id = answers[_origin(said)], said.message.chat.id
        reasons = sum(not call.heard for call in got)
        reasons += sum(at >= got[0].at for at in evidence.deaths) if got else 0
        reasons += said.message.edit_date is not None
        reasons += sum(press.query.message.chat.id == chat_id and press.at >= said.at for press in evidence.pressed)
        reasons += sum(
            other.message.reply_to is not None and other.message.chat.id == chat_id and other.at > said.at
            for other in evidence.said
        )
        if len(got) > 1 + reasons:
            yield f"{len(got)} answers to {said.text!r}: {[call.params.get('text') or call.files for call in got]}"


def _documents_are_whole(evidence: Evidence) -> Iterator[str]:
    plain = set(evidence.bodies)
    parts = [body[body.find(b"%PDF-") :] for body in evidence.bodies if not body.startswith(b"%PDF-")]
    for call in evidence.calls:
        for file in call.files.values():
            if file.name.endswith(".csv"):
                continue  # what admins export is ours, not SMS Center's
            if file.content not in plain and not any(part.startswith(file.content) for part in parts):
                yield f"SMS Center never sent these {len(file.content)} bytes of {file.name}"
            if file.content.rstrip().endswith(b"%%EOF") == says_not_whole(str(call.params.get("caption"))):
                yield f"{file.name} is not whole and its caption is silent, or the other way round"


def _no_secret_in_a_url(evidence: Evidence) -> Iterator[str]:
    for entry in evidence.entries:
        if entry.in_url or entry.verb != "POST":
            yield f"{entry} came by {entry.verb}, with {entry.in_url} in the URL"


def _answers(evidence: Evidence) -> dict[tuple[int, int], list[Call]]:
    """Return the messages that Telegram took as replies, by chat and message replied to, status messages left out."""
    found: dict[tuple[int, int], list[Call]] = defaultdict(list)
    for call in evidence.calls:
        replied = _replies_to(call)
        if call.accepted and replied and not is_status(call.params.get("text", "")):
            found[int(call.params["chat_id"]), replied].append(call)
    return found


def _answered_elsewhere(evidence: Evidence, said: Said) -> bool:
    """Whether the answer came without a reply: in the supergroup, or in private because the group refused it."""
    chat_id, message = said.message.chat.id, said.message
    places = {evidence.moved[chat_id]} if chat_id in evidence.moved else set()
    refused = any(
        call.status in {400, 403} and _replies_to(call) == message.id and int(call.params["chat_id"]) == chat_id
        for call in evidence.calls
    )
    if refused or _is_without_bot(message.chat):
        places.add(message.sender.id)
    return any(
        call.accepted
        and call.method in {"sendMessage", "sendDocument"}
        and call.at >= said.at
        and int(call.params["chat_id"]) in places
        and not _replies_to(call)
        for call in evidence.calls
    )


def _is_without_bot(chat: Chat) -> bool:
    """Whether the bot was removed from a group: it need not try what Telegram would refuse."""
    return any(member.user.username == BOT and not member.present for member in chat.members.values())


def _replies_to(call: Call) -> int:
    given = call.params.get("reply_parameters") if call.method in {"sendMessage", "sendDocument"} else None
    return int(given["message_id"]) if given else 0


def _origin(said: Said) -> tuple[int, int]:
    return said.message.chat.id, said.message.id


def _by_login(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.login or "?"].append(entry)
    return found


_CHECKS: tuple[Callable[[Evidence], Iterator[str]], ...] = (
    _nothing_twice,
    _never_too_fast,
    _first_in_first_out,
    _nothing_for_strangers,
    _nothing_lost,
    _told_once,
    _documents_are_whole,
    _no_secret_in_a_url,
)
