"""The queue of updates: what confirms, what a negative or a future offset does, what is handed out again."""

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
    assert [update.kind for update in updates.fetch(0, 9)] == ["message", "callback_query"]
    updates.allow([])
    updates.push("message", {})
    assert len(updates) == 3
