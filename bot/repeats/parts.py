"""The parts of repeats, built and joined to what they hear of."""

from dataclasses import dataclass

from bot.access.admins import AdminNotes
from bot.access.authorization import Authorization
from bot.batches.changes import BatchChanges
from bot.documents.duplicates import DuplicateGuard
from bot.domain import ConfiguredLogins
from bot.language.translator import Translators
from bot.messaging.messenger import Messenger
from bot.parsing import MoneyWords
from bot.queue.changes import QueueChanges
from bot.repeats.cards import RepeatCards
from bot.repeats.changes import RepeatChanges
from bot.repeats.control import RepeatControl
from bot.repeats.desk import RepeatDesk
from bot.repeats.editing import RepeatEditing
from bot.repeats.runner import RepeatRunner
from bot.repeats.runs import RepeatRuns
from bot.repeats.starting import RunStarter
from bot.runtime.clock import Clock
from bot.runtime.worker import Worker
from bot.settings import Settings
from db.engine import Database

_Common = tuple[Database, Clock, Messenger, Translators, Authorization, ConfiguredLogins]


@dataclass(frozen=True, slots=True)
class RepeatParts:
    """What people's presses reach, and what works beside."""

    desk: RepeatDesk
    control: RepeatControl
    runs: RepeatRuns
    editing: RepeatEditing
    workers: tuple[Worker, ...]


def build_repeats(
    common: _Common,
    settings: Settings,
    admins: AdminNotes,
    duplicates: DuplicateGuard,
    queue_changes: QueueChanges,
    batch_changes: BatchChanges,
) -> RepeatParts:
    """Make all parts, and let the workers hear of what concerns them."""
    database, clock, messenger, translators, authorization, configured = common
    zone, changes = settings.timezone, RepeatChanges()
    runs = RepeatRuns(database, clock, changes, authorization, duplicates)
    starter = RunStarter(authorization, zone, settings.max_repeats_per_day)
    runner = RepeatRunner(database, clock, zone, duplicates, starter, queue_changes, batch_changes, changes)
    cards = RepeatCards(database, clock, messenger, translators, configured, admins, runs, zone)
    queue_changes.listen(runner.on_change)
    changes.listen(lambda _: runner.wake())
    changes.listen(lambda _: cards.wake())
    control = RepeatControl(database, clock, changes, authorization, duplicates, zone)
    return RepeatParts(
        desk=RepeatDesk(database, clock, changes, authorization, configured, zone, settings.confirm_above),
        control=control,
        runs=runs,
        editing=RepeatEditing(database, clock, control, MoneyWords(settings.currency), settings.confirm_above),
        workers=(runner, cards),
    )
