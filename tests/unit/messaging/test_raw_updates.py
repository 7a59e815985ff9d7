"""Updates are cut out of Telegram's answer byte for byte, whatever they are, and never confirm what was not seen."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messaging.raw_updates import RawUpdate, next_offset, split
from tests.unit.messaging.conftest import BOT_ID, message, raw

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
_WRITTEN = st.builds(
    lambda value, ascii_, indent: json.dumps(value, ensure_ascii=ascii_, indent=indent),
    ANYTHING,
    st.booleans(),
    st.sampled_from([None, 1]),
)


@given(updates=st.lists(_WRITTEN, max_size=5), before=ANYTHING, after=ANYTHING)
def test_each_update_stays_as_it_was_written(updates: list[str], before: Any, after: Any) -> None:
    answer = (
        f'{{"ok": true, "x": {json.dumps(before)}, "result" :[{" , ".join(updates)}], '
        f'"result2": {json.dumps(after)}, "y": [1]}}'
    )
    assert split(answer) == updates


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ('{"ok":true,"result":[]}', []),
        ('{"ok":true,"result":{"id":1}}', []),
        ('{"ok":false,"description":"[result]"}', []),
        ('{"a":{"result":[1]},"result":[2]}', ["2"]),
        ('{"result":[{"update_id":1},{"update_id":2', ['{"update_id":1}']),
        (
            '{"result":[' + "[" * 99_999 + "]" * 99_999 + ',{"update_id":1}]}',
            ["[" * 99_999 + "]" * 99_999, '{"update_id":1}'],
        ),
        ("<html>502</html>", []),
        ("", []),
    ],
)
def test_what_is_cut_out(answer: str, found: list[str]) -> None:
    assert split(answer) == found


@pytest.mark.parametrize(
    "text", ["null", "[]", "5", "{", '{"update_id":"5"}', '{"update_id":true}', '{"update_id":-1}']
)
def test_some_have_no_id(text: str) -> None:
    assert RawUpdate.of(text).id is None


@pytest.mark.parametrize("number", ["9" * 5000, str(2**63), "1e3", "1.0"])
def test_a_number_that_no_database_takes_is_no_id(number: str) -> None:
    assert RawUpdate.of(f'{{"update_id":{number}}}').id is None


@given(ids=st.lists(st.integers(1, 99), unique=True, min_size=1).map(sorted), lost=st.sets(st.integers(0, 98)))
def test_an_offset_confirms_no_more_than_was_seen(ids: list[int], lost: set[int]) -> None:
    """Of some the ids cannot be read; those that are still to come have higher ones than all of these."""
    updates = [RawUpdate.of("null" if at in lost else json.dumps({"update_id": id_})) for at, id_ in enumerate(ids)]
    for known in (0, ids[0]):
        offset = next_offset(known, updates)
        assert offset <= ids[-1] + 1
        if len(ids) - 1 not in lost:
            assert offset == ids[-1] + 1
        if known:
            assert offset > known


_TEAM: dict[str, Any] = {"id": -5, "type": "group", "title": "Team"}
_OURS = {"message_id": 1, "date": 0, "chat": _TEAM, "from": {"id": BOT_ID, "is_bot": True, "first_name": "Bot"}}
_OTHERS = {**_OURS, "from": {"id": 9, "is_bot": False, "first_name": "Olga"}}
_PLAIN: dict[str, Any] = {"chat": _TEAM, "text": "hello", "entities": None}


@pytest.mark.parametrize(
    ("update", "concerns"),
    [
        (message(1, "hello"), True),
        (message(1, "/help", chat=_TEAM), True),
        (message(1, **_PLAIN), False),
        (message(1, **_PLAIN, reply_to_message=_OURS), True),
        (message(1, **_PLAIN, reply_to_message=_OTHERS), False),
        (message(1, **_PLAIN, migrate_to_chat_id=-6), True),
        (message(1, **_PLAIN, pinned_message={"chat": _TEAM, "message_id": 3, "date": 0}), False),
        ({"update_id": 1, "poll": {}}, False),
        ({"update_id": 1, "callback_query": None}, True),
        ({"update_id": 1, "message": None}, True),
        ({"update_id": 1, "message": {"chat": {"type": 5}}}, True),
        ({"update_id": 1, "my_chat_member": {"chat": {"type": "private"}}}, False),
        ({"update_id": 1, "my_chat_member": {"chat": _TEAM}}, True),
        ({"update_id": 1, "edited_message": message(1)["message"]}, True),
        ({"update_id": 1, "edited_message": message(1, "hello", entities=[])["message"]}, False),
        ({"message": {}}, True),
        (None, True),
    ],
)
def test_what_concerns_the_bot(update: Any, concerns: bool) -> None:  # noqa: FBT001
    assert raw(update).concerns(BOT_ID) == concerns
