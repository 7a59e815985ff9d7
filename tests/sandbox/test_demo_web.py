"""The page's server side: what it tells, what it takes, and what it refuses."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
import telegram

from bot.domain import Role
from db import allowlist
from db.models import AllowedPerson
from sandbox.demo.cast import BOT_TOKEN
from sandbox.demo.stage import Stage
from sandbox.documents.render import render
from sandbox.server import serve
from sandbox.smscentre.answers import Invoice
from sandbox.smscentre.faults import Cut, Delay, Fail
from sandbox.smscentre.paperwork import invoice_paper
from sandbox.web.acts import LARGEST_ATTACHMENT
from sandbox.web.app import create_app
from sandbox.web.chats import conversation
from sandbox.web.people import people
from sandbox.web.trouble import UNREADABLE, Troubles
from tests.sandbox.demo_set import bot_call, quiet_stage

ANNA, BORIS, OLGA, IVAN = 1001, 1002, 1003, 1004


@pytest.fixture
async def stage(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Stage]:
    async with quiet_stage(tmp_path, migrated_file) as made:
        yield made


@pytest.fixture
async def page(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(stage))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


class Events:
    """A reader of the feed; `slices` is what the page would know."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines
        self.slices: dict[str, Any] = {}
        self.names: list[str] = []

    async def until(self, name: str) -> Any:
        """Read on until this slice comes, and return it."""
        async with asyncio.timeout(5):
            async for line in self._lines:
                if line.startswith("data: "):
                    told = json.loads(line.removeprefix("data: "))
                    self.slices[told["name"]] = told["value"]
                    self.names.append(told["name"])
                    if told["name"] == name:
                        return told["value"]
        raise AssertionError("the feed ended")


async def sample_pdf(stage: Stage) -> bytes:
    account = stage.centre.world.accounts[0]
    made = stage.centre.clock.now()
    invoice = Invoice(9001, account.login, account.sub_clients[0], Decimal("1500.00"), None, made)
    return await asyncio.to_thread(render, invoice_paper(stage.centre.world.seller, invoice))


async def send_document(stage: Stage, content: bytes, name: str = "счёт.pdf") -> str:
    """Let the bot send a document to Anna; return its file_id."""
    stage.telegram.say(ANNA, ANNA, "/start")
    await bot_call(stage.telegram, BOT_TOKEN, "sendDocument", chat_id=ANNA, document=(name, content))
    document = stage.telegram.documents(ANNA)[-1]
    return document.file_id


async def test_the_feed_tells_everything_at_first_and_then_only_what_changed(stage: Stage) -> None:
    async with serve(create_app(stage)) as url, httpx.AsyncClient(base_url=url, trust_env=False) as client:  # noqa: SIM117
        async with client.stream("GET", f"/events?as={ANNA}") as answer:
            events = Events(answer.aiter_lines())
            await events.until("bot")
            assert events.slices["chats"][0]["title"] == "docsbot"
            assert [person["name"] for person in events.slices["people"]] == ["Anna", "Борис", "Olga", "Ivan"]

            events.names.clear()
            stage.telegram.say(BORIS, stage.cast.team, "hello")
            told = await events.until(f"chat/{stage.cast.team.id}")
            assert told["messages"][-1]["text"] == "hello"
            assert not told["messages"][-1]["mine"]
            assert set(events.names) == {"chats", f"chat/{stage.cast.team.id}"}


async def test_a_private_chat_is_its_owners_alone(stage: Stage) -> None:
    stage.telegram.say(ANNA, ANNA, "between us")
    async with serve(create_app(stage)) as url, httpx.AsyncClient(base_url=url, trust_env=False) as client:  # noqa: SIM117
        async with client.stream("GET", f"/events?as={BORIS}") as answer:
            events = Events(answer.aiter_lines())
            await events.until("bot")
            assert "between us" not in json.dumps(events.slices)


async def test_a_stranger_to_the_demo_has_no_feed(page: httpx.AsyncClient) -> None:
    for person in "77", "x", "":
        assert (await page.get("/events", params={"as": person})).status_code == 400


