"""A number that comes too late: somebody else has settled the unknown outcome while it was looked up."""

import pytest

from bot.domain import GetInvoice, Resolution, State
from tests.support.stage import ANNA, NAMES, OLGA, TEAM, Call, Stage

OUTCOME = 4001
"""The message under which Anna sees the buttons in her team's group."""


async def _unknown(stage: Stage) -> int:
    await stage.say(ANNA, "/invoice alice 1500", TEAM)
    (request,) = await stage.requests()
    async with stage.app.database.write() as session:
        request.state = State.UNKNOWN
        await session.merge(request)
    return request.id


def _message_id(stage: Stage, call: Call) -> int:
    """Return the id that the stage's Telegram gave a message."""
    return 5001 + [one for one in stage.edge.calls if one.method == "sendMessage"].index(call)


async def _begin(stage: Stage, who: int, request_id: int) -> tuple[int, int, int]:
    """Have a person press "It exists" where they see it; return that chat, the message, and the one that asks."""
    chat, message_id = TEAM, OUTCOME
    if who == OLGA:
        (listed,) = await stage.say(OLGA, "/unresolved")
        chat, message_id = OLGA, _message_id(stage, listed)
    calls = await stage.press(who, f"exists:{request_id}", chat, message_id)
    (question,) = [call for call in calls if call.method == "sendMessage"]
    assert question.params["reply_markup"]["force_reply"]
    return chat, message_id, _message_id(stage, question)


async def _settle(stage: Stage, who: int, request_id: int, how: Resolution) -> None:
    if how is Resolution.EXISTS:
        chat, _, asking = await _begin(stage, who, request_id)
        await stage.say(who, "9002", chat, reply_to=asking)
    else:
        action = "create" if how is Resolution.CREATE_AGAIN else "close"
        chat = OLGA if who == OLGA else TEAM
        await stage.press(who, f"{action}:{request_id}", chat, OUTCOME)


@pytest.mark.parametrize("how", Resolution)
@pytest.mark.parametrize(("replier", "settler"), [(ANNA, OLGA), (OLGA, ANNA)], ids=["requester", "admin"])
async def test_a_late_number_is_not_used_and_the_person_reads_why(
    on_stage: Stage, replier: int, settler: int, how: Resolution
) -> None:
    request_id = await _unknown(on_stage)
    chat, message_id, asking = await _begin(on_stage, replier, request_id)
    await _settle(on_stage, settler, request_id, how)
    settled = await on_stage.requests()

    told, shown = await on_stage.say(replier, "9001", chat, reply_to=asking)
    assert (told.method, told.chat_id) == ("sendMessage", chat)
    for fact in ("9001", NAMES[settler], "<code>/getinvoice alice 9001</code>"):
        assert fact in told.text
    assert ("9002" in told.text) == (how is Resolution.EXISTS)
    assert told.params["reply_parameters"]["message_id"] != asking, "it answers the reply"
    assert (shown.method, shown.params["message_id"], shown.buttons) == ("editMessageText", message_id, [])
    assert NAMES[settler] in shown.text
    assert [request.id for request in await on_stage.requests()] == [request.id for request in settled]


async def test_the_same_number_twice_is_used_once(on_stage: Stage) -> None:
    request_id = await _unknown(on_stage)
    questions = {who: await _begin(on_stage, who, request_id) for who in (ANNA, OLGA)}
    for who, (chat, _, asking) in questions.items():
        calls = await on_stage.say(who, "9001", chat, reply_to=asking)
        assert (
            [call.method for call in calls] == ["editMessageText"]
            if who == ANNA
            else ["sendMessage", "editMessageText"]
        )
        assert not any("/getinvoice" in call.text for call in calls)
    _, fetch = await on_stage.requests()
    assert fetch.wish == GetInvoice(fetch.sub_client, "9001")


async def test_a_number_whose_handling_was_cut_off_is_taken_once_and_without_a_word(
    on_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id = await _unknown(on_stage)
    chat, _, asking = await _begin(on_stage, ANNA, request_id)
    edit = on_stage.edge.do_request

    async def cut_off(*_: object, **__: object) -> tuple[int, bytes]:
        raise KeyboardInterrupt

    monkeypatch.setattr(on_stage.edge, "do_request", cut_off)
    with pytest.raises(KeyboardInterrupt):
        await on_stage.say(ANNA, "9001", chat, reply_to=asking)
    monkeypatch.setattr(on_stage.edge, "do_request", edit)
    (shown,) = await on_stage.say(ANNA, "9001", chat, reply_to=asking)
    assert shown.method == "editMessageText"
    assert len(await on_stage.requests()) == 2
