"""Behind the scenes: the time line, the queue, and a bot that is killed."""

from collections.abc import Callable
from itertools import pairwise

from playwright.sync_api import expect

from tests.browser.visitor import ANNA, IVAN, Demo, Visitor

Visit = Callable[..., Visitor]

_EDGES = "windows => windows.map(window => window.getBoundingClientRect()).map(box => [box.left, box.right])"


def test_a_killed_bot_comes_back_and_loses_nothing(demo: Demo, visit: Visit, size: str) -> None:
    visitor = visit(demo, ANNA, chat=ANNA, size=size)
    command = "/invoice bob 777.01" if size == "desktop" else "/invoice bob 777.02"
    before, starts = demo.invoices(), demo.look(lambda stage: stage.bot.starts)
    visitor.trouble("Kill the bot")
    visitor.write(command)
    expect(visitor.answer(command).locator(".document")).to_be_visible()
    assert demo.invoices() == before + 1
    assert demo.look(lambda stage: stage.bot.starts) == starts + 1
    visitor.behind_the_scenes()
    expect(visitor.page.locator("#bot")).to_contain_text("running")
    expect(visitor.page.locator("#bot")).to_contain_text(f"start No. {starts + 1}")


def test_the_pace_is_seen_on_the_time_line(demo: Demo, visit: Visit) -> None:
    visitor = visit(demo, ANNA)
    lane = visitor.page.locator("svg[data-login=demo]")
    visitor.write("/act alice 7")
    visitor.write("/act bob 7")
    expect(visitor.answer("/act bob 7").locator(".document")).to_be_visible()
    expect(lane.locator(".window").nth(1)).to_be_visible()
    assert lane.locator(".dot").count() >= 2
    # All at one moment: the time line moves.
    edges = lane.locator(".window").evaluate_all(_EDGES)
    assert all(right <= left + 1.5 for (_, right), (left, _) in pairwise(edges))
    arrived = demo.look(lambda stage: [one.arrived.monotonic for one in stage.centre.journal.of("demo")])
    assert min(later - earlier for earlier, later in pairwise(arrived)) >= 1.0


def test_telegrams_429_only_delays_a_document(demo: Demo, visit: Visit) -> None:
    visitor = visit(demo, ANNA)
    visitor.trouble("Telegram: 429")
    expect(visitor.page.locator("#troubles")).to_contain_text("armed")
    visitor.write("/act bob А-15/2026")
    expect(visitor.answer("/act bob А-15/2026").locator(".document")).to_be_visible()
    expect(visitor.page.locator("#troubles")).not_to_contain_text("armed")


def test_the_page_says_when_the_demo_is_gone(demo: Demo, visit: Visit) -> None:
    visitor = visit(demo, IVAN)
    expect(visitor.page.locator("#banner")).to_be_hidden()
    visitor.page.route("**/events?**", lambda route: route.fulfill(status=204))
    visitor.page.locator("#person").select_option(str(ANNA))
    expect(visitor.page.locator("#banner")).to_be_visible()
