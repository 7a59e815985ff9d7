"""What people read when SMS Center says no or says nonsense: by telling facts, in both languages."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.smscentre.calls import Method
from sandbox.smscentre.faults import PAGES, Cut, Effect, Fail, Hang, Page
from sandbox.smscentre.refusals import ErrorCode
from tests.e2e.conftest import OpenWorld
from tests.e2e.process import Starter
from tests.e2e.words import is_russian
from tests.e2e.world import TWO_LOGINS, World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory, prepared: Path, starter: Starter) -> AsyncIterator[World]:
    """One running bot for the cases that leave nothing behind."""
    async with world(
        tmp_path_factory.mktemp("shared"), database=prepared, starter=starter, pace=0.05, SMSC_TIMEOUT="1"
    ) as w:
        # Eleven wrong requests a minute would get our address blocked, which is another test's business.
        w.vendor.rules = replace(w.vendor.rules, wrong_limit=1000)
        yield w


@dataclass(frozen=True)
class Case:
    """A command, what befalls it, and what the answer must tell."""

    name: str
    command: str
    effect: Effect | None
    tells: tuple[str, ...]
    button: str | None = None
    requests: int = 1
    invoices: int = 0


_CASES = (
    Case("error 1, create", "/invoice alice 11", Fail(ErrorCode.PARAMETERS), ("alice", "11.00", "/invoice alice")),
    Case("error 1, fetch", "/getinvoice alice 12", Fail(ErrorCode.PARAMETERS), ("12", "/getinvoice alice 9001")),
    Case("error 1, act", "/act alice 13", Fail(ErrorCode.PARAMETERS), ("13", "/act alice 7")),
    Case("error 5", "/invoice alice 14", Fail(ErrorCode.CREATION), ("alice", "14.00"), button="again"),
    Case("error 5, fetch", "/getinvoice alice 83", Fail(ErrorCode.CREATION), ("alice", "83", " 5)"), button="again"),
    Case("error 5, act", "/act alice 84", Fail(ErrorCode.CREATION), ("alice", "84", " 5)"), button="again"),
    Case("error 6", "/act nobody 7", None, ("nobody", "#101")),
    Case("error 7", "/act alice 77", None, ("alice", "77")),
    Case("error 7, fetch", "/getinvoice bob 78", None, ("bob", "78")),
    Case("error 7, create", "/invoice alice 21", Fail(ErrorCode.DOCUMENT), ("alice", "21.00", " 7)")),
    Case("an error of no list", "/act alice 79", Page(200, '{"error": "eh", "error_code": 42}'), ("42", "79")),
    Case("5xx, read", "/act alice 80", PAGES["502"], ("80", "3"), button="again", requests=3),
    Case("HTML, read", "/act alice 81", Page(200, "<html>no</html>"), ("81", "3"), button="again", requests=3),
    Case("cut, read", "/act alice 82", Cut("before"), ("82", "3"), button="again", requests=3),
    Case("5xx, create", "/invoice alice 15", PAGES["500"], ("alice", "15.00"), button="exists"),
    Case("empty, create", "/invoice alice 16", replace(PAGES["empty"], handled=True), ("16.00",), "exists", invoices=1),
    Case("garbage, create", "/invoice alice 18", PAGES["garbage"], ("18.00",), button="exists"),
    Case("cut after, create", "/invoice alice 19", Cut("after"), ("19.00",), button="exists", invoices=1),
    Case("timeout, create", "/invoice alice 20", Hang(handled=True), ("20.00",), button="exists", invoices=1),
)


@pytest.mark.parametrize("case", _CASES, ids=[case.name for case in _CASES])
async def test_the_answer_tells_what_happened(shared: World, case: Case) -> None:
    w = shared
    for person in (w.anna, w.olga):
        requests, invoices = len(w.vendor.journal.entries), len(w.vendor.invoices)
        if case.effect is not None:
            w.vendor.faults.add(case.effect, times=case.requests)
        command = case.command if person is w.anna else case.command.replace("alice", "#101")
        answer = await w.reply(w.say(person, command))
        assert answer.document is None
        assert is_russian(answer.text) == (person is w.olga), answer.text
        for fact in case.tells:
            told = fact.replace("alice", "#101").replace(".", ",") if person is w.olga and ".00" in fact else fact
            assert told in answer.text or told.replace("alice", "#101") in answer.text, answer.text
        assert "error_code" not in answer.text
        actions = [button.data.partition(":")[0] for button in answer.buttons if button.data]
        assert actions[:1] == ([case.button] if case.button else [])
        assert len(w.vendor.journal.entries) == requests + case.requests
        assert len(w.vendor.invoices) == invoices + case.invoices


async def test_try_again_succeeds_and_only_once(shared: World) -> None:
    w = shared
    made = len(w.vendor.invoices)
    w.vendor.faults.add(Fail(ErrorCode.CREATION))
    asked = w.say(w.anna, "/invoice bob 100")
    failed = await w.reply(asked)
    for _ in range(2):
        await w.answered(w.press(w.anna, failed, "again"))
    await w.document(asked)
    await w.answered(w.press(w.anna, failed, "again", stale=True))
    assert len(w.vendor.invoices) == made + 1


async def test_an_invoice_whose_pdf_did_not_come_is_fetched(shared: World) -> None:
    w = shared
    made = len(w.vendor.invoices)
    w.vendor.faults.add(Cut("midway"))
    answer = await w.document(w.say(w.anna, "/invoice bob 200"))
    assert str(w.vendor.invoices[-1].number) in answer.text
    assert len(w.vendor.invoices) == made + 1

    w.vendor.faults.add(Cut("midway"))
    w.vendor.faults.add(PAGES["502"], method=Method.GET_ACCOUNT, times=3)
    asked = w.say(w.anna, "/invoice bob 201")
    number = str(9001 + made + 1)
    failed = await w.reply(asked)
    assert f"/getinvoice bob {number}" in failed.text
    await w.answered(w.press(w.anna, failed, "again"))
    assert number in (await w.document(asked)).text
    assert len(w.vendor.invoices) == made + 2


async def test_a_document_that_never_comes_whole_is_delivered_with_a_warning(shared: World) -> None:
    w = shared
    seen = len(w.vendor.journal.entries)
    w.vendor.faults.add(Cut("midway"), times=3)
    answer = await w.document(w.say(w.anna, "/act bob 7"))
    assert "not complete" in answer.text
    assert len(w.vendor.journal.entries) == seen + 3


@pytest.mark.asyncio(loop_scope="function")
async def test_a_login_in_trouble(open_world: OpenWorld) -> None:
    """Error 2 pauses the login until `/resume` and does not hold up the other; error 4 lets both rest."""
    async with open_world(SMSC_ACCOUNTS=TWO_LOGINS) as w:
        await w.allow("chat", w.team.id, login="beta")
        w.vendor.faults.add(Fail(ErrorCode.CREDENTIALS), login="demo")
        refused = w.say(w.anna, "/invoice alice 1500")
        assert is_russian((await w.status(refused)).text) is False
        note = await w.message(w.olga, lambda message: "demo" in message.text)
        assert "/resume demo" in note.text
        assert is_russian(note.text) is False  # nothing is known of Olga's language before she says something

        waiting = w.say(w.anna, "/act alice 7")
        await w.document(w.say(w.anna, "/act alice 8", w.team))
        logins = await w.reply(w.say(w.olga, "/logins"))
        assert "/resume demo" in logins.text
        resumed = await w.reply(w.say(w.olga, "/resume demo"))
        await w.document(refused)
        await w.document(waiting)
        assert len(w.vendor.invoices) == 1

        w.vendor.faults.add(Fail(ErrorCode.BLOCKED), login="beta")
        resting = w.say(w.anna, "/act alice А-15/2026", w.team)
        note = await w.message(w.olga, lambda message: "beta" in message.text, after=resumed)
        assert ":" in note.text
        assert note.text.count("beta") >= 1
        second = w.say(w.anna, "/getinvoice alice 9001", w.team)
        listed = await w.reply(w.say(w.anna, "/queue", w.team))
        assert [button.data.partition(":")[0] for button in listed.buttons if button.data] == [
            "cancel",
            "cancel",
            "queue",
        ]
        assert "Anna" in listed.text
        await w.answered(w.press_data(w.anna, listed, listed.buttons[1].data or ""))
        assert "9001" in (await w.reply(second)).text
        await w.change(listed, lambda message: len(message.buttons) == 2)
        other = w.say(w.anna, "/act bob 7")
        await w.status(other)
        seen = len(w.vendor.journal.entries)
        await w.reply(w.say(w.olga, "/resume beta"))
        await w.document(resting)
        await w.document(other)
        assert [entry.login for entry in w.vendor.journal.entries[seen:]] == ["beta", "demo"]
        notes = [
            message for message in w.telegram.messages(w.olga.id) if re.search(r"\((error|ошибка) [24]\)", message.text)
        ]
        assert [is_russian(note.text) for note in notes] == [False, True]


@pytest.mark.asyncio(loop_scope="function")
async def test_a_wrong_address(open_world: OpenWorld) -> None:
    """What was redirected was not carried out: it waits, the admin reads which setting to change, nothing is asked."""
    async with open_world() as w:
        w.vendor.faults.add(PAGES["redirect"])
        asked = w.say(w.anna, "/invoice alice 1500")
        assert "setting" in (await w.status(asked)).text
        note = await w.message(w.olga, lambda message: "SMSC_URL" in message.text)
        assert "https://login.example.org/" in note.text
        assert "SMSC_URL" in (await w.reply(w.say(w.olga, "/logins"))).text
        await w.reply(w.say(w.olga, "/resume demo"))
        await w.document(asked)
        assert len(w.vendor.invoices) == 1
        assert [entry.method for entry in w.vendor.journal.entries] == ["add_account"] * 2


@pytest.mark.asyncio(loop_scope="function")
async def test_somebody_else_uses_the_login(open_world: OpenWorld) -> None:
    """Error 9 is waited out at the head of the queue."""
    async with open_world(pace=0.05) as w:
        w.vendor.faults.add(Fail(ErrorCode.TOO_SOON), times=3)
        first, second = w.say(w.anna, "/invoice alice 1500"), w.say(w.anna, "/act alice 7")
        await w.document(first)
        await w.document(second)
        assert [entry.method for entry in w.vendor.journal.entries] == ["add_account"] * 4 + ["get_act"]
        assert len(w.vendor.invoices) == 1

        w.vendor.faults.add(Fail(ErrorCode.TOO_SOON), times=16)
        failed = await w.reply(w.say(w.olga, "/act alice 8"))
        assert is_russian(failed.text)
        w.press(w.olga, failed, "again")


@pytest.mark.asyncio(loop_scope="function")
async def test_sms_center_cannot_be_reached(open_world: OpenWorld) -> None:
    """What never left is sent as soon as SMS Center is back; the backup is asked only then."""
    async with open_world(SMSC_TIMEOUT="1", start=False) as w:
        url, w.bot.environ["SMSC_URL"] = w.bot.environ["SMSC_URL"], "http://127.0.0.1:9"
        w.bot.start()
        asked = w.say(w.anna, "/invoice alice 1500")
        assert ":" in (await w.status(asked)).text
        await w.bot.kill()
        w.bot.start(SMSC_BACKUP_URL=url)
        await w.document(asked)
        assert len(w.vendor.invoices) == 1
