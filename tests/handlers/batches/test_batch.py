"""From a file to its result: the dry run, the start, rows one by one, what may go wrong, and who may press."""

import pytest

from bot.domain import BatchPause, BatchState, Failure, State
from tests.handlers.batches.stage_of_batches import batches, end_next, rows, work
from tests.support.stage import ANNA, BORIS, IVAN, OLGA, TEAM, Call, Stage

_FILE = b"user;sum;service\nalice;1500;SMS\nbob;15 K\nbob;700\nALICE;1500.00;sms\n"


def _texts(calls: list[Call]) -> str:
    return "\n".join(call.text or str(call.params.get("caption", "")) for call in calls)


def _sent(calls: list[Call]) -> list[Call]:
    return [call for call in calls if call.method in {"sendMessage", "sendDocument"}]


async def _preview(stage: Stage, content: bytes = _FILE, chat: int = ANNA) -> Call:
    return (await stage.attach(ANNA, content, "/batch", chat))[-1]


async def test_the_dry_run_says_all_and_sends_nothing(on_stage: Stage) -> None:
    calls = await on_stage.attach(ANNA, _FILE, "/batch")
    wrong, shown = _sent(calls)
    assert wrong.method == "sendDocument"
    for said in ("New invoices: 3", "3,700.00", "row 3: Sum: ", "rows 2, 5", "3 requests", "Nothing has been sent"):
        assert said in shown.text, said
    assert shown.buttons == ["bstart:1", "bsure:1", "beach:1", "bdiscard:1"]
    await work(on_stage)
    assert await on_stage.requests() == []


