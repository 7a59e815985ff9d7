"""`/batches` and `/queue` show a chat its own batches; the files come again, as far as they are kept."""

from datetime import timedelta

from bot.process.retention import Retention
from tests.handlers.batches.stage_of_batches import batches, end_next, work
from tests.handlers.losing_rights import person
from tests.support.stage import ANNA, BORIS, ELSEWHERE, IVAN, TEAM, Call, Stage

_KEPT = timedelta(days=90)


async def _run(stage: Stage, chat: int, rows: bytes = b"a;1\nb;2\n", *, each: bool = False) -> int:
    """Have a batch run to its end, and its result delivered; return its id."""
    await stage.attach(ANNA, b"user;sum\n" + rows, "/batch", chat)
    batch_id = (await batches(stage))[-1].id
    if each:
        await stage.press(ANNA, f"beach:{batch_id}", chat)
    await stage.press(ANNA, f"bstart:{batch_id}", chat)
    while await end_next(stage) is not None:
        pass
    await work(stage)
    return batch_id


async def _files_again(stage: Stage, batch_id: int, who: int, chat: int) -> list[Call]:
    before = len(stage.edge.calls)
    await stage.press(who, f"bfiles:{batch_id}", chat)
    await work(stage)
    return [call for call in stage.edge.calls[before:] if call.files]


async def test_batches_are_listed_to_those_who_have_their_login(on_stage: Stage) -> None:
    ours = await _run(on_stage, TEAM)
    await person(on_stage, BORIS, "beta")
    (nothing,) = await on_stage.say(BORIS, "/batches", TEAM)
    assert nothing.buttons == []
    await person(on_stage, BORIS, "beta", "demo")
    (shown,) = await on_stage.say(BORIS, "/batches", TEAM)
    assert shown.buttons == [f"bfiles:{ours}"]


async def test_a_chat_sees_its_latest_batches_and_no_others(on_stage: Stage) -> None:
    private = await _run(on_stage, ANNA)
    ours = [await _run(on_stage, TEAM, b"u%d;%d\n" % (n, n)) for n in range(1, 8)]
    shown = await on_stage.say(BORIS, "/batches", TEAM)
    assert [call.buttons for call in shown] == [[f"bfiles:{id_}"] for id_ in ours[-5:]]
    [alone] = await on_stage.say(ANNA, "/batches")
    assert alone.buttons == [f"bfiles:{private}"]
    assert "/batch" in (await on_stage.say(BORIS, "/batches"))[0].text
    for chat in (IVAN, ELSEWHERE):
        assert not any("Batch" in call.text for call in await on_stage.say(IVAN, "/batches", chat))


async def test_the_files_come_again_to_whom_they_belong_only(on_stage: Stage) -> None:
    batch_id = await _run(on_stage, TEAM)
    assert await _files_again(on_stage, batch_id, BORIS, TEAM) == []
    assert await _files_again(on_stage, batch_id, IVAN, TEAM) == []
    assert await _files_again(on_stage, batch_id, ANNA, ANNA) == []
    assert [call.chat_id for call in await _files_again(on_stage, batch_id, ANNA, TEAM)] == [TEAM, TEAM]


async def test_after_their_time_the_pdfs_are_gone_and_the_table_says_so(on_stage: Stage) -> None:
    packed, each = await _run(on_stage, TEAM), await _run(on_stage, TEAM, b"c;3\nd;4\n", each=True)
    on_stage.clock.advance(_KEPT + timedelta(days=1))
    await Retention(on_stage.app.database, on_stage.clock, keep_documents=_KEPT).clean_up()
    [table] = await _files_again(on_stage, packed, ANNA, TEAM)
    assert table.params["chat_id"] == TEAM
    assert "Done: 2" in str(table.params["caption"])
    await _files_again(on_stage, each, ANNA, TEAM)
    assert all(batch.delivered_at is not None for batch in await batches(on_stage))
    assert len(await on_stage.say(ANNA, "/batches", TEAM)) == 2


async def test_the_queue_has_one_line_for_each_batch_in_its_own_chat(on_stage: Stage) -> None:
    for chat, name in ((TEAM, "u"), (ANNA, "v")):
        rows = "".join(f"{name}{n};{n}\n" for n in range(1, 40))
        await on_stage.attach(ANNA, f"user;sum\n{rows}".encode(), "/batch", chat)
    for batch, chat in zip(await batches(on_stage), (TEAM, ANNA), strict=True):
        await on_stage.press(ANNA, f"bstart:{batch.id}", chat)
    await work(on_stage)
    await on_stage.say(ANNA, "/act alice 7", TEAM)
    [shown] = await on_stage.say(ANNA, "/queue", TEAM)
    [line] = [line for line in shown.text.splitlines() if "Batch" in line]
    # The other chat's rows take turns with them, and people come first.
    assert line.startswith("Batch 1 (Anna): 0 of 39, under way, until about 13:1")
    assert "alice" in shown.text
    assert "u1" not in shown.text
