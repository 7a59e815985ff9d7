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
from bot.domain import OccurrenceState, RunState, State
from bot.messaging.inbox import Inbox
from bot.messaging.update_order import UpdateDispatcher
from bot.queue import records
from bot.queue.verdicts import Verdict
from bot.repeats import outcomes, runner, runs, starting
from bot.repeats.cards import RepeatCards
from bot.repeats.outcomes import Before
from bot.repeats.runner import RepeatRunner
from bot.repeats.starting import RunStarter
from db import logins, origins, repeats, requests
from db.models import RepeatRun, StoredRepeat
from db.requests import AtItsLogin
from tests.simulation.cast import ANNA, BOTS, LOGINS, OLGA
from tests.simulation.draw import draw
from tests.simulation.journal import FileRow, Want
from tests.simulation.oracle import judge
from tests.simulation.plan import Doom, Line, Plan, quiet
from tests.simulation.test_simulation import SEEDS
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
    for module in (requests, origins):
        patch.setattr(module, "bot_of", lambda _: BOTS[0])


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


def note_pdfs_before_sending_them(patch: Patch) -> None:
    """The PDFs of an album are noted as delivered before Telegram has them."""
    send = BatchResults._send

    async def note_and_send(self: Any, step: Any, messenger: Any) -> bool:
        if len(step.pdfs) > 1:
            await self._note_pdfs(step, {})
        return await send(self, step, messenger)

    patch.setattr(BatchResults, "_send", note_and_send)


def start_what_is_open_again(patch: Patch) -> None:
    """A process runs anew what the one before has started and not seen to end."""

    async def start_again(self: Any) -> None:
        async with self._database.write() as session:
            for repeat_id in await repeats.repeats_at_work(session, 0, 50):
                repeat = await session.get_one(StoredRepeat, repeat_id)
                for one in await repeats.started(session, repeat_id):
                    anew = runs.new_run(repeat, self._clock.now(), RunState.AGREED)
                    session.add(anew)
                    await session.flush()
                    one.run_id, one.request_id, one.state = anew.id, None, OccurrenceState.WAITING

    patch.setattr(RepeatRunner, "_look_back_on_all", start_again)


def make_up_for_what_was_missed(patch: Patch) -> None:
    """What came due while nothing ran is done as if it came due now."""
    patch.setattr(RepeatRunner, "_was_missed", lambda *_: False)


def repeat_for_whoever_asked_once(patch: Patch) -> None:
    """Whether the owner still may is asked when a repeat is created, and never again."""

    async def nothing(*_: object) -> None:
        return None

    patch.setattr(RunStarter, "denial", nothing)
    send_whatever_was_queued(patch)


def go_on_after_the_unknown(patch: Patch) -> None:
    """That nobody knows what became of one date does not keep the next from being made."""
    look_back = outcomes.look_back

    async def blind(*asked: Any) -> Before:
        before = await look_back(*asked)
        return Before.ENDED if before is Before.UNKNOWN else before

    for module in (runner, runs, starting):
        patch.setattr(module, "look_back", blind)


def note_cards_before_sending_them(patch: Patch) -> None:
    """That people were asked is written down first."""
    show = RepeatCards._show

    async def note_and_show(self: Any, run_id: int) -> None:
        async with self._database.write() as session:
            (await session.get_one(RepeatRun, run_id)).shown_at = self._clock.now()
        await show(self, run_id)

    patch.setattr(RepeatCards, "_show", note_and_show)


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


def killed_amid_an_album(seed: int) -> Plan:
    """Telegram takes nothing while rows are made, and the process dies as it sends the PDFs of several at once."""
    rows = tuple(FileRow(f"kimr{n}k;{1500 + n};", f"kimr{n}k") for n in range(4))
    line = Line(5.0, ANNA, ANNA.id, "/batch", Want.REPLY, login=LOGINS[0], rows=rows)
    away, dooms = ((150.0, 300.0),), (Doom("telegram send album", 1),)
    return quiet(lines=(line,), seed=seed, telegram_away=away, dooms=dooms)


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
        (feed_rows_like_commands, draw(158), "people_first"),
        (feed_one_batch_to_its_end, two_files(33), "batches_take_turns"),
        (record_the_result_before_sending, draw(636), "no_row_lost"),
        (create_again_after_a_crash, draw(383), "no_row_twice"),
        (note_pdfs_before_sending_them, killed_amid_an_album(16), "each_pdf_comes"),
        (start_what_is_open_again, draw(25), "each_date_once"),
        (make_up_for_what_was_missed, draw(47), "only_after_a_yes"),
        (repeat_for_whoever_asked_once, draw(253), "no_repeat_without_the_right"),
        (go_on_after_the_unknown, draw(412), "the_unknown_blocks"),
        (note_cards_before_sending_them, draw(109), "no_date_forgotten"),
    ],
)
def test_a_planted_bug_is_found(stage: Theatre, monkeypatch: Patch, plant: Any, plan: Plan, rule: str) -> None:
    is_played_elsewhere = plan.seed in SEEDS and plan == draw(plan.seed)
    if not is_played_elsewhere:
        assert judge(play(plan, stage)) == []
    plant(monkeypatch)

    findings = judge(play(plan, stage))

    assert any(finding.startswith(rule) for finding in findings)
