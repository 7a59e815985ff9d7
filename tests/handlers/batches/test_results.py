"""What a batch makes reaches people, in one ZIP or each PDF as it comes, wherever the allowlist lets it."""

import io
import zipfile
from datetime import timedelta

import pytest

from bot.batches import archive, result_reading
from bot.domain import Failure, State
from tests.handlers.batches.stage_of_batches import PDF, batches, end_next, work
from tests.handlers.conversation.test_crashes import Killed, Killer
from tests.support.stage import ANNA, IVAN, OLGA, TEAM, Call, Stage
from tests.support.sweeps import stride

_SENT = ("sendDocument", "sendMediaGroup", "sendMessage")


def _file(rows: int) -> bytes:
    return b"user;sum\n" + b"".join(b"a%d;%d\n" % (row, row) for row in range(1, rows + 1))


async def _start(stage: Stage, rows: int, *, each: bool, chat: int = ANNA) -> None:
    await stage.attach(ANNA, _file(rows), "/batch", chat)
    [batch] = await batches(stage)
    if each:
        await stage.press(ANNA, f"beach:{batch.id}", chat)
    await stage.press(ANNA, f"bstart:{batch.id}", chat)


async def _work(stage: Stage) -> list[Call]:
    before = len(stage.edge.calls)
    await work(stage)
    return [call for call in stage.edge.calls[before:] if call.method in _SENT]


def _captions(call: Call) -> list[str]:
    media = call.params.get("media")
    return [item["caption"] for item in media] if media else [str(call.params.get("caption", ""))]


async def test_a_button_chooses_how_the_pdfs_come(on_stage: Stage) -> None:
    await on_stage.attach(ANNA, _file(2), "/batch", TEAM)
    answered, edited = await on_stage.press(ANNA, "beach:1", TEAM)
    assert "as soon as it is made" in answered.text
    assert (edited.method, edited.buttons) == ("editMessageReplyMarkup", ["bstart:1", "bzip:1", "bdiscard:1"])
    assert (await batches(on_stage))[0].each_pdf
    await on_stage.press(IVAN, "bzip:1", TEAM)
    assert (await batches(on_stage))[0].each_pdf
    assert (await on_stage.press(ANNA, "bzip:1", TEAM))[1].buttons == ["bstart:1", "beach:1", "bdiscard:1"]
    await on_stage.press(ANNA, "bstart:1", TEAM)
    await on_stage.press(ANNA, "beach:1", TEAM)
    assert not (await batches(on_stage))[0].each_pdf


async def test_each_pdf_comes_as_it_is_made_and_several_as_an_album(on_stage: Stage) -> None:
    await _start(on_stage, 14, each=True)
    await end_next(on_stage)
    [alone] = await _work(on_stage)
    assert (alone.method, _captions(alone)) == ("sendDocument", ["Invoice No. 9001 for <b>a1</b>: 1.00\xa0₽"])
    assert alone.buttons == []
    for _ in range(12):
        await end_next(on_stage)
    await end_next(on_stage, State.FAILED, Failure.NOT_CREATED)
    first, second, table = await _work(on_stage)
    assert [first.method, second.method, table.method] == ["sendMediaGroup", "sendMediaGroup", "sendDocument"]
    assert (len(_captions(first)), len(_captions(second))) == (10, 2)
    assert "Done: 13, failed: 1" in _captions(table)[0]
    assert await _work(on_stage) == []
    assert all(request.delivered_at for request in await on_stage.requests())
    # Once more: Telegram has them already.
    await on_stage.press(ANNA, "bfiles:1")
    again = await _work(on_stage)
    assert [call.method for call in again] == ["sendMediaGroup", "sendMediaGroup", "sendDocument"]
    assert all(item["media"].startswith("sent") for item in again[0].params["media"])


