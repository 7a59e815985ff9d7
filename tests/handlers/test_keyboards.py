"""The data of buttons: short enough for Telegram, read back as written, and nothing else is read."""

import string
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from telegram import InlineKeyboardMarkup

from bot.conversation.questions import QuestionView, WhoseAct
from bot.delivery.buttons import of_outcome
from bot.domain import Destination, Failure, Kind, Resolution, State, SubClient
from bot.language.translator import LANGUAGES, Translator, read_catalogue
from bot.messaging.calls import Buttons
from bot.messaging.keyboards import read_data
from bot.parsing import ActOfChat
from bot.queue.logins import QueuePage
from bot.queue.positions import QueuePosition
from db.models import Request
from handlers.documents import buttons as keyboards
from handlers.queue.waiting import of_all, of_chat

_LARGEST_ID = 10**18 - 1
_SPEAKERS = [Translator(language, read_catalogue(language)) for language in LANGUAGES]


def _request(state: State, failure: Failure | None = None, resolution: Resolution | None = None) -> Request:
    request = Request(id=_LARGEST_ID, kind=Kind.GET_ACT, user_name="<b>" * 21, document_num="7", state=state)
    request.failure, request.resolution = failure, resolution
    request.requester_id, request.requester_name, request.language = _LARGEST_ID, "<b>" * 80, "en"
    return request


def _whose(choices: int) -> WhoseAct:
    asked = QuestionView(_LARGEST_ID, 1, Destination(1, None, 1), None, answered=False, payload={})
    return WhoseAct(asked, ActOfChat(num="7"), tuple(SubClient(name="x" * 64) for _ in range(choices)))


@dataclass(frozen=True)
class _Case:
    name: str
    buttons: Buttons
    actions: list[str]


def _cases(t: Translator) -> list[_Case]:
    waiting = QueuePosition(_request(State.QUEUED), place=1, starts_at=None, hold=None, paused=True)
    running = QueuePosition(_request(State.RUNNING), place=0, starts_at=None, hold=None, paused=False)
    unknown = _request(State.UNKNOWN)
    return [
        _Case("done", of_outcome(t, _request(State.DONE)), []),
        _Case("refused", of_outcome(t, _request(State.FAILED, Failure.NO_DOCUMENT)), []),
        _Case("busy", of_outcome(t, _request(State.FAILED, Failure.BUSY)), ["again"]),
        _Case("unknown", of_outcome(t, unknown), ["exists", "missing", "close"]),
        _Case("resolved", of_outcome(t, _request(State.UNKNOWN, resolution=Resolution.CLOSED)), []),
        _Case("confirm", keyboards.confirm_create(t, unknown), ["create", "back"]),
        _Case("queue", of_chat(t, QueuePage((running, waiting), 1, more=True)), ["cancel", "queue", "queue", "queue"]),
        _Case("all", of_all(t, QueuePage((waiting,), 0, more=False)), ["cancelany", "cancelallof", "queueall"]),
        _Case("whose", keyboards.whose_act(t, _whose(3)), ["whose", "whose", "whose"]),
    ]


@pytest.mark.parametrize("t", _SPEAKERS, ids=LANGUAGES)
def test_every_button_fits_and_is_read_back(t: Translator) -> None:
    for case in _cases(t):
        rows = case.buttons.inline_keyboard if isinstance(case.buttons, InlineKeyboardMarkup) else ()
        data = [str(button.callback_data) for row in rows for button in row]
        assert [one.partition(":")[0] for one in data] == case.actions, case.name
        for row in rows:
            for button in row:
                assert 1 <= len(str(button.callback_data).encode()) <= 64
                assert 1 <= len(button.text) <= 64
                assert "&lt;" not in button.text
                read = read_data(str(button.callback_data))
                assert read is not None
                if case.name not in {"queue", "all"}:
                    assert read[1][0] == _LARGEST_ID


def test_with_nothing_to_choose_from_a_reply_is_asked_for() -> None:
    for t in _SPEAKERS:
        assert getattr(keyboards.whose_act(t, _whose(0)), "selective", False)


@given(action=st.text(string.ascii_lowercase, min_size=1), ids=st.lists(st.integers(0, _LARGEST_ID), min_size=1))
def test_what_is_written_is_read(action: str, ids: list[int]) -> None:
    assert read_data(f"{action}:{':'.join(map(str, ids))}") == (action, tuple(ids))


@given(data=st.text())
@example(data="")
@example(data="cancel")
@example(data="cancel:")
@example(data="cancel:-1")
@example(data="cancel:1\n")
@example(data="cancel:١")
@example(data="cancel:1e3")
@example(data="cancel: 1")
@example(data="Cancel:1")
@example(data="cancel:" + "9" * 19)
@example(data="../../cancel:1")
def test_anything_else_is_nothing(data: str) -> None:
    read = read_data(data)
    assert read is None or data == f"{read[0]}:{data.partition(':')[2]}"
    if read is not None:
        assert read[0].isascii()
        assert all(number >= 0 for number in read[1])


def test_no_data_at_all() -> None:
    assert read_data(None) is None
