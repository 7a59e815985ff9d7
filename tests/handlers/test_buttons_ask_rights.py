"""Buttons outlive rights: each of them, of every feature, after each way of losing the right that it needs."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from sqlalchemy import update

from bot.access import petition_buttons
from bot.access.login_buttons import USE
from bot.delivery import buttons as outcome
from bot.domain import CreateInvoice, Destination, Failure, Person, State, SubClient
from bot.queue.login_trouble import START_AGAIN
from bot.repeats import buttons as repeat_buttons
from db import allowlist, requests
from db.models import Request
from handlers import intake, routes
from handlers.access import buttons as entry
from handlers.audit import AUDIT, AUDIT_FILE
from handlers.context import Feature
from handlers.conversation import prompts
from handlers.documents import buttons as documents
from handlers.documents.history import PAGES, RESEND
from handlers.documents.unknown import UNKNOWN, UNRESOLVED
from handlers.language import SPEAK
from handlers.queue import waiting
from handlers.queue.logins import LOGINS
from handlers.queue.waiting import CANCEL
from tests.handlers.batches.batch_makers import ABOUT_A_BATCH, facts_of_batches
from tests.handlers.losing_rights import (
    expires,
    group,
    group_expires,
    group_is_revoked,
    group_moves_to_another_login,
    has_the_default_one,
    is_revoked,
    loses_the_login,
    nothing,
    person,
)
from tests.handlers.repeats.repeat_makers import ABOUT_A_REPEAT, facts_of_repeats
from tests.support.databases import Databases, EngineName
from tests.support.stage import ANNA, BORIS, TEAM, Stage, prepare_database, stage

ELSEWISE = frozenset(
    {
        PAGES,
        USE,
        SPEAK,
        AUDIT,
        AUDIT_FILE,
        *prompts.ACTIONS.values(),
        prompts.PICK,
        documents.WHOSE,
        START_AGAIN,
        UNRESOLVED,
        UNKNOWN,
        LOGINS,
        waiting.PAGE_OF_CHAT,
        waiting.PAGE_OF_ALL,
        waiting.CANCEL_ANY,
        waiting.CANCEL_ALL_OF,
        waiting.CANCEL_ALL_SURE,
        repeat_buttons.LIST,
        repeat_buttons.LIST_ALL,
        *(
            value
            for room in (entry, petition_buttons)
            for name, value in vars(room).items()
            if name.isupper() and isinstance(value, str)
        ),
    }
)
"""Buttons about nothing that exists, or for admins: lists, settings, what leads to a new request with its login."""

Maker = Callable[[Stage, int], Awaitable[str]]
"""Brings a button about something of Anna's, made with the login beta in a chat; returns its data."""


def under(name: str, state: State, failure: Failure | None = None) -> Maker:
    async def make(on: Stage, chat: int) -> str:
        return f"{name}:{await add(on, chat, state, failure)}"

    return make


def asked(name: str) -> Maker:
    """The question whether to make the same invoice once more."""

    async def make(on: Stage, chat: int) -> str:
        number = len(await on.requests())
        await on.say(ANNA, f"/invoice alice {2000 + number}", chat)
        async with on.app.database.write() as session:
            done = update(Request).values(state=State.DONE, finished_at=on.clock.now())
            await session.execute(done.where(Request.amount == 2000 + number))
        (question,) = await on.say(ANNA, f"/invoice alice {2000 + number}", chat)
        return next(data for data in question.buttons if data.startswith(f"{name}:"))

    return make


def doubted(name: str) -> Maker:
    """The question whether a large sum is meant."""

    async def make(on: Stage, chat: int) -> str:
        (question,) = await on.say(ANNA, f"/invoice alice {2_000_000 + len(await on.requests())}", chat)
        return next(data for data in question.buttons if data.startswith(f"{name}:"))

    return make


