"""The journal put in order: which message answers which command, which calls and presses belong to it."""

import math

from tests.simulation.journal import Exchange, Journal, Pressed, Said, Sent, Want
from tests.simulation.phrases import Action, Kind, action_of, kind_of
from tests.simulation.rights import Rights

_RECORDED_WITHIN = 2.0
"""How long the bot takes to write down what Telegram told it."""
_DISK_RECOVERS_WITHIN = 15.0


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
        by_place = {(said.bot, said.chat, said.message_id): said for said in journal.said}
        self.shown_anew: set[int] = set()
        """What a bot says about what an earlier one was told: it may begin again with each of its starts."""
        self.answers: dict[int, list[Sent]] = {id(said): [] for said in journal.said}
        subjects: dict[tuple[int, int, int], Said] = {}
        for sent in journal.sent:
            replied_to = (sent.bot, sent.chat, sent.reply_to or 0)
            about = by_place.get(replied_to) or self._named_in(sent, subjects.get(replied_to))
            if about is not None:
                self.answers[id(about)].append(sent)
                subjects[sent.bot, sent.chat, sent.message_id] = about
            if (about.bot if about is not None else journal.bots[0][0]) != sent.bot and sent.reply_to is None:
                self.shown_anew.add(id(sent))

    def _named_in(self, sent: Sent, subject: Said | None) -> Said | None:
        """Find the command that a text which answers none is about: an act is named before its sub-client.

        Of equal commands it is `subject`, that of the bot's message which it replies to, as after a press; or that of
        the person who is told in private.
        """
        named = [marker for marker in self.by_marker if marker in sent.text]
        if not named:
            return None
        commands = self.by_marker[min(named, key=sent.text.index)]
        if subject is not None and any(subject is one for one in commands):
            return subject
        return next((one for one in commands if one.person == sent.chat), commands[0])

    def replies_to(self, said: Said) -> list[Sent]:
        """What may answer a command that has no marker; what has lost its message is answered without a reply.

        Mere words may be taken as the answer to the bot's latest question, and then lead to the next one.
        """
        if not said.text.startswith("/"):
            return [sent for sent in self.journal.sent if sent.chat == said.chat and sent.at >= said.at]
        if said.chat in self.journal.moved or (said.bot, said.chat, said.message_id) in self.journal.gone:
            chat = self.later_chat(said.chat)
            unplaced = [sent for sent in self.journal.sent if sent.chat == chat and sent.reply_to is None]
            return [*self.answers[id(said)], *(sent for sent in unplaced if sent.at >= said.at)]
        return self.answers[id(said)]

    def want(self, said: Said) -> Want:
        """What a person who sent something has a right to, as the allowlist was.

        What an earlier bot had not begun when another got the database is nobody's any more.
        """
        want = self.rights.want(said)
        if want in {Want.OUTCOME, Want.REPLY} and said.bot != self.last_bot and not self._was_begun(said):
            return Want.EITHER
        return want

    @property
    def last_bot(self) -> int:
        return self.journal.bots[-1][0]

    def _was_begun(self, said: Said) -> bool:
        """Whether it was certainly in the queue."""
        statuses = (sent for sent in self.answers[id(said)] if kind_of(sent) is Kind.STATUS)
        return bool(said.marker) and bool(any(statuses) or (self.calls(said) and not said.repeats))

    def of_marker(self, marker: str) -> list[Said]:
        """Return the commands with a marker that had a right to anything."""
        return [said for said in self.by_marker[marker] if self.want(said) is not Want.NOTHING]

    def outcomes(self, said: Said) -> list[Sent]:
        return [sent for sent in self.answers[id(said)] if kind_of(sent) is Kind.OUTCOME]

    def was_asked_about(self, said: Said) -> bool:
        """Whether somebody was asked first: for the same invoice, or because the words are not their own."""
        return (said.repeats or said.borrowed is not None) and any(
            kind_of(sent) is Kind.QUESTION for sent in self.answers[id(said)]
        )

    def surely_meant(self, said: Said) -> bool:
        """Whether the sender of borrowed words said in time, and nobody said otherwise, that they mean them."""
        if said.borrowed is None or said.bot != self.last_bot:
            return False
        if not self.rights.surely_has(said.person, said.chat, said.login):
            return False
        presses = self.presses(said)
        expired = any("expired" in pressed.message.shown or "истёк" in pressed.message.shown for pressed in presses)
        first = presses[0] if presses else None
        return first is not None and not expired and first.person == said.person and action_of(first) is Action.CONFIRM

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

    def may_be_repeated(self, sent: Sent) -> bool:
        """Whether the bot could not know that Telegram took it: the answer was lost, or its process ended too early."""
        if not sent.bot_knows:
            return True
        until = sent.at + _RECORDED_WITHIN
        for begin, end in self.journal.disk_trouble:
            if begin <= until and sent.at <= end:
                until = end + _DISK_RECOVERS_WITHIN
        return any(sent.at <= ended_at <= until for ended_at in self.journal.ends)

    def may_be_of_another(self, sent: Sent, marker: str) -> bool:
        """Whether a text without a reply names, by a marker, the sub-client that somebody chose for another command."""
        chosen = (pressed.label for pressed in self.journal.pressed if pressed.data.startswith("whose:"))
        return sent.reply_to is None and sent.document is None and marker in chosen

    def later_chat(self, chat: int) -> int:
        return self.journal.moved.get(chat, chat)

    def _about(self, said: Said) -> list[Sent]:
        """The answers to a command, and what an admin was shown of it."""
        notes = [sent for sent in self.journal.sent if kind_of(sent) is Kind.NOTE and (said.marker or "?") in sent.text]
        return [*self.answers[id(said)], *notes]

    @staticmethod
    def _asks_about(question: Sent, sent: Sent) -> bool:
        return (question.bot, question.chat, question.reply_to) == (sent.bot, sent.chat, sent.message_id)
