"""Steering the SMS Center over HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from sandbox.smscentre.app import create_app
from sandbox.smscentre.calls import Method
from sandbox.smscentre.centre import SmsCentre
from sandbox.smscentre.dialect import DIALECTS
from sandbox.smscentre.faults import PAGES, Cut, Delay, Fail, Fault, Hang, Page
from sandbox.smscentre.refusals import ErrorCode
from sandbox.smscentre.rules import Rules
from sandbox.smscentre.world import sample_world
from tests.sandbox.smscentre_drive import CREATE

SIGNED = {"login": "demo", "psw": "demo-psw"}


@pytest.fixture
def centre() -> SmsCentre:
    return SmsCentre(sample_world(), Rules(pace=0))


@pytest.fixture
async def client(centre: SmsCentre) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(centre))
    async with httpx.AsyncClient(transport=transport, base_url="http://vendor") as client:
        yield client


async def test_the_state_tells_who_exists_and_what_was_made(client: httpx.AsyncClient) -> None:
    await client.post("/sys/documents.php", data={**SIGNED, **CREATE})
    told = (await client.get("/sandbox/state")).json()
    (login,) = told["logins"]
    assert login["sub_clients"][0]["user"] == "alice"
    assert login["sub_clients"][0]["acts"][0] == {"id": 10101, "num": "7", "day": "2026-08-31"}
    (invoice,) = told["invoices"]
    assert (invoice["number"], invoice["user"], invoice["sum"]) == (9001, "alice", "1500.50")
    assert told["rules"]["pace"] == 0


async def test_the_journal_tells_what_came_in_after_a_number(client: httpx.AsyncClient) -> None:
    for parameters in (CREATE, {"get_act": "1", "user": "alice", "num": "99"}):
        await client.post("/sys/documents.php", data={**SIGNED, **parameters})
    told = (await client.get("/sandbox/journal")).json()
    assert [entry["outcome"] for entry in told] == ["created", "refused"]
    assert told[0]["arrived"]["monotonic"] <= told[0]["ended"]["monotonic"]
    (second,) = (await client.get("/sandbox/journal", params={"after": "1"})).json()
    assert (second["number"], second["method"], second["error_code"]) == (2, "get_act", 7)
    assert second["parameters"]["num"] == "99"


async def test_no_secret_is_told(client: httpx.AsyncClient) -> None:
    await client.get("/sys/documents.php", params={**SIGNED, **CREATE, "apikey": "demo-apikey"})
    for path in ("/sandbox/state", "/sandbox/journal"):
        text = (await client.get(path)).text
        assert "demo-psw" not in text
        assert "demo-apikey" not in text


async def test_rules_are_changed_one_by_one(client: httpx.AsyncClient, centre: SmsCentre) -> None:
    await client.patch("/sandbox/rules", json={"pace": 0.5, "blocked": True})
    told = await client.patch("/sandbox/rules", json={"blocked": False, "dialect": "form-data"})
    assert centre.rules == Rules(pace=0.5, dialect=DIALECTS["form-data"])
    assert told.json()["rules"]["dialect"]["subtype"] == "form-data"
    await client.patch("/sandbox/rules", json={"dialect": {"newline": "\n"}})
    assert (centre.rules.dialect.subtype, centre.rules.dialect.newline) == ("form-data", "\n")


@pytest.mark.parametrize(
    ("order", "fault"),
    [
        ({"effect": {"kind": "delay", "seconds": 3}}, Fault(Delay(3))),
        (
            {"effect": {"kind": "fail", "code": 9}, "login": "demo", "method": "get_act", "times": None},
            Fault(Fail(ErrorCode.TOO_SOON), "demo", Method.GET_ACT, None),
        ),
        ({"effect": {"kind": "cut", "point": "midway"}, "times": 4}, Fault(Cut("midway"), times=4)),
        ({"effect": {"kind": "hang", "handled": True}}, Fault(Hang(handled=True))),
        ({"effect": {"kind": "page", "status": 503, "body": "later"}}, Fault(Page(503, "later"))),
        ({"effect": "redirect"}, Fault(PAGES["redirect"])),
    ],
)
async def test_mishaps_are_ordered(
    client: httpx.AsyncClient, centre: SmsCentre, order: dict[str, Any], fault: Fault
) -> None:
    told = await client.post("/sandbox/faults", json=order)
    assert centre.faults.pending == [fault]
    assert len(told.json()["faults"]) == 1
    await client.delete("/sandbox/faults")
    assert not centre.faults.pending


@pytest.mark.parametrize(
    ("verb", "path", "told", "word"),
    [
        ("PATCH", "/sandbox/rules", {"paze": 1}, "paze"),
        ("PATCH", "/sandbox/rules", {"pace": "quick"}, "pace"),
        ("PATCH", "/sandbox/rules", {"dialect": "latin"}, "form-data"),
        ("PATCH", "/sandbox/rules", {"dialect": {"line": "\n"}}, "newline"),
        ("PATCH", "/sandbox/rules", {"dialect": 7}, "dialect"),
        ("PATCH", "/sandbox/rules", ["pace"], "object"),
        ("POST", "/sandbox/faults", {"effect": {"kind": "quake"}}, "quake"),
        ("POST", "/sandbox/faults", {"effect": {"kind": "fail", "code": 3}}, "code"),
        ("POST", "/sandbox/faults", {"effect": "501"}, "502"),
        ("POST", "/sandbox/faults", {"effect": "500", "method": "get"}, "get_act"),
        ("POST", "/sandbox/faults", {"effect": "500", "times": 0}, "times"),
        ("POST", "/sandbox/faults", {"login": "demo"}, "effect"),
        ("GET", "/sandbox/journal?after=x", None, "after"),
    ],
)
async def test_what_cannot_be_understood_changes_nothing_and_is_explained(
    client: httpx.AsyncClient, centre: SmsCentre, verb: str, path: str, told: object, word: str
) -> None:
    response = await client.request(verb, path, json=told)
    assert response.status_code == 400
    assert word in response.json()["error"]
    assert centre.rules == Rules(pace=0)
    assert not centre.faults.pending


async def test_a_body_that_is_no_json_is_explained(client: httpx.AsyncClient) -> None:
    response = await client.post("/sandbox/faults", content=b"cut it")
    assert response.status_code == 400
    assert "JSON" in response.json()["error"]