ABOUT_A_REQUEST: dict[str, Maker] = {
    outcome.TRY: under(outcome.TRY, State.FAILED, Failure.BUSY),
    outcome.EXISTS: under(outcome.EXISTS, State.UNKNOWN),
    outcome.MISSING: under(outcome.MISSING, State.UNKNOWN),
    outcome.CLOSE: under(outcome.CLOSE, State.UNKNOWN),
    outcome.ANEW: under(outcome.ANEW, State.DONE),
    documents.CREATE: under(documents.CREATE, State.UNKNOWN),
    documents.BACK: under(documents.BACK, State.UNKNOWN),
    RESEND: under(RESEND, State.DONE),
    CANCEL: under(CANCEL, State.QUEUED),
    intake.CONFIRM: doubted(intake.CONFIRM),
    intake.SEND_THAT: asked(intake.SEND_THAT),
    intake.ANOTHER: asked(intake.ANOTHER),
    intake.FORGET: asked(intake.FORGET),
}
SWEPT = ABOUT_A_REQUEST | ABOUT_A_BATCH | ABOUT_A_REPEAT


async def add(on: Stage, chat: int, state: State, failure: Failure | None = None) -> int:
    wish = CreateInvoice(SubClient(name="alice"), Decimal(1500))
    now = on.clock.now()
    async with on.app.database.write() as session:
        to = Destination(chat, reply_to=await _count(on) + 9000)
        request = requests.new(wish, login="beta", requester=Person(ANNA, "Anna", "en"), destination=to, now=now)
        request.state, request.failure, request.delivered_at = state, failure, now
        request.invoice_number = "9001" if state is State.DONE else None
        session.add(request)
        await session.flush()
        return request.id


async def _count(on: Stage) -> int:
    return len(await on.requests())


async def _let_in(on: Stage) -> None:
    await person(on, ANNA, "beta", "demo")
    await person(on, BORIS, "demo")


@pytest.fixture
async def on(on_stage: Stage) -> Stage:
    await _let_in(on_stage)
    return on_stage


@dataclass
class Made:
    """All swept buttons, about things of Anna's in a chat: made once for each engine and then copied."""

    chat: int
    data: dict[str, str] = field(default_factory=dict)

    async def prepare(self, url: str) -> None:
        await prepare_database(url)
        async with stage(url) as on:
            await _let_in(on)
            self.data = {name: await make(on, self.chat) for name, make in SWEPT.items()}


@pytest.fixture(scope="session")
def made() -> Callable[[EngineName, int], Made]:
    return cache(lambda _engine, chat: Made(chat))