async def test_rows_like_an_invoice_made_lately_are_doubtful(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/invoice bob 700")
    shown = await _preview(on_stage)
    assert "Rows like an invoice of the last 24 hours:\n· row 4: Anna" in shown.text
    assert "1 request waits before it." in shown.text
    await on_stage.press(ANNA, "bsure:1")
    assert [(row.number, row.waiting) for row in await rows(on_stage)] == [
        (2, True),
        (3, False),
        (4, False),
        (5, False),
    ]


async def test_people_come_first_and_batches_take_turns(on_stage: Stage) -> None:
    await _preview(on_stage, b"user;sum\na1;1\na2;2\na3;3\n")
    await _preview(on_stage, b"user;sum\nb1;1\nb2;2\n")
    await on_stage.press(ANNA, "bstart:1")
    await on_stage.press(ANNA, "bstart:2")
    await work(on_stage)
    assert len(await on_stage.requests()) == 1
    await on_stage.say(BORIS, "/act alice 7")
    order = []
    while (request := await end_next(on_stage)) is not None:
        order.append(request.user_name)
        on_stage.clock.advance(on_stage.app.scheduler._pace)
    assert order == ["alice", "a1", "b1", "a2", "b2", "a3"]
    assert [batch.state for batch in await batches(on_stage)] == [BatchState.DONE] * 2


async def test_the_result_has_each_pdf_and_each_row(on_stage: Stage) -> None:
    await _preview(on_stage)
    await on_stage.press(ANNA, "bstart:1")
    await end_next(on_stage)
    await end_next(on_stage, State.FAILED, Failure.NOT_CREATED)
    await end_next(on_stage, State.UNKNOWN)
    before = len(on_stage.edge.calls)
    await work(on_stage)
    sent = _sent(on_stage.edge.calls[before:])
    assert [call.method for call in sent] == ["sendDocument", "sendDocument"]
    assert "Batch 1</b> is done. Done: 1, failed: 1, unknown: 1." in _texts(sent)
    await work(on_stage)
    assert len(_sent(on_stage.edge.calls[before:])) == 2
    # The failed row once more: nothing else is made, and the result comes again.
    await on_stage.press(ANNA, "bagain:1")
    again = await end_next(on_stage)
    assert again is not None
    assert again.user_name == "bob"
    assert len(await on_stage.requests()) == 4
    assert await end_next(on_stage) is None
    await work(on_stage)
    assert "Done: 2, failed: 0, unknown: 1." in _texts(on_stage.edge.calls)


async def test_pause_go_on_and_stop(on_stage: Stage) -> None:
    await _preview(on_stage, b"user;sum\na1;1\na2;2\na3;3\n")
    await on_stage.press(ANNA, "bstart:1")
    await end_next(on_stage)
    assert len(await on_stage.requests()) == 2
    await on_stage.press(ANNA, "bpause:1")
    await work(on_stage)
    assert len(await on_stage.requests()) == 1
    assert await end_next(on_stage) is None
    await on_stage.press(ANNA, "bgo:1")
    assert (await end_next(on_stage)).user_name == "a2"  # type: ignore[union-attr]
    await on_stage.press(OLGA, "bstop:1", ANNA)
    await on_stage.press(ANNA, "bstop:1")
    assert await end_next(on_stage) is None
    [batch] = await batches(on_stage)
    assert batch.state is BatchState.STOPPED
    assert batch.finished_at is not None


async def test_three_unknown_rows_in_a_row_pause_with_one_message(on_stage: Stage) -> None:
    await _preview(on_stage, b"user;sum\na1;1\na2;2\na3;3\na4;4\n")
    await on_stage.press(ANNA, "bstart:1")
    for _ in range(3):
        await end_next(on_stage, State.UNKNOWN)
    await work(on_stage)
    await work(on_stage)
    [batch] = await batches(on_stage)
    assert (batch.state, batch.pause) == (BatchState.PAUSED, BatchPause.UNKNOWN_OUTCOMES)
    assert _texts(on_stage.edge.calls).count("of the last three rows") == 1
    await on_stage.press(ANNA, "bgo:1")
    assert (await end_next(on_stage)).user_name == "a4"  # type: ignore[union-attr]


async def test_the_same_rows_do_not_run_twice_at_once(on_stage: Stage) -> None:
    await _preview(on_stage)
    await on_stage.press(ANNA, "bstart:1")
    other_order = b"sum,user,service\n700,bob,\n1500,alice,SMS\n15 K,bob,\n1500,ALICE,sms\n"
    shown = await _preview(on_stage, other_order, TEAM)
    assert "are under way</b> as batch 1" in shown.text
    assert shown.buttons == ["bdiscard:2"]
    await on_stage.press(ANNA, "bstart:2", TEAM)
    assert [batch.state for batch in await batches(on_stage)] == [BatchState.RUNNING, BatchState.PREVIEWED]


async def test_the_same_file_again_shows_what_became_of_it(on_stage: Stage) -> None:
    await _preview(on_stage)
    await _preview(on_stage, chat=TEAM)
    await on_stage.press(ANNA, "bstart:1")
    await end_next(on_stage)
    await end_next(on_stage, State.FAILED, Failure.NOT_CREATED)
    await end_next(on_stage)
    await work(on_stage)
    # The dry run of the other said nothing of it, so it cannot start: its sender is to see it first.
    alert = (await on_stage.press(ANNA, "bstart:2", TEAM))[0]
    assert "have been sent since" in alert.text
    shown = (await on_stage.attach(BORIS, _FILE, "/batch", TEAM))[-1]
    for said in (
        "уже отправлялись</b>: пакет 1, запущен: Anna",
        "Готово: 2, с ошибкой: 1, неизвестно: 0, осталось: 0.",
    ):
        assert said in shown.text, said
    # While the copy runs, the failed row of the first does not go out beside it.
    await on_stage.press(BORIS, "bstart:3", TEAM)
    assert "under way already" in (await on_stage.press(ANNA, "bagain:1"))[0].text
    assert (await batches(on_stage))[0].state is BatchState.DONE
    while await end_next(on_stage) is not None:
        pass
    await on_stage.press(ANNA, "bagain:1")
    assert (await end_next(on_stage)).user_name == "bob"  # type: ignore[union-attr]


async def test_a_cancelled_row_is_left_out_not_failed(on_stage: Stage) -> None:
    await _preview(on_stage)
    await on_stage.press(ANNA, "bstart:1")
    await end_next(on_stage, State.CANCELLED)
    await end_next(on_stage)
    shown = await on_stage.say(ANNA, "/batches")
    assert "Done: 1, failed: 0, unknown: 0, left: 1." in _texts(shown)


async def test_only_the_sender_and_admins_press(on_stage: Stage) -> None:
    await _preview(on_stage, chat=TEAM)
    for who in (BORIS, IVAN):
        await on_stage.press(who, "bstart:1", TEAM)
        await on_stage.press(who, "bdiscard:1", TEAM)
    assert (await batches(on_stage))[0].state is BatchState.PREVIEWED
    await on_stage.press(ANNA, "bstart:1", BORIS)
    assert (await batches(on_stage))[0].state is BatchState.PREVIEWED
    await on_stage.press(OLGA, "bstart:1", TEAM)
    assert (await batches(on_stage))[0].state is BatchState.RUNNING


async def test_a_revoked_persons_batch_stops(on_stage: Stage) -> None:
    await _preview(on_stage, b"user;sum\na1;1\na2;2\na3;3\n")
    await on_stage.press(ANNA, "bstart:1")
    await end_next(on_stage)
    await on_stage.say(OLGA, f"/revoke {ANNA}")
    assert [request.state for request in await on_stage.requests()] == [State.DONE, State.CANCELLED]
    await work(on_stage)
    assert len(await on_stage.requests()) == 2
    [batch] = await batches(on_stage)
    assert (batch.state, batch.pause) == (BatchState.STOPPED, BatchPause.NOT_ALLOWED)
    before = len(on_stage.edge.calls)
    await work(on_stage)
    assert [call for call in _sent(on_stage.edge.calls[before:]) if call.chat_id == ANNA] == []
    edited = [call for call in on_stage.edge.calls if call.method == "editMessageText" and call.chat_id == ANNA][-1]
    assert (edited.text, edited.buttons) == ("Batch 1 is stopped.", [])


async def test_files_are_taken_as_answers_only(on_stage: Stage) -> None:
    assert await on_stage.attach(ANNA, _FILE, "", TEAM) == []
    assert "caption" in _texts(await on_stage.attach(ANNA, _FILE))
    explained = _sent(await on_stage.say(ANNA, "/batch"))
    assert [call.method for call in explained] == ["sendDocument", "sendDocument", "sendMessage"]
    assert "New invoices: 3" in _texts(await on_stage.attach(ANNA, _FILE))
    assert "caption" in _texts(await on_stage.attach(ANNA, _FILE))
    await on_stage.say(ANNA, "/batch", TEAM)
    asked = 5001 + len(_sent(on_stage.edge.calls)) - 1
    assert _sent(await on_stage.attach(BORIS, _FILE, "", TEAM, reply_to=asked)) == []
    assert "New invoices: 3" in _texts(await on_stage.attach(ANNA, _FILE, "", TEAM, reply_to=asked))
    assert await on_stage.attach(IVAN, _FILE, "/batch", -501) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"%PDF-1.4 ...", "This is a PDF."),
        (b"user;price\nalice;5\n", "may mean several things: price"),
        (b"user;sum\n", "There is no row"),
        (b"user;sum\n" + b"a;1\n" * 501, "more than 500 rows"),
        (b"x" * 1_000_001, "larger than 1 MB"),
    ],
)
async def test_files_that_cannot_be_used(on_stage: Stage, content: bytes, says: str) -> None:
    assert says in _texts(await on_stage.attach(ANNA, content, "/batch"))
    assert await batches(on_stage) == []


