"""The people: they send what their script says, and press the buttons that they are shown, as people do."""

from collections.abc import Callable, Iterable
from random import Random

from tests.simulation.cast import ANNA, BORIS, IVAN, OLGA, PEOPLE, TEAM, Person
from tests.simulation.journal import Journal, Pressed, Said, Sent, Want
from tests.simulation.phrases import asks_whose_act, welcomes
from tests.simulation.plan import Line
from tests.simulation.repeaters import Repeaters
from tests.simulation.telegram import Telegram
from tests.support.loop import Timeline

HEADING = "user;sum;act number"
_EAGER = {
    "bstart": 6,
    "bsure": 6,
    "bdiscard": 1,
    "bpause": 2,
    "bgo": 6,
    "bstop": 1,
    "bagain": 3,
    "bfiles": 1,
    "beach": 6,
    "bzip": 1,
}
"""The buttons of batches, and how readily people press them."""


class People:
    """Everybody on Telegram's other side; what they do is written into the journal."""

    def __init__(
        self,
        timeline: Timeline,
        journal: Journal,
        telegram: Telegram,
        random: Random,
        *,
        reactions: int,
        default_login: str,
    ) -> None:
        self._timeline = timeline
        self._journal = journal
        self._telegram = telegram
        self._random = random
        self._reactions = reactions
        self._default_login = default_login
        self._newcomers_commands = 0
        self._batch_presses = 8
        self._repeaters = Repeaters(
            random,
            lambda delay, person, message, button: self._later(delay, lambda: self._press(person, message, *button)),
        )
        self.intentions = 0
        """What somebody is about to do."""
        telegram.on_message = self._see

    def turn_to(self, telegram: Telegram) -> None:
        """Write to another bot from now on, and do nothing any more about what the one before says."""
        self._telegram.on_message = lambda _: None
        self._telegram = telegram
        telegram.on_message = self._see

    def intend(self, line: Line, at: float) -> None:
        self._later(at - self._timeline.now, lambda: self._say(line))

    def intend_nothing(self, until: float) -> None:
        """Wait until a moment for what may happen."""
        self._later(until - self._timeline.now, lambda: None)

    def go_on(self) -> None:
        """Have more to press in another month."""
        self._reactions += 3
        self._batch_presses += 2
        self._repeaters.go_on()

    def _say(self, line: Line, answers: Sent | None = None) -> None:
        chat = self._journal.moved.get(line.chat, line.chat)
        topic = line.topic if line.topic not in self._journal.closed_topics else None
        if line.rows:
            content = "\n".join([HEADING, *(row.text for row in line.rows)]).encode()
            message_id = self._telegram.attach(line.person.id, chat, line.text, content, topic=topic)
        else:
            message_id = self._telegram.say(
                line.person.id, chat, line.text, reply_to=answers, topic=topic, borrowed=line.borrowed
            )
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
                topic=topic,
                borrowed=line.borrowed,
                rows=line.rows,
                wish=line.wish,
                bot=self._telegram.bot,
            )
        )
        if line.deleted_after is not None:
            telegram = self._telegram
            self._later(line.deleted_after, lambda: telegram.delete(chat, message_id))

    def _see(self, message: Sent) -> None:
        """Look at a message that is new or was edited, and perhaps do something about it."""
        if message.buttons and self._random.random() < 0.7:
            self._see_petition(message, message.buttons)
        if message.buttons and self._batch_presses > 0:
            self._see_batch(message, dict.fromkeys(data.partition(":")[0] for _, data in message.buttons))
        if welcomes(message) and message.chat == IVAN.id:
            self._use_it()
        if self._repeaters.see(message):
            return
        about_a_command = message.asks_reply or (message.buttons and "kim" in message.shown)
        if not about_a_command or self._reactions <= 0 or self._random.random() < 0.2:
            return
        self._reactions -= 1
        delay = self._random.choice((1.0, 20.0, self._random.uniform(1, 300)))
        for _ in range(self._random.choice((1, 1, 1, 2))):
            person = self._who(message)
            self._later(delay, lambda person=person: self._react(person, message))  # type: ignore[misc]
            delay += self._random.choice((0.0, 0.3, 5.0))

    def _see_petition(self, message: Sent, buttons: tuple[tuple[str, str], ...]) -> None:
        """Ask to be let in; or say yes, or no, to somebody who asks."""
        actions = {data.partition(":")[0]: (label, data) for label, data in buttons}
        wanted = [actions[name] for name in ("petition", "asmanager", "refuse") if name in actions]
        if wanted and message.chat in PEOPLE:
            # The one who decides says yes twice as often.
            label, data = self._random.choice((wanted[0], *wanted))
            person = PEOPLE[message.chat]
            self._later(self._random.uniform(0, 60), lambda: self._press(person, message, label, data))

    def _see_batch(self, message: Sent, actions: Iterable[str]) -> None:
        """Start what a file would lead to; pause it, let it go on, stop it or try again as it goes."""
        wanted = [name for name in actions for _ in range(_EAGER.get(name, 0))]
        if not wanted or self._random.random() >= (0.9 if "bstart" in wanted or "bgo" in wanted else 0.15):
            return
        self._batch_presses -= 1
        name = self._random.choice(wanted)
        label, data = next(button for button in message.buttons if button[1].startswith(f"{name}:"))
        person = PEOPLE.get(message.chat) or self._random.choice((ANNA, BORIS, OLGA))
        delay = self._random.choice((1.0, self._random.uniform(1, 120)))
        self._later(delay, lambda: self._press(person, message, label, data))

    def _use_it(self) -> None:
        """Do what one came for, now that one is let in."""
        self._newcomers_commands += 1
        marker = f"kim9{self._newcomers_commands:02}k"
        text = f"/invoice {marker} 1500"
        line = Line(0, IVAN, IVAN.id, text, Want.OUTCOME, marker, self._default_login, creates=True)
        self._later(self._random.uniform(1, 60), lambda: self._say(line))

    def _press(self, person: Person, message: Sent, label: str, data: str) -> None:
        if message.bot != self._telegram.bot:
            return
        if not self._telegram.is_there(message.chat):
            return
        pressed = Pressed(self._timeline.now, person.id, message.chat, message, label, data, message.shown)
        self._journal.pressed.append(pressed)
        self._telegram.press(person.id, message, data)

    def _react(self, person: Person, message: Sent) -> None:
        if message.deleted or message.bot != self._telegram.bot or not self._telegram.is_there(message.chat):
            return
        if message.asks_reply:
            self._reply(person, message)
        elif message.buttons:
            self._press(person, message, *self._random.choice(message.buttons))

    def _reply(self, person: Person, message: Sent) -> None:
        words = self._repeaters.words(message)
        if words is not None:
            text = words
        elif asks_whose_act(message):
            text = "alice"
        elif self._random.random() < 0.2:
            text = "no idea"
        else:
            text = self._number_of(message)
        line = Line(self._timeline.now, person, message.chat, text, Want.REPLY, topic=message.topic)
        self._say(line, answers=message)

    def _number_of(self, question: Sent) -> str:
        """Look into the vendor's cabinet."""
        about = [
            sent
            for sent in self._journal.sent
            if (sent.bot, sent.chat, sent.message_id) == (question.bot, question.chat, question.reply_to)
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
