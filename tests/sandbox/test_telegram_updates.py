"""The queue of updates: what confirms, what a negative or a future offset does, what is handed out again."""

from typing import Any

import pytest

from sandbox.telegram.updates import UpdateQueue


def queue(*texts: str) -> UpdateQueue:
    updates = UpdateQueue(10)
    for text in texts:
        updates.push("message", {"text": text})
    return updates


def ids(updates: UpdateQueue, offset: int = 0, limit: int = 100) -> list[int]:
    return [update.id for update in updates.fetch(offset, limit)]


def test_updates_stay_until_a_higher_offset_is_asked_for() -> None:
    updates = queue("a", "b", "c")
    assert ids(updates) == ids(updates) == ids(updates, 10) == [10, 11, 12]
    assert ids(updates, 11, limit=1) == [11]
    assert ids(updates) == [11, 12]
    assert ids(updates, 13) == []
    assert ids(updates) == []


def test_a_negative_offset_forgets_all_but_the_last() -> None:
    updates = queue("a", "b", "c")
    assert ids(updates, -2) == [11, 12]
    assert ids(updates) == [11, 12]


def test_an_offset_from_the_future_confirms_nothing() -> None:
    updates = queue("a", "b")
    assert ids(updates, 99) == [10, 11]


def test_a_confirmed_update_can_come_again_once() -> None:
    updates = queue("a", "b", "c")
    ids(updates, 12)
    updates.redeliver(2)
    assert ids(updates, 12) == [10, 11, 12]
    assert ids(updates, 12) == [12]


def test_unwanted_kinds_are_dropped_and_the_choice_sticks() -> None:
    updates = queue("a")
    updates.allow(["callback_query"])
    updates.allow(None)
    updates.push("message", {})
    updates.push("callback_query", {})
    assert [set(update.body()) - {"update_id"} for update in updates.fetch(0, 9)] == [{"message"}, {"callback_query"}]
    updates.allow([])
    updates.push("message", {})
    assert len(updates) == 3


def test_an_injected_object_gets_the_next_id_unless_it_has_a_later_one() -> None:
    updates = queue("a")
    updates.allow(["callback_query"])
    updates.inject({"message": {"text": "unwanted"}})
    updates.inject({"update_id": 50, "shiny_new_kind": None})
    updates.push("callback_query", {})
    assert [update.body() for update in updates.fetch(11, 9)] == [
        {"update_id": 11, "message": {"text": "unwanted"}},
        {"update_id": 50, "shiny_new_kind": None},
        {"update_id": 51, "callback_query": {}},
    ]
    assert ids(updates, 52) == []


@pytest.mark.parametrize("raw", [None, "text", 7, [], {"update_id": "x"}, {"update_id": None}, {"update_id": 3}])
def test_any_json_is_handed_out_as_it_is_and_confirmed_by_its_place(raw: Any) -> None:
    updates = queue("a")
    updates.inject(raw)
    assert [update.body() for update in updates.fetch(11, 9)] == [raw]
    assert ids(updates, 12) == []


@pytest.mark.parametrize("no_json", [float("nan"), {"message": {1, 2}}, b"x"])
def test_what_json_cannot_say_is_refused(no_json: Any) -> None:
    updates = queue()
    with pytest.raises((TypeError, ValueError)):
        updates.inject(no_json)
    assert len(updates) == 0
