"""Rows with a sub-client's name and its user ID: asked by the ID, and known as one sub-client from then on."""

from tests.handlers.batches.stage_of_batches import batches, end_next, rows
from tests.support.stage import ANNA, TEAM, Call, Stage

_BOTH = b"user;user_id;sum\nalice;101;5\nbob;102;6\n"


async def _preview(stage: Stage, content: bytes) -> Call:
    return (await stage.attach(ANNA, content, "/batch", TEAM))[-1]


async def test_they_are_asked_for_by_the_id_and_the_guard_knows_both(on_stage: Stage) -> None:
    assert "New invoices: 2" in (await _preview(on_stage, _BOTH)).text
    await on_stage.press(ANNA, "bstart:1", TEAM)
    made = [await end_next(on_stage) for _ in range(2)]
    assert [(one.user_name, one.user_id) for one in made if one is not None] == [(None, 101), (None, 102)]
    asked = await on_stage.say(ANNA, "/invoice Alice 5", TEAM)
    assert len(await on_stage.requests()) == 2
    assert "101" in asked[-1].text
    # What is known is held against the next file.
    shown = await _preview(on_stage, b"user;user_id;sum\nbob;101;7\ncarol;103;8\n")
    assert "New invoices: 1" in shown.text
    assert "two sub-clients" in shown.text


async def test_a_row_is_like_an_invoice_made_lately_under_either_name(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/invoice alice 5", TEAM)
    assert "lately" not in (await _preview(on_stage, b"user;user_id;sum\nbob;102;5\n")).text
    shown = await _preview(on_stage, _BOTH)
    assert "Rows like an invoice of the last 24 hours:\n· row 2: Anna" in shown.text
    await on_stage.press(ANNA, "bsure:2", TEAM)
    assert [(row.batch_id, row.number) for row in await rows(on_stage) if row.waiting] == [(2, 3)]


async def test_the_same_file_is_known_again_once_its_names_are(on_stage: Stage) -> None:
    for _ in range(2):
        shown = await _preview(on_stage, _BOTH)
        await on_stage.press(ANNA, "bstart:1", TEAM)
    assert "are under way" in shown.text
    first, second = await batches(on_stage)
    assert first.key == second.key
