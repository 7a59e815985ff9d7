"""The commands that answer without SMS Center, and what they leave in the queue."""

from decimal import Decimal

from bot.domain import CreateInvoice, GetAct, GetInvoice, State, SubClient
from tests.e2e.words import is_russian
from tests.support.stage import ANNA, BORIS, OLGA, TEAM, Stage

_FOR_ALL = ("/invoice", "/getinvoice", "/act", "/client", "/queue", "/whoami")
_FOR_ADMINS = ("/logins", "/resume", "/unresolved")


async def test_help_shows_what_this_person_may_do(on_stage: Stage) -> None:
    for who, shown in ((ANNA, _FOR_ALL), (OLGA, _FOR_ALL + _FOR_ADMINS)):
        for command in ("/start", "/help"):
            (call,) = await on_stage.say(who, command)
            assert [one for one in _FOR_ALL + _FOR_ADMINS if one in call.text] == list(shown)
            assert "<code>/invoice alice 1500.50</code>" in call.text
            assert is_russian(call.text) == (who == OLGA)


async def test_commands_become_requests(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/invoice alice 1 500,50 ₽ SMS for May")
    await on_stage.say(ANNA, "/getinvoice #101 9001")
    await on_stage.say(ANNA, "/act алиса А-15/2026")
    await on_stage.say(ANNA, "/act alice id:501")
    requests = await on_stage.requests()
    assert [request.wish for request in requests] == [
        CreateInvoice(SubClient(name="alice"), Decimal("1500.50"), "SMS for May"),
        GetInvoice(SubClient(id=101), "9001"),
        GetAct(SubClient(name="алиса"), num="А-15/2026"),
        GetAct(SubClient(name="alice"), id="501"),
    ]
    assert {(request.login, request.state, request.requester_id) for request in requests} == {
        ("demo", State.QUEUED, ANNA)
    }


async def test_the_sub_client_of_a_chat(on_stage: Stage) -> None:
    (call,) = await on_stage.say(ANNA, "/client", TEAM)
    assert "/client alice" in call.text
    (call,) = await on_stage.say(ANNA, "/client #101", TEAM)
    assert "#101" in call.text
    (call,) = await on_stage.say(BORIS, "/client", TEAM)
    assert "#101" in call.text
    assert await on_stage.say(BORIS, "/act 7", TEAM) == []
    (request,) = await on_stage.requests()
    assert request.wish == GetAct(SubClient(id=101), num="7")
    # Private chats have their own.
    (call,) = await on_stage.say(ANNA, "/client")
    assert "#101" not in call.text
    await on_stage.say(ANNA, "/client -", TEAM)
    (call,) = await on_stage.say(ANNA, "/client", TEAM)
    assert "#101" not in call.text


async def test_the_queue_and_who_may_cancel(on_stage: Stage) -> None:
    (call,) = await on_stage.say(ANNA, "/queue", TEAM)
    assert call.buttons == []
    await on_stage.say(ANNA, "/act alice 7", TEAM)
    await on_stage.say(BORIS, "/act bob 8", TEAM)
    await on_stage.say(ANNA, "/act carol 9")
    (call,) = await on_stage.say(ANNA, "/queue", TEAM)
    assert call.buttons == ["cancel:1", "cancel:2", "queue:0"]
    assert "carol" not in call.text
    # Boris's name is hostile, and only a name.
    assert "&lt;b&gt;Boris&lt;/b&gt; {0} %s" in call.text

    # Refused, the list stays as its asker reads it.
    (answer,) = await on_stage.press(BORIS, "cancel:1", TEAM)
    assert answer.params["show_alert"]
    answer, listed = await on_stage.press(BORIS, "cancel:2", TEAM)
    assert "show_alert" not in answer.params or not answer.params["show_alert"]
    assert listed.buttons == ["cancel:1", "queue:0"]
    again, _ = await on_stage.press(BORIS, "cancel:2", TEAM)
    assert again.text == answer.text
    # Not from another chat, even by who may.
    await on_stage.press(ANNA, "cancel:3", TEAM)
    await on_stage.press(OLGA, "cancel:1", TEAM)
    states = [request.state for request in await on_stage.requests()]
    assert states == [State.CANCELLED, State.CANCELLED, State.QUEUED]


async def test_whoami(on_stage: Stage) -> None:
    (call,) = await on_stage.say(ANNA, "/whoami", TEAM)
    assert f"<code>{ANNA}</code>" in call.text
    assert f"<code>{TEAM}</code>" in call.text
    (call,) = await on_stage.say(OLGA, "/whoami")
    assert is_russian(call.text)


async def test_logins_and_resume(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/act alice 7")
    (call,) = await on_stage.say(OLGA, "/logins")
    assert "demo" in call.text
    assert "beta" in call.text
    for command in ("/resume", "/pause", "/resume nosuchlogin <b>", "/pause nosuchlogin <b>"):
        (call,) = await on_stage.say(OLGA, command)
        assert "/logins" in call.text
        assert "<b><b>" not in call.text


async def test_a_login_is_paused_and_started_again(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/act alice 7")
    (call,) = await on_stage.say(OLGA, "/pause demo")
    assert "/resume demo" in call.text
    (call,) = await on_stage.say(ANNA, "/queue")
    assert is_paused(call.text)
    (call,) = await on_stage.say(OLGA, "/logins")
    assert "остановлен (Ольга)" in call.text
    (call,) = await on_stage.say(ANNA, "/resume demo")
    assert is_paused((await on_stage.say(ANNA, "/queue"))[0].text), "managers start nothing again"
    for _ in range(2):
        (call,) = await on_stage.say(OLGA, "/resume demo")
        assert "demo" in call.text
    assert not is_paused((await on_stage.say(ANNA, "/queue"))[0].text)


async def test_admins_see_and_stop_what_waits_in_every_chat(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/act alice 7", TEAM)
    await on_stage.say(ANNA, "/act alice 8")
    await on_stage.say(BORIS, "/act bob 9")
    (refused,) = await on_stage.say(ANNA, "/queue all")
    assert refused.buttons == []
    (refused,) = await on_stage.say(OLGA, "/queue all", TEAM)
    assert refused.buttons == [], "names of other chats are for nobody's eyes in a group"

    (listed,) = await on_stage.say(OLGA, "/queue all")
    assert [one for one in listed.buttons if one.startswith("cancelany")] == [f"cancelany:{n}:0" for n in (1, 2, 3)]
    _, question = await on_stage.press(OLGA, f"cancelallof:{ANNA}:0")
    name = (await on_stage.requests())[0].requester_name
    assert not name.isdecimal()
    assert name in question.text
    await on_stage.press(OLGA, f"cancelallsure:{ANNA}:0")
    answer, _ = await on_stage.press(OLGA, f"cancelallof:{ANNA}:0")
    assert "больше" in answer.text
    await on_stage.press(OLGA, "cancelany:3:0")
    assert {request.state for request in await on_stage.requests()} == {State.CANCELLED}

    for name in ("cancelany:3:0", f"cancelallof:{ANNA}:0", f"cancelallsure:{ANNA}:0", "queueall:0"):
        (answer,) = await on_stage.press(ANNA, name)
        assert answer.params["show_alert"], name


async def test_a_long_queue_has_pages(on_stage: Stage) -> None:
    for number in range(1, 21):
        await on_stage.say(ANNA, f"/act alice {number}")
    (first,) = await on_stage.say(ANNA, "/queue")
    assert first.buttons == [*(f"cancel:{n}" for n in range(1, 9)), "queue:0", "queue:1"]
    _, last = await on_stage.press(ANNA, "queue:2")
    assert last.buttons == [*(f"cancel:{n}" for n in range(17, 21)), "queue:2", "queue:1"]


def is_paused(text: str) -> bool:
    return "its login is paused" in text


async def test_the_same_update_again_changes_nothing(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/invoice alice 1500")
    on_stage.rewind()
    await on_stage.say(ANNA, "/invoice alice 1500")
    assert len(await on_stage.requests()) == 1
