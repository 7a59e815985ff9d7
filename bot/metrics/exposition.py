"""The text that Prometheus reads: the counters, and what is so at the moment."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.metrics.counters import Metrics
from bot.metrics.stored import StoredFigures
from bot.runtime.clock import Clock
from db.metrics import Figures


@dataclass(frozen=True, slots=True)
class Lead:
    """Whether this process leads, and in which term; one that is alone always does, without terms."""

    leads: bool
    term: int = 0


@dataclass(frozen=True, slots=True)
class _Moment:
    lead: Lead
    troubles: int
    figures: Figures | None


class Exposition:
    """Writes everything down. The queue's figures come from the process that leads alone, so that they may be added."""

    def __init__(
        self,
        metrics: Metrics,
        stored: StoredFigures,
        clock: Clock,
        lead: Callable[[], Lead],
        troubles: Callable[[], Awaitable[Sequence[str]]],
    ) -> None:
        self._registry = metrics.registry
        self._stored = stored
        self._lead = lead
        self._troubles = troubles
        self._gauges = _Gauges(clock)
        self._registry.register(self._gauges)

    async def text(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        figures = await self._stored.read()
        self._gauges.moment = _Moment(self._lead(), len(await self._troubles()), figures)
        return generate_latest(self._registry)


class _Gauges(Collector):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.moment: _Moment | None = None

    def collect(self) -> Iterator[GaugeMetricFamily]:
        if self.moment is None:
            return
        lead, figures = self.moment.lead, self.moment.figures
        yield _gauge("docsbot_leader", "1 where this process leads, 0 where it stands by", lead.leads)
        yield _gauge("docsbot_lease_term", "Which leader this is, counted; 0 where it stands by", lead.term)
        yield _gauge("docsbot_troubles", "What `docsbot health` would say does not work", self.moment.troubles)
        yield _gauge("docsbot_database_up", "1 where the database gave figures in time", figures is not None)
        if lead.leads and figures is not None:
            yield from self._queue(figures)
            yield _gauge("docsbot_updates_waiting", "Updates of Telegram in the inbox", figures.updates.count)
            yield _gauge(
                "docsbot_oldest_update_seconds", "Age of the first of them", self._age_s(figures.updates.since)
            )
            yield _gauge(
                "docsbot_outcomes_undelivered", "Outcomes that Telegram has not accepted", figures.undelivered.count
            )
            yield _gauge(
                "docsbot_oldest_undelivered_seconds", "Age of the first of them", self._age_s(figures.undelivered.since)
            )

    def _queue(self, figures: Figures) -> Iterator[GaugeMetricFamily]:
        waiting = figures.waiting.items()
        yield _by_login(
            "docsbot_requests_waiting", "Requests in the queue", {login: queue.count for login, queue in waiting}
        )
        yield _by_login(
            "docsbot_oldest_waiting_seconds",
            "Age of the first request in the queue",
            {login: self._age_s(queue.since) for login, queue in waiting},
        )
        yield _by_login("docsbot_request_running", "1 while a request is at SMS Center", figures.running)
        yield _by_login("docsbot_login_paused", "1 until `/resume`", figures.paused)

    def _age_s(self, since: datetime | None) -> float:
        return 0.0 if since is None else max(0.0, (self._clock.now() - since).total_seconds())


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, says, value=float(value))


def _by_login(name: str, says: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, says, labels=["login"])
    for login, value in values.items():
        family.add_metric([login], float(value))
    return family
