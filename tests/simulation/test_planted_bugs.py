"""The simulation finds bugs: seven are planted, and for each stands the first seed that finds it."""

import asyncio
from typing import Any

import pytest

from bot.access.authorization import Authorization
from bot.access.policy import Action
from bot.access.stopping import Stopping
from bot.delivery.outcomes import OutcomeDelivery
from bot.domain import State
from bot.messaging.inbox import Inbox
from bot.messaging.update_order import UpdateDispatcher
from bot.queue import records
from bot.queue.verdicts import Verdict
from db import logins
from tests.simulation.oracle import judge
from tests.simulation.plan import draw
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

    async def apply_early(self: Any, session: Any, request: Any, login: Any, verdict: Verdict, *rest: Any) -> None:
        now, changed = rest
        await apply(self, session, request, login, verdict, now, changed)
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


@pytest.mark.parametrize(
    ("plant", "seed", "rule"),
    [
        (create_again_after_a_crash, 11, "no_invoice_twice"),
        (confirm_before_storing, 7, "comes_to_rest"),
        (count_the_pace_from_the_start, 2, "never_too_fast"),
        (record_the_delivery_before_sending, 11, "nothing_lost"),
        (end_the_update_before_handling_it, 46, "nothing_lost"),
        (deliver_to_whoever_asked, 381, "nothing_for_strangers"),
        (send_whatever_was_queued, 77, "no_login_without_the_right"),
    ],
)
def test_a_planted_bug_is_found(stage: Theatre, monkeypatch: Patch, plant: Any, seed: int, rule: str) -> None:
    assert judge(play(draw(seed), stage)) == []
    plant(monkeypatch)

    findings = judge(play(draw(seed), stage))

    assert any(finding.startswith(rule) for finding in findings)