async def test_people_write_reply_and_edit(stage: Stage, page: httpx.AsyncClient) -> None:
    team = stage.cast.team.id
    first = stage.telegram.say(BORIS, team, "who?")
    said = await page.post("/act/say", json={"person": ANNA, "chat": team, "text": " me ", "reply_to": first.id})
    assert said.status_code == 204
    message = stage.telegram.messages(team)[-1]
    assert (message.sender.id, message.text, message.reply_to) == (ANNA, "me", first)

    edit = {"chat": team, "message": message.id, "text": "not me"}
    assert (await page.post("/act/edit", json={"person": BORIS, **edit})).status_code == 409
    assert (await page.post("/act/edit", json={"person": ANNA, **edit})).status_code == 204
    assert (message.text, message.edit_date is not None) == ("not me", True)


async def test_a_button_is_pressed_by_its_place(stage: Stage, page: httpx.AsyncClient) -> None:
    stage.telegram.say(ANNA, ANNA, "/start")
    rows = [[{"text": "same", "callback_data": "a"}], [{"text": "same", "callback_data": "b"}]]
    markup = json.dumps({"inline_keyboard": rows})
    await bot_call(stage.telegram, BOT_TOKEN, "sendMessage", chat_id=ANNA, text="?", reply_markup=markup)
    press = {"person": ANNA, "chat": ANNA, "message": stage.telegram.messages(ANNA)[-1].id}
    assert (await page.post("/act/press", json={**press, "button": 1})).status_code == 204
    assert [query.data for query in stage.telegram.world.queries.values()] == ["b"]
    for impossible in {"button": 2}, {"button": 0, "person": BORIS}, {"button": 0, "message": 99}:
        assert (await page.post("/act/press", json={**press, **impossible})).status_code == 409


async def test_files_are_attached_and_messages_forwarded(stage: Stage, page: httpx.AsyncClient) -> None:
    csv = bytes(range(256)) * 4
    attached = {"person": ANNA, "chat": stage.cast.team.id, "name": "заявки.csv", "caption": " /batch "}
    answer = await page.post("/act/attach", json={**attached, "content": base64.b64encode(csv).decode()})
    assert answer.status_code == 204, answer.text
    sent = stage.telegram.messages(stage.cast.team)[-1]
    assert sent.document is not None
    assert (sent.text, sent.document.name, sent.document.content) == ("/batch", "заявки.csv", csv)
    forward = {"person": BORIS, "chat": stage.cast.team.id, "message": sent.id, "to": BORIS}
    assert (await page.post("/act/forward", json=forward)).status_code == 204
    (forwarded,) = conversation(stage, stage.telegram.chat(BORIS), stage.cast.boris)["messages"]
    assert (forwarded["forwarded"], forwarded["document"]["name"]) == ("Anna", "заявки.csv")
    assert (await page.get(f"/files/{forwarded['document']['id']}")).content == csv
    assert (await page.post("/act/forward", json={**forward, "to": ANNA})).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"content": "no base64!"}, 400),
        ({"content": 7}, 400),
        ({"content": ""}, 409),
        ({"name": "a/b.csv"}, 400),
        ({"name": "a\x00.csv"}, 400),
        ({"name": ""}, 400),
        ({"caption": "x" * 1025}, 400),
        ({"content": base64.b64encode(b"x" * (LARGEST_ATTACHMENT + 1)).decode()}, 409),
        ({"content": "x" * 2 * LARGEST_ATTACHMENT}, 413),
    ],
)
async def test_what_cannot_be_attached(
    stage: Stage, page: httpx.AsyncClient, wrong: dict[str, Any], status: int
) -> None:
    attach = {"person": ANNA, "chat": ANNA, "name": "a.csv", "content": "YQ=="}
    assert (await page.post("/act/attach", json={**attach, **wrong})).status_code == status
    assert not stage.telegram.messages(ANNA)


async def roles(stage: Stage) -> dict[str, str]:
    return {person["name"]: person["role"] for person in await people(stage)}


