"""The people: they send what their script says, and press the buttons that they are shown, as people do."""

from collections.abc import Callable
from random import Random

from tests.simulation.cast import ALLOWED, ANNA, BORIS, IVAN, OLGA, PEOPLE, TEAM, Person
from tests.simulation.journal import Journal, Pressed, Said, Sent, Want
from tests.simulation.loop import Timeline
from tests.simulation.plan import Line
from tests.simulation.telegram import Telegram


class People:
    """Everybody on Telegram's other side; what they do is written into the journal."""

    def __init__(
        self, timeline: Timeline, journal: Journal, telegram: Telegram, random: Random, reactions: int
    ) -> None:
        self._timeline = timeline
        self._journal = journal
        self._telegram = telegram
        self._random = random
        self._reactions = reactions
        self.intentions = 0
        """What somebody is about to do."""
        telegram.on_message = self._see

    def intend(self, line: Line, at: float) -> None:
        self._later(at - self._timeline.now, lambda: self._say(line))

    def _say(self, line: Line, answers: Sent | None = None) -> None:
        chat = self._journal.moved.get(line.chat, line.chat)
        message_id = self._telegram.say(line.person.id, chat, line.text, reply_to=answers)
        self._journal.said.append(
            Said(
                at=self._timeline.now,
                person=line.person.id,
                chat=chat,
                message_id=message_id,
                text=line.text,
                want=line.want,
                marker=line.marker,
                login=line.login,
                creates=line.creates,
                repeats=line.repeats,
                answers=answers,
            )
        )

    def _see(self, message: Sent) -> None:
        """Look at a message that is new or was edited, and perhaps do something about it."""
        about_a_command = message.asks_reply or (message.buttons and "kim" in message.shown)
        if not about_a_command or self._reactions <= 0 or self._random.random() < 0.2:
            return
        self._reactions -= 1
        delay = self._random.choice((1.0, 20.0, self._random.uniform(1, 300)))
        for _ in range(self._random.choice((1, 1, 1, 2))):
            person = self._who(message)
            self._later(delay, lambda person=person: self._react(person, message))  # type: ignore[misc]
            delay += self._random.choice((0.0, 0.3, 5.0))

    def _react(self, person: Person, message: Sent) -> None:
        if message.deleted or not self._telegram.is_there(message.chat):
            return
        if message.asks_reply:
            self._reply(person, message)
        elif message.buttons:
            label, data = self._random.choice(message.buttons)
            self._journal.pressed.append(Pressed(self._timeline.now, person.id, message.chat, message, label, data))
            self._telegram.press(person.id, message, data)

    def _reply(self, person: Person, message: Sent) -> None:
        if "Whose act" in message.text:
            text = "alice"
        elif self._random.random() < 0.2:
            text = "no idea"
        else:
            text = self._number_of(message)
        want = Want.REPLY if person in ALLOWED else Want.NOTHING
        self._say(Line(self._timeline.now, person, message.chat, text, want), answers=message)

    def _number_of(self, question: Sent) -> str:
        """Look into the vendor's cabinet."""
        about = [
            sent for sent in self._journal.sent if (sent.chat, sent.message_id) == (question.chat, question.reply_to)
        ]
        made = [call.invoice for call in self._journal.exchanges for sent in about if call.marker in sent.text]
        return next((number for number in made if number is not None), "9001")

    def _who(self, message: Sent) -> Person:
        if message.chat != TEAM and message.chat in PEOPLE:
            return PEOPLE[message.chat]
        return self._random.choice((ANNA, ANNA, BORIS, BORIS, OLGA, IVAN))

    def _later(self, delay: float, do: Callable[[], None]) -> None:
        self.intentions += 1

        def happen() -> None:
            self.intentions -= 1
            do()

        self._timeline.after(delay, happen)
