"""What moves batches on, shows how far they are and sends their results, made and wired together."""

from bot.access.admins import AdminNotes
from bot.access.authorization import Authorization
from bot.batches.changes import BatchChanges
from bot.batches.feeder import BatchFeeder
from bot.batches.progress import BatchProgress
from bot.batches.result_reading import ResultReader
from bot.batches.results import BatchResults
from bot.batches.undelivered import UndeliveredBatchNotes
from bot.domain import ConfiguredLogins
from bot.language.translator import Translators
from bot.messaging.messenger import Messenger
from bot.queue.changes import QueueChanges
from bot.runtime.clock import Clock
from bot.runtime.signals import Signal
from bot.runtime.worker import Worker
from db.engine import Database


def batch_workers(
    parts: tuple[Database, Clock, Messenger, Translators, Authorization, ConfiguredLogins],
    admins: AdminNotes,
    queue_changes: QueueChanges,
    access_changes: Signal[None],
    changes: BatchChanges,
) -> tuple[Worker, ...]:
    """Make the workers, and let them hear of changes."""
    database, clock, messenger, translators, authorization, configured = parts
    feeder = BatchFeeder(database, clock, authorization, queue_changes, changes)
    progress, undelivered = BatchProgress(*parts), UndeliveredBatchNotes(database, clock, admins)
    reader = ResultReader(database, clock, translators, authorization, configured)
    results = BatchResults(database, clock, messenger, translators, reader, undelivered, changes)
    for listener in (feeder.on_change, progress.on_change, results.on_change):
        queue_changes.listen(listener)
    changes.listen(lambda _: feeder.wake())
    access_changes.listen(lambda _: feeder.wake())
    changes.listen(lambda _: results.wake())
    changes.listen(progress.refresh)
    return (feeder, progress, results, undelivered)
