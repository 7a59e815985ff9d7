"""A schedule as a story, for whoever has to find out why a seed fails."""

from collections.abc import Iterator

from tests.simulation.cast import PEOPLE
from tests.simulation.journal import Journal


def tell(journal: Journal) -> Iterator[str]:
    """Yield one line for each thing that happened, in order."""
    for at, line in sorted(_events(journal), key=lambda event: event[0]):
        yield f"{at:10.3f}  {line}"


def _events(journal: Journal) -> Iterator[tuple[float, str]]:
    for said in journal.said:
        yield said.at, f"{PEOPLE[said.person].name} in {said.chat}, message {said.message_id}: {said.text!r}"
    for pressed in journal.pressed:
        yield pressed.at, f"{PEOPLE[pressed.person].name} in {pressed.chat} presses {pressed.label!r} ({pressed.data})"
    for call in journal.exchanges:
        yield call.started_at, f"-> SMS Center: {call.call} for {call.marker} of login {call.login}"
        if call.arrived_at is not None:
            yield call.arrived_at, f"   SMS Center has {call.call} for {call.marker}"
        if call.ended_at is not None:
            yield call.ended_at, f"<- SMS Center: {call.call} for {call.marker}: {call.answer}, invoice {call.invoice}"
    for sent in journal.sent:
        what = f"document {sent.document!r} " if sent.document is not None else ""
        known = "" if sent.bot_knows else " (and the bot does not know that Telegram has it)"
        yield sent.at, f"bot in {sent.chat}, reply to {sent.reply_to}: {what}{str(sent.text)!r}{known}"
    for at, text in journal.notices:
        yield at, f"bot to a press: {text!r}"
    for forbidden in journal.forbidden:
        yield forbidden.at, f"Telegram forbids chat {forbidden.chat}"
    for ended_at in journal.ends:
        yield ended_at, "the process is at its end"
