"""The alert rules and the dashboard ask for metrics that the bot has, and each alert has its page."""

import json
import re
from collections.abc import Iterator, Mapping

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from bot.domain import State
from bot.metrics.counters import Metrics
from bot.metrics.exposition import Exposition, Lead
from bot.metrics.server import no_troubles
from bot.metrics.stored import StoredFigures
from bot.queue.changes import QueueChange
from db.engine import Database
from tests.support.databases import Databases, EngineName, migrated
from tests.unit.metrics.conftest import StillClock
from tests.unit.metrics.test_counters import request
from tests.unit.test_docs import OPERATORS, ROOT, anchors

RULES = (ROOT / "deploy/prometheus/alerts.yaml").read_text("utf-8")
ALERTS = re.findall(r"- alert: (\w+)$", RULES, re.MULTILINE)
PROMETHEUS_OWN = {"up": {"job"}}
ADDED_BY_PROMETHEUS = {"job", "instance"}

Values = Mapping[str, set[str]]
"""The values that a metric's labels have, by label."""


def expressions() -> list[str]:
    """Return all that is asked of Prometheus."""
    panels = json.loads((ROOT / "deploy/grafana/docsbot.json").read_text("utf-8"))["panels"]
    asked = [target["expr"] for panel in panels for target in panel.get("targets", [])]
    rules = re.findall(r"^        expr: (?:>-\n)?((?:.+)(?:\n {10}.+)*)", RULES, re.MULTILINE)
    assert len(rules) == len(ALERTS)
    return [*asked, *rules]


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    with databases.new(EngineName.SQLITE, migrated) as made:
        yield made


@pytest.fixture
async def shown(url: str) -> Mapping[str, Values]:
    """What a leader shows, with every label."""
    metrics = Metrics(CollectorRegistry())
    metrics.ask_outbox(lambda rank: rank.value)
    metrics.on_change(QueueChange(ended=tuple(request(state) for state in State)))
    database = Database.open(url)
    figures = StoredFigures(database, ["acme"])
    text = await Exposition(metrics, figures, StillClock(), lambda: Lead(leads=True), no_troubles).text()
    await database.close()
    found: dict[str, dict[str, set[str]]] = {
        name: {label: set() for label in own} for name, own in PROMETHEUS_OWN.items()
    }
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            values = found.setdefault(sample.name, {})
            for label, value in sample.labels.items():
                values.setdefault(label, set()).add(value)
    return found


def test_all_that_is_asked_for_is_there(shown: Mapping[str, Values]) -> None:
    for expression in expressions():
        bare = re.sub(r'"[^"]*"', '""', expression)
        names = set(re.findall(r"\b(?:docsbot|process)_\w+", bare))
        assert names <= set(shown), expression
        asked = set(re.findall(r"\bby \(([\w, ]+)\)", bare))
        grouped = {label for some in asked for label in some.split(", ")}
        have = {label for name in names for label in shown[name]}
        assert grouped <= have | ADDED_BY_PROMETHEUS, expression
        for name, matchers in re.findall(r"\b(\w+)\{([^}]*)\}", expression):
            for label, kind, wanted in re.findall(r'(\w+)(=~|=)"([^"]*)"', matchers):
                if label not in ADDED_BY_PROMETHEUS:
                    values = set(wanted.split("|")) if kind == "=~" else {wanted}
                    assert values <= shown[name][label], expression


def test_every_metric_of_ours_is_looked_at(shown: Mapping[str, Values]) -> None:
    asked = " ".join(expressions())
    families = {re.sub("_(bucket|count|sum|created)$", "", name) for name in shown if name.startswith("docsbot_")}
    assert {name for name in families if name not in asked} == set()


def test_every_alert_names_its_page_and_every_page_is_an_alert_s() -> None:
    assert len(set(ALERTS)) == len(ALERTS)
    pages = re.findall(r"runbook_url: docs/operators/alerts.md#(\w+)$", RULES, re.MULTILINE)
    assert pages == [alert.lower() for alert in ALERTS]
    assert set(pages) == {anchor for anchor in anchors(OPERATORS / "alerts.md") if anchor.startswith("docsbot")}
