"""Whatever a conversation's buttons say can be typed instead, in each language, and does the same."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.conversation.dialogue import Dialogue
from bot.conversation.draft import ENDS, Draft, DraftKind, Step, advance
from bot.conversation.reader import Reader
from bot.domain import Destination, Person, SubClient
from bot.language.translator import LANGUAGES, Translators
from bot.parsing import MoneyWords
from handlers.conversation.prompts import ACTIONS, PICK, prompt

_NOW = datetime(2026, 11, 15, 12, tzinfo=UTC)
_READER = Reader(MoneyWords("₽"), _NOW, UTC)
_PICKS = (SubClient(name="alice"), SubClient(id=101))


def _dialogue(draft: Draft) -> Dialogue:
    origin = Destination(1001, reply_to=7)
    return Dialogue(
        1,
        1001,
        origin,
        draft,
        _PICKS,
        turn=0,
        heard=None,
        message_id=8,
        earlier=(),
        buttons=False,
        end=None,
        asked_at=_NOW,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_typed_is_pressed(language: str) -> None:
    t = Translators(default=language, zone=UTC, currency="₽").choose(language)
    choices = {action: choice for choice, action in ACTIONS.items()}
    seen = set()
    for about in DraftKind:
        for step in frozenset(Step) - ENDS:
            for service in (None, "SMS"):
                draft = Draft(about, step, SubClient(name="bob"), Decimal(5), service)
                keyboard = prompt(t, _dialogue(draft), Person(1001, "Anna", language), private=True).keyboard
                for button in [one for row in keyboard.inline_keyboard for one in row] if keyboard else []:
                    action, *_, last = str(button.callback_data).split(":")
                    answer = _PICKS[int(last)] if action == PICK else choices[action]
                    # Names are taken letter by letter.
                    loosely = [] if action == PICK else [button.text.upper(), f" {button.text.rstrip('…')}. "]
                    for typed in (button.text, *loosely):
                        assert advance(draft, typed, _READER) == advance(draft, answer, _READER) != draft, typed
                    seen.add(action)
    assert seen == {*ACTIONS.values(), PICK}
