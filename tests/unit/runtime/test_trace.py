"""Each log line says what it was about, also where several things are worked on at once."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot.runtime.log import JsonFormatter, Redactor
from bot.runtime.trace import trace, traced

log = logging.getLogger("tests.trace")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter(Redactor(())))
    log.addHandler(handler)
    log.setLevel("INFO")
    yield stream
    log.removeHandler(handler)


def written(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_lines_carry_the_ids_of_what_they_are_about_and_no_others(lines: io.StringIO) -> None:
    log.info("before")
    with traced(update=7):
        log.info("handling")
        with traced(request=3):
            log.info("made")
        log.info("handled")
    log.info("after")
    ids = [{name: line[name] for name in ("update", "request") if name in line} for line in written(lines)]
    assert ids == [{}, {"update": 7}, {"update": 7, "request": 3}, {"update": 7}, {}]


async def test_tasks_side_by_side_do_not_mix() -> None:
    async def work(number: int) -> int:
        with traced(request=number):
            await asyncio.sleep(0)
            return await asyncio.create_task(looked())

    async def looked() -> int:
        await asyncio.sleep(0)
        return trace()["request"]

    assert await asyncio.gather(*(work(number) for number in range(20))) == list(range(20))
    assert trace() == {}


def test_it_ends_where_the_work_fails() -> None:
    with pytest.raises(ValueError, match="no"), traced(update=1):
        raise ValueError("no")
    assert trace() == {}
