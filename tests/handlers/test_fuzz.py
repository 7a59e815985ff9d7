"""Whatever comes in, the next good command is answered: the whole bot on updates of every kind, sound and spoilt.

`make fuzz` draws many more of them.
"""

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.handlers.updates import updates
from tests.support.databases import Databases, EngineName
from tests.support.stage import ANNA, Stage, prepare_database, stage

_FIRST_ID = 1_000
_ids = itertools.count(_FIRST_ID)


@pytest.fixture(scope="module")
def fuzzed(databases: Databases) -> Iterator[tuple[asyncio.Runner, Stage]]:
    """Set one stage for all examples: a bot has to bear one after the other."""
    with databases.new(EngineName.SQLITE, prepare_database) as url, asyncio.Runner() as runner:
        closing = AsyncExitStack()
        yield runner, runner.run(closing.enter_async_context(stage(url)))
        runner.run(closing.aclose())


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_the_next_command_is_answered(fuzzed: tuple[asyncio.Runner, Stage], data: st.DataObject) -> None:
    runner, on_stage = fuzzed
    bad = [data.draw(updates(next(_ids))) for _ in range(data.draw(st.integers(1, 3)))]
    good = _command(next(_ids))

    calls = runner.run(on_stage.poll(*bad, good))

    assert [call for call in calls if call.params.get("reply_parameters", {}).get("message_id") == good["update_id"]]


def _command(update_id: int) -> dict[str, Any]:
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "date": 0,
            "chat": {"id": ANNA, "type": "private", "first_name": "Anna"},
            "from": {"id": ANNA, "is_bot": False, "first_name": "Anna"},
            "text": "/whoami",
            "entities": [{"type": "bot_command", "offset": 0, "length": 7}],
        },
    }
