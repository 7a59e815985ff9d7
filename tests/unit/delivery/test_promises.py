"""What is worth an edit of a status message."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.promises import Delay, Promise, is_worth_telling

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TOLD = Promise(newest_id=7, waiting=3, is_next=False, last_at=NOW + timedelta(minutes=5), delay=Delay.NONE)


@given(st.floats(-29.9, 29.9))
def test_half_a_minute_is_not(seconds: float) -> None:
    assert TOLD.last_at is not None
    moved = replace(TOLD, last_at=TOLD.last_at + timedelta(seconds=seconds))
    assert not is_worth_telling(TOLD, moved, NOW)


@given(st.floats(31, 86_400))
def test_more_than_half_a_minute_is(seconds: float) -> None:
    assert TOLD.last_at is not None
    moved = replace(TOLD, last_at=TOLD.last_at - timedelta(seconds=seconds))
    assert is_worth_telling(TOLD, moved, NOW)


@pytest.mark.parametrize(
    ("true", "worth"),
    [
        (TOLD, False),
        (replace(TOLD, waiting=2), False),
        (replace(TOLD, newest_id=8), True),
        (replace(TOLD, delay=Delay.PAUSED, last_at=None), True),
        (replace(TOLD, waiting=1, is_next=True), True),
        (replace(TOLD, last_at=None), True),
    ],
)
def test_another_state_is_and_a_turn_of_the_queue_is_not(true: Promise, worth: bool) -> None:  # noqa: FBT001
    assert is_worth_telling(TOLD, true, NOW) is worth


def test_of_hours_a_minute_is_not() -> None:
    told = replace(TOLD, last_at=NOW + timedelta(hours=2))
    assert not is_worth_telling(told, replace(told, last_at=NOW + timedelta(hours=2, minutes=3)), NOW)
    assert is_worth_telling(told, replace(told, last_at=NOW + timedelta(hours=2, minutes=8)), NOW)
