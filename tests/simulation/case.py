"""The journal put in order: which message answers which command, which calls and presses belong to it."""

import math

from tests.simulation import cast
from tests.simulation.journal import Exchange, Journal, Pressed, Said, Sent
from tests.simulation.phrases import Kind, kind_of

_ALLOWED = frozenset(person.id for person in cast.ALLOWED)


class Case:
    """What the oracle asks of the journal."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.commands = [said for said in journal.said if said.answers is None]
        self.by_marker: dict[str, list[Said]] = {}
        for said in self.commands:
            if said.marker is not None:
                self.by_marker.setdefault(said.marker, []).append(said)
        by_place = {(said.chat, said.message_id): said for said in journal.said}
        self.answers: dict[int, list[Sent]] = {id(said): [] for said in journal.said}
        for sent in journal.sent:
            about = by_place.get((sent.chat, sent.reply_to or 0)) or self._named_in(sent.text)
            if about is not None:
                self.answers[id(about)].append(sent)

    def _named_in(self, text: str) -> Said | None:
        """Find the command that a text without a reply is about; the act of one may be of the sub-client of another."""
        named = [marker for marker in self.by_marker if marker in text]
        return self.by_marker[max(named)][0] if named else None

    def replies_to(self, said: Said) -> list[Sent]:
        """What may answer a command that has no marker; in a supergroup that was a group, answers are no replies."""
        later = self.journal.moved.get(said.chat)
        unplaced = [sent for sent in self.journal.sent if sent.chat == later and sent.reply_to is None]
        return [*self.answers[id(said)], *(sent for sent in unplaced if sent.at >= said.at)]

    def outcomes(self, said: Said) -> list[Sent]:
        return [sent for sent in self.answers[id(said)] if kind_of(sent) is Kind.OUTCOME]

    def was_asked_about(self, said: Said) -> bool:
        """Whether somebody was asked first, because the same invoice had just been asked for."""
        return said.repeats and any(kind_of(sent) is Kind.QUESTION for sent in self.answers[id(said)])

    def calls(self, said: Said) -> list[Exchange]:
        return [call for call in self.journal.exchanges if call.marker == said.marker]

    def first_calls(self, said: Said) -> list[Exchange]:
        """The calls that the command itself led to, before anybody pressed a button about it."""
        decided_at = min((pressed.at for pressed in self.presses(said)), default=math.inf)
        return [call for call in self.calls(said) if call.started_at < decided_at]

    def presses(self, said: Said) -> list[Pressed]:
        """The presses of people who may, under the messages about a command."""
        return [
            pressed
            for pressed in self.journal.pressed
            if pressed.person in _ALLOWED and any(pressed.message is sent for sent in self._about(said))
        ]

    def replies(self, said: Said) -> list[Said]:
        """The replies with an invoice's number."""
        about = self._about(said)
        return [
            reply
            for reply in self.journal.said
            if reply.answers is not None and any(self._asks_about(reply.answers, sent) for sent in about)
        ]

    def later_chat(self, chat: int) -> int:
        return self.journal.moved.get(chat, chat)

    def _about(self, said: Said) -> list[Sent]:
        """The answers to a command, and what an admin was shown of it."""
        notes = [sent for sent in self.journal.sent if kind_of(sent) is Kind.NOTE and (said.marker or "?") in sent.text]
        return [*self.answers[id(said)], *notes]

    @staticmethod
    def _asks_about(question: Sent, sent: Sent) -> bool:
        return (question.chat, question.reply_to) == (sent.chat, sent.message_id)