async def test_a_batch_with_pdfs_as_they_come_is_killed_everywhere(on_stage: Stage) -> None:
    killer, points = Killer(on_stage), 0
    await _start(on_stage, 3, each=True)
    while True:
        points += stride(1, on_stage.app.database)
        for _ in range(3):
            await end_next(on_stage)
        await work(on_stage)
        await on_stage.press(ANNA, "bfiles:1")
        before, killer.left = len(on_stage.edge.calls), points
        while (await batches(on_stage))[0].delivered_at is None:
            try:
                await work(on_stage)
            except Killed:
                continue
        sent = [call for call in on_stage.edge.calls[before:] if call.method in _SENT]
        captions = {caption.split(":")[0] for call in sent for caption in _captions(call)}
        assert len(captions) == 4, points
        assert len(sent) <= 3, points  # an album or the table twice, where the process died between sending and noting
        if killer.left > 0:
            break
    assert points > 8


async def test_pdfs_go_into_as_many_zips_as_it_takes(on_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive.parts, "__defaults__", (2 * len(PDF),))
    await _start(on_stage, 5, each=False)
    for _ in range(5):
        await end_next(on_stage)
    sent = await _work(on_stage)
    assert len(sent) == 4
    files = {name: content for call in sent for name, content in call.files.items()}
    assert list(files) == ["batch-1-1.zip", "batch-1-2.zip", "batch-1-3.zip", "batch-1.xlsx"]
    names = [zipfile.ZipFile(io.BytesIO(file)).namelist() for file in list(files.values())[:3]]
    assert [len(packed) for packed in names] == [2, 2, 1]
    assert names[0][0] == "002-invoice-9001-a1.pdf"


async def test_an_album_is_not_larger_than_a_call_may_be(on_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result_reading, "_MAX_ALBUM", 3 * len(PDF))
    await _start(on_stage, 4, each=True)
    for _ in range(4):
        await end_next(on_stage)
    assert [len(_captions(call)) for call in await _work(on_stage)] == [3, 1, 1]


@pytest.mark.parametrize("each", [False, True])
async def test_a_group_that_takes_nothing_sends_it_in_private_and_tells_the_admins(
    on_stage: Stage, *, each: bool
) -> None:
    await _start(on_stage, 2, each=each, chat=TEAM)
    on_stage.edge.unreachable.add(TEAM)
    for _ in range(2):
        await end_next(on_stage)
    sent = [call for call in await _work(on_stage) if call.chat_id != TEAM]
    *files, note = sent
    assert [call.chat_id for call in files] == [ANNA, ANNA]
    assert "here it is in private" in _captions(files[-1])[0]
    assert note.chat_id == OLGA
    assert "The requester got it in private instead." in note.text
    assert await _work(on_stage) == []


async def test_nobody_takes_it_and_the_admins_hear_of_it_once(on_stage: Stage) -> None:
    await _start(on_stage, 2, each=True, chat=TEAM)
    on_stage.edge.unreachable |= {TEAM, ANNA}
    for _ in range(2):
        await end_next(on_stage)
    notes = [call for call in await _work(on_stage) if call.chat_id == OLGA]
    assert len(notes) == 1
    assert await _work(on_stage) == []
    on_stage.edge.unreachable.clear()
    await on_stage.press(ANNA, "bfiles:1", TEAM)
    assert [call.method for call in await _work(on_stage)] == ["sendMediaGroup", "sendDocument"]


@pytest.mark.parametrize("each", [False, True])
async def test_a_revoked_persons_result_is_kept_back(on_stage: Stage, *, each: bool) -> None:
    await _start(on_stage, 3, each=each)
    await end_next(on_stage)
    await on_stage.say(OLGA, f"/revoke {ANNA}")
    sent = await _work(on_stage)
    assert [call.chat_id for call in sent] == [OLGA]
    assert (await batches(on_stage))[0].withheld
    on_stage.clock.advance(timedelta(minutes=1))
    await on_stage.say(OLGA, f"/allow {ANNA}")
    await on_stage.press(ANNA, "bfiles:1")
    why, *files = await _work(on_stage)
    assert "was stopped, as Anna was not allowed" in why.text
    assert [call.method for call in files] == ["sendDocument", "sendDocument"]