async def test_the_queue_shows_a_batch_as_one_line(on_stage: Stage) -> None:
    await _preview(on_stage)
    await on_stage.press(ANNA, "bstart:1")
    await work(on_stage)
    [shown] = await on_stage.say(ANNA, "/queue")
    assert "Batch 1 (Anna): 0 of 3, under way" in shown.text
    assert "alice" not in shown.text
    assert "Batch 1" in _texts(await on_stage.say(ANNA, "/batches"))


async def test_a_command_like_a_row_that_waits_is_asked_about(on_stage: Stage) -> None:
    await _preview(on_stage, b"user;sum\na1;1\nalice;1500\n", TEAM)
    await on_stage.press(ANNA, "bstart:1", TEAM)
    [_, asked] = [await on_stage.say(OLGA, "/invoice a1 2"), await on_stage.say(OLGA, "/invoice Alice 1500,00")]
    assert "в пакете 1 (Anna), строка 3" in asked[-1].text
    assert len(await on_stage.requests()) == 1
    question = asked[-1].buttons[0]
    await on_stage.press(OLGA, question)
    assert [request.amount for request in await on_stage.requests()] == [2, 1500]


async def test_rows_like_those_of_another_batch_that_wait_are_doubtful(on_stage: Stage) -> None:
    await _preview(on_stage, b"user;sum\na1;1\na2;2\n")
    await on_stage.press(ANNA, "bstart:1")
    shown = await _preview(on_stage, b"user;sum\na3;3\nA2;2,00\n", TEAM)
    assert "Rows like one of another batch that waits:\n· row 3: batch 1 of Anna, row 3" in shown.text
    await on_stage.press(ANNA, "bsure:2", TEAM)
    assert [row.waiting for row in await rows(on_stage)] == [True, True, True, False]


