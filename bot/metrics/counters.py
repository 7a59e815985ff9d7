"""What is counted while the bot works. Labels are words of ours and names of logins; never a person's."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import product
from time import monotonic

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext

from bot import __version__
from bot.domain import Kind, State
from bot.messaging.budgets import Rank
from bot.queue.calls_out import Call
from bot.queue.changes import QueueChange
from bot.smscentre import Created, ErrorCode, NotSent, NoUsableAnswer, Refused, TooLarge, WrongSetting
from db.engine import Database
from db.models import Request
from db.retry import is_trouble

_WAITS_S = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 4 * 3600)
_QUICK_S = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The process's own counters, in a registry of their own; listens to what the parts announce."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        ProcessCollector(registry=registry)
        build = Gauge("docsbot_build_info", "1, with the version as a label", ["version"], registry=registry)
        build.labels(version=__version__).set(1)
        self._ended = Counter(
            "docsbot_requests_ended", "Requests that came to their outcome", ["kind", "state"], registry=registry
        )
        self._lateness = Histogram(
            "docsbot_start_lateness_seconds",
            "How much later than they could requests were started, at the most",
            buckets=_QUICK_S,
            registry=registry,
        )
        self._answers = Counter(
            "docsbot_vendor_answers",
            "What calls of SMS Center came to: ok, its error code, or why there is none",
            ["answer"],
            registry=registry,
        )
        self._call_seconds = Histogram(
            "docsbot_vendor_call_seconds", "How long calls of SMS Center took", buckets=_QUICK_S, registry=registry
        )
        self._deliveries = Counter(
            "docsbot_deliveries", "Outcomes that left, by what became of them", ["result"], registry=registry
        )
        self._delivery_lag = Histogram(
            "docsbot_delivery_lag_seconds",
            "From an outcome to Telegram's having it",
            buckets=_QUICK_S,
            registry=registry,
        )
        self._to_document = Histogram(
            "docsbot_command_to_document_seconds",
            "From a command to Telegram's having its document",
            buckets=_WAITS_S,
            registry=registry,
        )
        self._database_errors = Counter(
            "docsbot_database_errors", "Statements that the database failed", registry=registry
        )
        # What has not happened yet is 0 and not missing: else its first time would be no increase.
        for answer in ("ok", *(str(int(code)) for code in ErrorCode), *_NO_ANSWER.values()):
            self._answers.labels(answer=answer)
        for result in ("delivered", "undeliverable", "withheld"):
            self._deliveries.labels(result=result)
        for kind, state in product(Kind, (State.DONE, State.FAILED, State.UNKNOWN, State.CANCELLED)):
            self._ended.labels(kind=kind.value, state=state.value)

    def on_change(self, change: QueueChange) -> None:
        """Hear of a change of the queue."""
        for request in change.ended:
            self._ended.labels(kind=request.kind.value, state=request.state.value).inc()

    def on_start(self, late: timedelta) -> None:
        """Hear that a request was started, and how late."""
        self._lateness.observe(late.total_seconds())

    def on_delivery(self, request: Request) -> None:
        """Hear that an outcome is recorded as delivered, or as one that never will be."""
        if request.withheld or request.undeliverable is not None:
            self._deliveries.labels(result="withheld" if request.withheld else "undeliverable").inc()
            return
        self._deliveries.labels(result="delivered").inc()
        if request.delivered_at is not None and request.finished_at is not None:
            self._delivery_lag.observe((request.delivered_at - request.finished_at).total_seconds())
            if request.state is State.DONE:
                self._to_document.observe((request.delivered_at - request.created_at).total_seconds())

    def ask_outbox(self, waiting: Callable[[Rank], int]) -> None:
        """Show how many messages wait, by asking each time."""
        gauge = Gauge(
            "docsbot_messages_waiting", "Messages that wait for Telegram's limits", ["class"], registry=self.registry
        )
        for rank in Rank:
            gauge.labels(rank.name.lower()).set_function(partial(waiting, rank))

    def metered(self, call: Call) -> Call:
        """Return the vendor's call, whose answers are counted."""

        async def counted(request: Request) -> Created | bytes:
            began = monotonic()
            try:
                answer = await call(request)
            except Exception as error:
                self._answers.labels(answer=_word_of(error)).inc()
                raise
            else:
                self._answers.labels(answer="ok").inc()
                return answer
            finally:
                self._call_seconds.observe(monotonic() - began)

        return counted

    def watch(self, database: Database) -> None:
        """Count the database's errors; a broken constraint is none of its own."""

        @event.listens_for(database.engine.sync_engine, "handle_error")
        def _count(context: ExceptionContext) -> None:
            if is_trouble(context.sqlalchemy_exception or context.original_exception):
                self._database_errors.inc()


_NO_ANSWER: dict[type[Exception], str] = {
    NotSent: "not_sent",
    NoUsableAnswer: "unusable",
    TooLarge: "too_large",
    WrongSetting: "wrong_setting",
    Exception: "other",
}


def _word_of(error: Exception) -> str:
    """Return one of a few words: SMS Center may send any number as its code."""
    if isinstance(error, Refused):
        return str(int(error.code)) if isinstance(error.code, ErrorCode) else "other"
    return next(word for kind, word in _NO_ANSWER.items() if isinstance(error, kind))