@pytest.fixture
def copied(
    databases: Databases, engine: EngineName, chat: int, made: Callable[[EngineName, int], Made]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Return the address of a database, and the data of all buttons about what is in it."""
    of_chat = made(engine, chat)
    with databases.new(engine, of_chat.prepare) as url:
        yield url, of_chat.data


async def test_every_button_is_known_here(stage_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new button has to be put among those about a request, and into the sweep below, or among the others."""
    found: list[Feature] = []
    register = routes.register

    def spy(application: Any, gate: Any, features: Any, **more: Any) -> None:
        found.extend(features)
        register(application, gate, features, **more)

    monkeypatch.setattr(routes, "register", spy)
    async with stage(stage_url):
        assert routes.buttons_of(found).keys() == SWEPT.keys() | ELSEWISE
        assert not SWEPT.keys() & ELSEWISE


@pytest.mark.parametrize("chat", [ANNA, TEAM])
async def test_with_the_right_each_button_works(on: Stage, chat: int) -> None:
    for name, make in SWEPT.items():
        answer, *_ = await on.press(ANNA, await make(on, chat), chat)
        assert not answer.params.get("show_alert"), name


@pytest.mark.parametrize(
    ("lose", "chat", "presser", "pressed_in"),
    [
        (loses_the_login, ANNA, ANNA, ANNA),
        (loses_the_login, TEAM, ANNA, TEAM),
        (loses_the_login, TEAM, ANNA, ANNA),
        (has_the_default_one, TEAM, ANNA, TEAM),
        (is_revoked, ANNA, ANNA, ANNA),
        (is_revoked, TEAM, ANNA, TEAM),
        (expires, ANNA, ANNA, ANNA),
        (expires, TEAM, ANNA, TEAM),
        (group_is_revoked, TEAM, ANNA, TEAM),
        (group_is_revoked, TEAM, ANNA, ANNA),
        (group_expires, TEAM, ANNA, ANNA),
        (group_moves_to_another_login, TEAM, ANNA, TEAM),
        (group_moves_to_another_login, TEAM, ANNA, ANNA),
        (nothing, TEAM, BORIS, TEAM),
    ],
)
async def test_without_the_right_none_does_anything(
    copied: tuple[str, dict[str, str]], lose: Callable[[Stage], Awaitable[None]], presser: int, pressed_in: int
) -> None:
    url, data = copied
    async with stage(url) as on:
        before = await _facts(on)
        await lose(on)

        for name, one in data.items():
            calls = await on.press(presser, one, pressed_in)
            assert calls[0].method == "answerCallbackQuery", name
            assert calls[0].text, name
            assert calls[0].params["show_alert"], name
            assert not any("alice" in call.text or call.method == "sendDocument" for call in calls), name
        # Once for all of them: to look after each would take longer than the presses do.
        assert await _facts(on) == before


async def _facts(on: Stage) -> list[object]:
    of_requests = [(one.id, one.state, one.resolution, one.delivered_at) for one in await on.requests()]
    return [of_requests, await facts_of_batches(on), await facts_of_repeats(on)]


@pytest.mark.parametrize("lose", [loses_the_login, group_moves_to_another_login])
async def test_history_shows_what_its_reader_may_have(on: Stage, lose: Callable[[Stage], Awaitable[None]]) -> None:
    for _ in range(8):
        await add(on, TEAM, State.DONE)
    await on.say(ANNA, "/history", TEAM)
    (shown,) = await on.say(ANNA, "/history", TEAM)
    assert "Page 1 of 2" in shown.text
    (nothing_of_beta,) = await on.say(BORIS, "/history", TEAM)
    assert "alice" not in nothing_of_beta.text

    await lose(on)

    (shown,) = await on.say(ANNA, "/history", TEAM)
    assert "alice" not in shown.text
    turned = await on.press(ANNA, f"{PAGES}:1:1", TEAM)
    assert not any("alice" in call.text for call in turned)


async def test_what_comes_out_of_questions_uses_a_login_that_the_person_has_then(on: Stage) -> None:
    (asked_,) = await on.say(ANNA, "/invoice", TEAM)
    question = asked_.params["reply_markup"] and (await on.say(ANNA, "alice", TEAM, reply_to=5001))
    assert question
    await loses_the_login(on)
    calls = await on.say(ANNA, "1500", TEAM, reply_to=5002)
    (create,) = [data for call in calls for data in call.buttons if data.startswith("make:")]
    await on.press(ANNA, create, TEAM, message_id=5003)
    assert [request.login for request in await on.requests()] == ["demo"]


async def test_in_a_group_for_everyone_who_has_no_login_uses_the_groups_or_none(on: Stage) -> None:
    await group(on, None)
    async with on.app.database.write() as session:
        entry_ = await allowlist.chat(session, TEAM)
        assert entry_ is not None
        entry_.everyone = True
    await is_revoked(on)
    (refused,) = await on.say(ANNA, "/invoice alice 1500", TEAM)
    assert "login" in refused.text
    assert await on.requests() == []
    async with on.app.database.write() as session:
        entry_ = await allowlist.chat(session, TEAM)
        assert entry_ is not None
        entry_.login = "beta"
    assert await on.say(ANNA, "/invoice alice 1500", TEAM) == []
    assert [request.login for request in await on.requests()] == ["beta"]
