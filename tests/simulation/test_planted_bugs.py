"""The simulation finds bugs: some are planted, and for each stands a schedule that finds it."""

import asyncio
from typing import Any

import pytest

from bot.access import authorization
from bot.access.authorization import Authorization
from bot.access.policy import Action, Place, place_of
from bot.access.stopping import Stopping
from bot.batches import feeder
from bot.batches.feeder import BatchFeeder
from bot.batches.results import BatchResults
from bot.delivery.outcomes import OutcomeDelivery
from bot.documents.doubts import Doubt, Doubts
from bot.domain import State
from bot.messaging.inbox import Inbox
from bot.messaging.update_order import UpdateDispatcher
from bot.queue import records
from bot.queue.verdicts import Verdict
from db import logins, requests
from db.requests import AtItsLogin
from tests.simulation.cast import ANNA, BOTS, LOGINS, OLGA
from tests.simulation.draw import draw
from tests.simulation.journal import FileRow, Want
from tests.simulation.oracle import judge
from tests.simulation.plan import Line, Plan, quiet
from tests.simulation.world import Theatre, play

Patch = pytest.MonkeyPatch


def confirm_before_storing(patch: Patch) -> None:
    """Telegram may forget an update as soon as it is in memory; the disk comes when it comes."""
    keep = Inbox.keep

    async def keep_later(self: Inbox, updates: Any, begun: Any) -> set[int]:
        self.later = asyncio.create_task(keep(self, updates, begun))  # type: ignore[attr-defined]
        return set(updates)

    patch.setattr(Inbox, "keep", keep_later)


def create_again_after_a_crash(patch: Patch) -> None:
    patch.setattr(records, "no_usable_answer", lambda _: Verdict(State.QUEUED))


def count_the_pace_from_the_start(patch: Patch) -> None:
    apply = records.Records._apply

    async def apply_early(self: Any, session: Any, found: AtItsLogin, verdict: Verdict, *rest: Any) -> None:
        now, changed = rest
        await apply(self, session, found, verdict, now, changed)
        request, login = found.request, found.login
        if verdict.reached_vendor:
            login.next_start_at -= now - request.started_at
            await logins.refresh_due(session, login)
            changed.due.append(login.next_start_at)

    patch.setattr(records.Records, "_apply", apply_early)


def record_the_delivery_before_sending(patch: Patch) -> None:
    send = OutcomeDelivery._send

    async def record_and_send(self: Any, outcome: Any, *where: Any) -> Any:
        await self._record(outcome.request, None)
        return await send(self, outcome, *where)

    patch.setattr(OutcomeDelivery, "_send", record_and_send)


def end_the_update_before_handling_it(patch: Patch) -> None:
    work = UpdateDispatcher._work

    async def end_and_work(self: Any, raw: Any, update_id: int, tries: int = 0) -> str | None:
        self._inbox.end(update_id)
        await self._inbox.close(())
        return await work(self, raw, update_id, tries)

    patch.setattr(UpdateDispatcher, "_work", end_and_work)


def deliver_to_whoever_asked(patch: Patch) -> None:
    """The allowlist is asked when a command comes, and not again when its outcome does."""

    denial = Authorization.denial

    async def lax(self: Any, *asked: Any) -> Any:
        return None if asked[-1] is Action.RECEIVE else await denial(self, *asked)

    patch.setattr(Authorization, "denial", lax)


def send_whatever_was_queued(patch: Patch) -> None:
    """Rights are asked when a command comes, and not again when its turn does."""

    async def always(*_: object) -> bool:
        return True

    patch.setattr(Stopping, "may_go", always)


def take_borrowed_words(patch: Patch) -> None:
    """What somebody forwarded is done as if they had written it."""
    applies = Doubts._applies

    def lax(self: Any, doubt: Doubt, intent: Any) -> bool:
        return doubt is not Doubt.BORROWED and applies(self, doubt, intent)

    patch.setattr(Doubts, "_applies", lax)


def believe_in_every_group(patch: Patch) -> None:
    """A group is asked for nothing: that it was taken off the list changes nothing."""

    def lax(chat: Any, now: Any, *, private: bool) -> Place:
        place = place_of(chat, now, private=private)
        return Place.LISTED if place is Place.CLOSED else place

    patch.setattr(authorization, "place_of", lax)


def know_messages_by_their_number_alone(patch: Patch) -> None:
    """An earlier bot's commands are taken for those of this one that have the same number."""
    patch.setattr(requests, "bot_of", lambda _: BOTS[0])


def feed_rows_like_commands(patch: Patch) -> None:
    """The rows of files wait with people's commands in one queue."""
    request_of = feeder._request

    async def impatient(*asked: Any) -> Any:
        request = await request_of(*asked)
        request.yields = False
        return request

    patch.setattr(feeder, "_request", impatient)


def feed_one_batch_to_its_end(patch: Patch) -> None:
    """The batch that was started first goes out whole before the next one's turn."""
    feed_next = BatchFeeder._feed_next

    async def greedy(self: Any, session: Any, login: Any, running: Any, *more: Any) -> None:
        await feed_next(self, session, login, sorted(running, key=lambda batch: batch.id)[:1], *more)

    patch.setattr(BatchFeeder, "_feed_next", greedy)


def record_the_result_before_sending(patch: Patch) -> None:
    send = BatchResults._send

    async def record_and_send(self: Any, step: Any, messenger: Any) -> bool:
        if step.file is not None:
            await self._note_file(step.batch)
        return await send(self, step, messenger)

    patch.setattr(BatchResults, "_send", record_and_send)


def two_files(seed: int) -> Plan:
    """Two people send a file each, and start what is in it; nothing goes wrong."""
    lines = tuple(
        Line(
            5.0 + n,
            person,
            person.id,
            "/batch",
            Want.REPLY,
            login=LOGINS[0],
            rows=tuple(FileRow(f"kimr{n}{row}k;{1500 + row};", f"kimr{n}{row}k") for row in range(4)),
        )
        for n, person in enumerate((ANNA, OLGA))
    )
    return quiet(lines=lines, seed=seed)


@pytest.mark.parametrize(
    ("plant", "plan", "rule"),
    [
        (create_again_after_a_crash, draw(11), "no_invoice_twice"),
        (confirm_before_storing, draw(7), "comes_to_rest"),
        (count_the_pace_from_the_start, draw(2), "never_too_fast"),
        (record_the_delivery_before_sending, draw(11), "nothing_lost"),
        (end_the_update_before_handling_it, draw(52), "nothing_lost"),
        (deliver_to_whoever_asked, draw(381), "nothing_for_strangers"),
        (send_whatever_was_queued, draw(77), "no_login_without_the_right"),
        (believe_in_every_group, draw(33), "nothing_for_strangers"),
        (take_borrowed_words, draw(0), "no_borrowed_words_obeyed"),
        (know_messages_by_their_number_alone, draw(545), "nothing_lost"),
        (feed_rows_like_commands, draw(78), "people_first"),
        (feed_one_batch_to_its_end, two_files(2), "batches_take_turns"),
        (record_the_result_before_sending, draw(636), "no_row_lost"),
        (create_again_after_a_crash, draw(1331), "no_row_twice"),
    ],
)
def test_a_planted_bug_is_found(stage: Theatre, monkeypatch: Patch, plant: Any, plan: Plan, rule: str) -> None:
    assert judge(play(plan, stage)) == []
    plant(monkeypatch)

    findings = judge(play(plan, stage))

    assert any(finding.startswith(rule) for finding in findings)
