"""What people do about repeats: create them, answer the cards, run, skip, pause, change and end them."""

import re
from collections.abc import Callable
from random import Random

from tests.simulation.cast import ANNA, BORIS, OLGA, PEOPLE, Person
from tests.simulation.journal import Sent

Button = tuple[str, str]
"""A label and its data."""

_EAGER = {
    "rbegin": 12,
    "rbeginsure": 12,
    "rdrop": 1,
    "rspeak": 1,
    "rshow": 4,
    "rself": 16,
    "rnow": 2,
    "rskip": 2,
    "rpause": 1,
    "rgo": 8,
    "rend": 1,
    "rendsure": 4,
    "redit": 1,
    "reditsure": 6,
    "reditdrop": 1,
    "rmake": 9,
    "rmakesure": 9,
    "rleave": 2,
    "rchange": 1,
}
"""The buttons of repeats, and how readily people press them."""
_FORM = re.compile(r"<code>(kim\w+ )([\d.]+)( .*)</code>")


class Repeaters:
    """Presses the buttons of repeats, as often as it has patience for."""

    def __init__(self, random: Random, press_later: Callable[[float, Person, Sent, Button], None]) -> None:
        self._random = random
        self._press_later = press_later
        self._patience = 12
        self._cards: list[Sent] = []

    def see(self, message: Sent) -> bool:
        """Look at a message that is new or was edited; False if it is about something else."""
        buttons = [button for button in message.buttons if _name(button) in _EAGER]
        if buttons and any(_name(button) == "rmake" for button in buttons):
            self._cards.append(message)
        if buttons and self._patience > 0:
            begins = any(_name(button) in {"rbegin", "rbeginsure", "rmake", "rgo"} for button in buttons)
            if self._random.random() < (0.9 if begins else 0.7):
                self._press(message, buttons)
        return bool(buttons)

    def go_on(self) -> None:
        """Have patience again in another month, and perhaps find an old card that is still open."""
        self._patience += 6
        still = [card for card in self._cards if any(_name(button) == "rmake" for button in card.buttons)]
        if still and self._random.random() < 0.5:
            card = self._random.choice(still)
            self._press(card, [button for button in card.buttons if _name(button) in _EAGER])

    def words(self, question: Sent) -> str | None:
        """Return what a repeat shall be from now on: with a larger sum; None if the question is another."""
        form = _FORM.search(question.text)
        return None if form is None else f"{form[1]}{form[2].partition('.')[0]}.5{form[3]}"

    def _press(self, message: Sent, buttons: list[Button]) -> None:
        self._patience -= 1
        button = self._random.choices(buttons, [_eagerness(button) for button in buttons])[0]
        person = PEOPLE.get(message.chat) or self._random.choice((ANNA, BORIS, OLGA))
        delay = self._random.choice((1.0, 3.0, self._random.uniform(1, 90)))
        for _ in range(self._random.choice((1, 1, 1, 2))):
            self._press_later(delay, person, message, button)
            delay += self._random.choice((0.0, 0.3, 5.0))


def _name(button: Button) -> str:
    return button[1].partition(":")[0]


def _eagerness(button: Button) -> int:
    """Few have a repeat ask again that runs by itself."""
    return 1 if re.fullmatch(r"rself:\d+:0", button[1]) else _EAGER[_name(button)]