async def test_people_are_what_the_bots_list_says(stage: Stage) -> None:
    strangers = {"Anna": "stranger", "Борис": "stranger", "Olga": "admin", "Ivan": "stranger"}
    assert await roles(stage) == strangers
    now = datetime.now(UTC)
    for person_id, role, end in (
        (ANNA, Role.ADMIN, None),
        (BORIS, Role.MANAGER, now - timedelta(seconds=1)),
        (IVAN, Role.MANAGER, now + timedelta(days=1)),
    ):
        entry = AllowedPerson(user_id=person_id, name="", role=role, added_by=OLGA, added_at=now, expires_at=end)
        async with stage.database.write() as session:
            await allowlist.put(session, entry)
    assert await roles(stage) == strangers | {"Anna": "admin", "Ivan": "manager"}


async def test_the_language_of_a_persons_telegram(stage: Stage, page: httpx.AsyncClient) -> None:
    assert (await page.post("/act/language", json={"person": ANNA, "language": "ru"})).status_code == 204
    assert stage.cast.anna.language_code == "ru"
    assert (await page.post("/act/language", json={"person": ANNA, "language": "xx"})).status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"person": ANNA, "chat": BORIS, "text": "in another's chat"},
        {"person": 77, "chat": 77, "text": "as nobody"},
        {"person": ANNA, "chat": ANNA, "text": "to what is not there", "reply_to": 99},
        {"person": ANNA, "chat": -1001000000002, "text": "in no topic", "thread": 99},
        {"person": ANNA, "chat": ANNA, "text": "  "},
        {"person": ANNA, "chat": ANNA, "text": "x" * 4097},
        {"person": ANNA, "text": "nowhere"},
    ],
)
async def test_what_cannot_be_said(stage: Stage, page: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
    answer = await page.post("/act/say", json=wrong)
    assert answer.status_code in {400, 409}
    assert answer.json()["error"]
    assert not stage.telegram.messages(ANNA)


async def test_a_page_from_elsewhere_can_do_nothing(stage: Stage, page: httpx.AsyncClient) -> None:
    body = json.dumps({"person": ANNA, "chat": ANNA, "text": "forged"})
    for kind in "text/plain", "application/x-www-form-urlencoded":
        answer = await page.post("/act/say", content=body, headers={"Content-Type": kind})
        assert answer.status_code == 415
    assert not stage.telegram.messages(ANNA)


@pytest.mark.parametrize("path", ["/", "/events?as=1001", "/act/say", "/files/x"])
async def test_only_this_machine_and_addresses_are_answered(page: httpx.AsyncClient, path: str) -> None:
    answers = [await page.get(path, headers={"Host": host}) for host in ("evil.example", "127.0.0.1.evil.example")]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert (await page.get("/", headers={"Host": "192.168.1.5:8090"})).status_code == 200


@pytest.mark.parametrize("size", [64 * 1024 + 1, 10_000_000])
@pytest.mark.parametrize("announced", [True, False])
async def test_large_bodies_are_refused(stage: Stage, page: httpx.AsyncClient, size: int, *, announced: bool) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, size, 60_000):
            yield b" " * min(60_000, size - start)

    content = b" " * size if announced else chunks()
    answer = await page.post("/act/say", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert not stage.telegram.messages(ANNA)


async def test_the_longest_text_is_not_too_large(page: httpx.AsyncClient) -> None:
    body = json.dumps({"person": ANNA, "chat": ANNA, "text": "😀" * 4096}).encode("ascii")
    answer = await page.post("/act/say", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 204, answer.text


async def test_the_page_takes_nothing_from_elsewhere_and_runs_no_inline_script(page: httpx.AsyncClient) -> None:
    answer = await page.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    for path in (Path("sandbox/web/static")).rglob("*.*"):
        text = path.read_text("utf-8")
        assert "innerHTML" not in text, path
        assert "http" not in text.replace("http://www.w3.org", "").replace("https?:", ""), path


async def test_a_pdf_is_shown_and_saved(stage: Stage, page: httpx.AsyncClient) -> None:
    pdf = await sample_pdf(stage)
    file_id = await send_document(stage, pdf)
    shown = await page.get(f"/files/{file_id}")
    assert shown.content == pdf
    assert shown.headers["content-type"] == "application/pdf"
    assert shown.headers["content-disposition"].startswith("inline; filename*=UTF-8''%D1%81")
    saved = await page.get(f"/files/{file_id}?download")
    assert saved.headers["content-disposition"].startswith("attachment")

    pages = (await page.get(f"/files/{file_id}/pages")).json()["pages"]
    assert len(pages) == 1
    assert "Счёт на оплату № 9001" in pages[0]
    picture = await page.get(f"/files/{file_id}/pages/1")
    thumbnail = await page.get(f"/files/{file_id}/pages/1?size=thumbnail")
    assert picture.content.startswith(b"\x89PNG")
    assert len(thumbnail.content) < len(picture.content)
    for path in "pages/0", "pages/2", "pages/1?size=poster":
        assert (await page.get(f"/files/{file_id}/{path}")).status_code == 404


async def test_what_is_no_pdf_is_only_saved(stage: Stage, page: httpx.AsyncClient) -> None:
    file_id = await send_document(stage, b"<script>alert(1)</script>", "page.html")
    answer = await page.get(f"/files/{file_id}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert (await page.get(f"/files/{file_id}/pages")).status_code == 404
    assert (await page.get("/files/nonsense")).status_code == 404


async def test_trouble_is_ordered_and_called_off(stage: Stage, page: httpx.AsyncClient) -> None:
    await page.post("/trouble/slow", json={"on": True})
    await page.post("/trouble/slow", json={"on": True})
    await page.post("/trouble/refuse", json={"code": 6})
    await page.post("/trouble/cut", json={})
    await page.post("/trouble/flood", json={})
    await page.post("/trouble/poison", json={})
    assert len(stage.cast.bot.updates) == 1 + len(UNREADABLE)
    pending = stage.centre.faults.pending
    assert [type(fault.effect) for fault in pending] == [Delay, Fail, Cut]
    assert pending[2].method == "add_account"
    assert len(stage.telegram.faults) == 1

    await page.post("/trouble/slow", json={"on": False})
    assert [type(fault.effect) for fault in pending] == [Fail, Cut]
    await page.post("/trouble/calm", json={})
    assert (pending, len(stage.telegram.faults)) == ([], 0)


async def test_poison_cannot_be_read_and_waits_until_the_bot_took_it(stage: Stage) -> None:
    troubles = Troubles(stage)
    troubles.poison()
    pinned, *unreadable = await updates(stage)
    assert pinned["message"]["pinned_message"]["date"] == 0
    assert troubles.coming()["poison"] == len(unreadable) == len(UNREADABLE)
    for update in unreadable:
        with pytest.raises((AttributeError, KeyError, TypeError)):
            telegram.Update.de_json(update, None)
    await updates(stage, offset=unreadable[-1]["update_id"] + 1)
    assert (troubles.coming()["poison"], troubles.coming()["poisonTaken"]) == (0, len(UNREADABLE))


async def updates(stage: Stage, offset: int = 0) -> Any:
    """Take updates as the bot would."""
    return (await bot_call(stage.telegram, BOT_TOKEN, "getUpdates", offset=offset))["result"]


async def test_other_trouble_is_refused(page: httpx.AsyncClient) -> None:
    assert (await page.post("/trouble/refuse", json={"code": 8})).status_code == 400
    assert (await page.post("/trouble/pace", json={"seconds": 0})).status_code == 400
    assert (await page.post("/trouble/fire", json={})).status_code == 405


async def test_the_pace_is_told_to_both_sides(stage: Stage, page: httpx.AsyncClient) -> None:
    await page.post("/trouble/pace", json={"seconds": 60})
    assert (stage.pace, stage.centre.rules.pace, stage.bot.settings["SMSC_INTERVAL"]) == (60, 60, "60")
