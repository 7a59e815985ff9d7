"""A newcomer's first batch: the template filled in, the dry run, the bar, a bot that is killed, and the files."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal
from playwright.sync_api import expect

from bot.batches.reading import read_table
from tests.browser.conftest import new_demo
from tests.browser.visitor import ANNA, Demo, Visitor

Visit = Callable[..., Visitor]

_PACE = 0.4
_ROWS = 12


def _files(demo: Demo) -> dict[str, bytes]:
    return demo.look(lambda stage: {one.name: one.content for one in stage.telegram.documents(ANNA)})


@pytest.fixture
def quick_demo(portal: BlockingPortal, tmp_path: Path) -> Iterator[Demo]:
    """A demo whose minute is short: twelve rows are many."""
    with new_demo(portal, tmp_path, _PACE) as made:
        yield made


def test_a_file_of_twelve_rows_becomes_a_zip_and_a_table(quick_demo: Demo, visit: Visit) -> None:
    demo = quick_demo
    visitor = visit(demo, ANNA)
    page = visitor.page
    visitor.write("/batch")
    expect(visitor.answer("/batch", "Fill in one of the templates")).to_be_visible()
    template = _files(demo)["batch.csv"]

    rows = "".join(f"alice,{100 + row},,,,\n" for row in range(_ROWS))
    page.locator("#file").set_input_files(
        {"name": "november.csv", "mimeType": "text/csv", "buffer": template + rows.encode()}
    )
    expect(page.locator("#attached-name")).to_have_text("november.csv")
    page.locator("#text").press("Enter")
    shown = page.locator(".message.theirs", has_text="this is what I read in the file").last
    expect(shown).to_contain_text(f"New invoices: {_ROWS}")
    expect(shown).to_contain_text("Nothing has been sent to SMS Center.")
    assert demo.invoices() == 0

    shown.get_by_role("button", name=f"Start ({_ROWS})").click()
    bar = page.locator(".message.theirs", has_text=re.compile(rf"\d+ of {_ROWS}")).first
    expect(bar).to_contain_text("under way")
    while demo.invoices() < 3:
        page.wait_for_timeout(50)
    visitor.trouble("Kill the bot")

    result = page.locator(".message.theirs", has_text="Batch 1 is done").last
    expect(result).to_be_visible(timeout=60_000)
    expect(bar).to_contain_text(re.compile("done", re.IGNORECASE))
    made = demo.look(lambda stage: sorted(int(one.amount) for one in stage.centre.invoices))
    assert made == list(range(100, 100 + _ROWS))
    files = _files(demo)
    with zipfile.ZipFile(io.BytesIO(files["batch-1.zip"])) as packed:
        assert len(packed.namelist()) >= _ROWS - 1  # one that the kill met may be unknown, and says so
    assert len(read_table(files["batch-1.xlsx"]).rows) == 1 + _ROWS
