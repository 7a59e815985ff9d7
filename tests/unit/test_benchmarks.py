"""The benchmarks' own instruments: they measure nothing here, but they must not lie."""

import xml.etree.ElementTree as ET
from pathlib import Path

import httpx
import pytest

from benchmarks.fakes.forms import parameters
from benchmarks.fakes.http import HttpRequest
from benchmarks.fakes.limits import Limits
from benchmarks.fakes.telegram import Telegram
from benchmarks.plot import Bar, bars
from benchmarks.report import percentile
from benchmarks.stage import PEOPLE, stage

GROUP, PERSON = -1_000_000_000_001, 1001


@pytest.mark.parametrize("files", [None, {"document": ("act.pdf", b"%PDF-1.4\r\n\r\n--x\r\n", "application/pdf")}])
def test_a_form_is_read_in_either_encoding(files: dict[str, tuple[str, bytes, str]] | None) -> None:
    given = {"chat_id": "-5", "text": "a & b = ю\r\n--", "empty": ""}
    sent = httpx.Request("POST", "http://localhost/", data=given, files=files)
    sent.read()
    headers = {"content-type": sent.headers["content-type"]}
    told = parameters(HttpRequest("/", headers, sent.content))
    assert told == given | ({"document": str(len(files["document"][1]))} if files else {})


def test_a_group_takes_20_messages_a_minute_and_holds_up_nobody_else() -> None:
    limits = Limits()
    assert [limits.seconds_to_wait(GROUP) for _ in range(20)] == [0] * 20
    assert 59 < limits.seconds_to_wait(GROUP) <= 60
    assert limits.seconds_to_wait(PERSON) == 0


def test_a_bot_writes_30_messages_a_second() -> None:
    limits = Limits()
    assert [limits.seconds_to_wait(PERSON + number) for number in range(30)] == [0] * 30
    assert 0 < limits.seconds_to_wait(PERSON + 30) <= 1


def test_an_edit_that_changes_nothing_is_counted_and_refused() -> None:
    telegram = Telegram()

    def call(method: str, **given: str) -> int:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        body = httpx.Request("POST", "http://localhost/", data=given).content
        answer = telegram.handle(HttpRequest(f"/bot1:t/{method}", headers, body))
        return getattr(answer, "status", 0)

    assert call("sendMessage", chat_id="1001", text="before") == 200
    assert call("editMessageText", chat_id="1001", message_id="1", text="before") == 400
    assert call("editMessageText", chat_id="1001", message_id="1", text="after") == 200
    assert (telegram.unchanged, telegram.calls["editMessageText"]) == (1, 2)


@pytest.mark.parametrize(("percent", "value"), [(1, 1), (50, 50), (99, 99), (100, 100)])
def test_so_many_percent_do_not_exceed_a_percentile(percent: int, value: int) -> None:
    assert percentile(range(100, 0, -1), percent) == value


@pytest.mark.parametrize("values", [[1.0, 2.0], [0.5, 10_000.0], [float("inf"), 3.0], [0.0], []])
def test_a_plot_is_well_formed_and_no_bar_leaves_it(values: list[float]) -> None:
    root = ET.fromstring(bars("A & B", "ms", [Bar("<all>", value) for value in values]))  # noqa: S314 - made here
    drawn = [rect for rect in root.iter("{http://www.w3.org/2000/svg}rect") if "x" in rect.attrib]
    assert len(drawn) == len(values)
    assert all(float(bar.attrib["x"]) + float(bar.attrib["width"]) <= 720 for bar in drawn)


async def test_the_yardstick_does_the_main_job(tmp_path: Path) -> None:
    allowed = {"ALLOWED_IDS": str(PEOPLE[0])}
    async with stage(tmp_path, arguments=("-m", "benchmarks.naive"), settings=allowed) as one:
        for text, sub_client in (("/invoice alice 1500.50", "alice"), ("/act bob 7", "bob")):
            to_vendor, to_document = await one.command(text, sub_client)
            assert 0 < to_vendor < to_document < float("inf")