async def test_rows_that_have_become_doubtful_since_the_dry_run_stop_the_start_once(on_stage: Stage) -> None:
    await _preview(on_stage, b"user;sum\na1;1\na2;2\n", TEAM)
    await on_stage.say(BORIS, "/invoice a2 2", TEAM)
    answered, edited = await on_stage.press(ANNA, "bstart:1", TEAM)
    assert "Not started" in answered.text
    assert edited.buttons == ["bstart:1", "bsure:1", "beach:1", "bdiscard:1"]
    assert (await batches(on_stage))[0].state is BatchState.PREVIEWED
    await on_stage.press(ANNA, "bstart:1", TEAM)
    assert [row.waiting for row in await rows(on_stage)] == [True, True]


async def test_an_unknown_row_is_decided_in_the_batchs_own_list_and_the_result_knows(on_stage: Stage) -> None:
    await _preview(on_stage, b"user;sum\na1;1\na2;2\n")
    await on_stage.press(ANNA, "bstart:1")
    await end_next(on_stage, State.UNKNOWN)
    await end_next(on_stage)
    await work(on_stage)
    [shown] = await on_stage.say(ANNA, "/batches")
    assert "bunknown:1" in shown.buttons
    card = (await on_stage.press(ANNA, "bunknown:1"))[-1]
    assert "exists:1" in card.buttons
    assert [call for call in await on_stage.press(ANNA, "bunknown:1", BORIS) if call.method == "sendMessage"] == []
    # It was not made: created again, it is the row's.
    missing = next(data for data in card.buttons if data.startswith("missing"))
    sure = (await on_stage.press(ANNA, missing))[-1].buttons[0]
    await on_stage.press(ANNA, sure)
    again = await end_next(on_stage)
    assert again is not None
    assert (await rows(on_stage))[0].request_id == again.id
    assert "Done: 2, failed: 0, unknown: 0, left: 0." in _texts(await on_stage.say(ANNA, "/batches"))
    assert "decided about all" in (await on_stage.press(ANNA, "bunknown:1"))[0].text
    before = len(on_stage.edge.calls)
    await on_stage.press(ANNA, "bfiles:1")
    await work(on_stage)
    assert "Done: 2, failed: 0, unknown: 0." in _texts(_sent(on_stage.edge.calls[before:]))


async def test_a_failed_row_that_somebody_tries_again_by_itself_is_not_made_twice(on_stage: Stage) -> None:
    await _preview(on_stage, b"user;sum\na1;1\na2;2\n")
    await on_stage.press(ANNA, "bstart:1")
    failed = await end_next(on_stage, State.FAILED, Failure.NOT_CREATED)
    assert failed is not None
    await on_stage.press(ANNA, "bagain:1")
    await on_stage.press(ANNA, f"again:{failed.id}")
    made = []
    while (request := await end_next(on_stage)) is not None:
        made.append(request.user_name)
    assert sorted(str(name) for name in made) == ["a1", "a2"]
