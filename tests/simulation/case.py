"""The journal put in order: which message answers which command, which calls and presses belong to it."""

import math

from tests.simulation.journal import Exchange, Journal, Pressed, Said, Sent, Want
from tests.simulation.phrases import Kind, kind_of
from tests.simulation.rights import Rights


class Case:
    """What the oracle asks of the journal."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.rights = Rights(journal)
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
        """Find the command that a text without a reply is about: an act is named before its sub-client."""
        named = [marker for marker in self.by_marker if marker in text]
        return self.by_marker[min(named, key=text.index)][0] if named else None

    def replies_to(self, said: Said) -> list[Sent]:
        """What may answer a command that has no marker; what has lost its message is answered without a reply.

        Mere words may be taken as the answer to the bot's latest question, and then lead to the next one.
        """
        if not said.text.startswith("/"):
            return [sent for sent in self.journal.sent if sent.chat == said.chat and sent.at >= said.at]
        if said.chat in self.journal.moved or (said.chat, said.message_id) in self.journal.gone:
            chat = self.later_chat(said.chat)
            unplaced = [sent for sent in self.journal.sent if sent.chat == chat and sent.reply_to is None]
            return [*self.answers[id(said)], *(sent for sent in unplaced if sent.at >= said.at)]
        return self.answers[id(said)]

    def want(self, said: Said) -> Want:
        """What a person who sent something has a right to, as the allowlist was."""
        return self.rights.want(said)

    def of_marker(self, marker: str) -> list[Said]:
        """Return the commands with a marker that had a right to anything."""
        return [said for said in self.by_marker[marker] if self.want(said) is not Want.NOTHING]

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
        about = self._about(said)
        return [
            pressed
            for pressed in self.journal.pressed
            if self.rights.may_press(pressed) and any(pressed.message is sent for sent in about)
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
