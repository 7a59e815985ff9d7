"""The page in a real browser: the demo's stage with the real bot, and Chromium to look at it."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect, sync_playwright

from sandbox.demo import bot_process
from sandbox.demo.stage import stage
from sandbox.server import serve
from sandbox.web import trouble
from sandbox.web.app import create_app
from tests.browser import chromium
from tests.browser.visitor import Demo, Visitor

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
PACE = 1.0
PATIENCE = 10_000
"""Milliseconds for something to appear, on a slow and busy machine."""

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep these tests in one process, where tests run in several: one browser, and at most one that installs it."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A Chromium. Where there is none the tests are skipped with a word, or fail where they must run (CI)."""
    found = chromium.find()
    if found.path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(found.how)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found.path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def portal(browser: Browser) -> Iterator[BlockingPortal]:  # noqa: ARG001  (without a browser there is nothing to do)
    """An event loop in a thread of its own, for the demo: Playwright needs this one."""
    with start_blocking_portal() as started:
        yield started


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have trouble last long enough to be seen, and no longer."""
    monkeypatch.setattr(trouble, "FLOOD", 1)
    monkeypatch.setattr(trouble, "SLOW", 1.5)
    monkeypatch.setattr(bot_process, "FIRST_PAUSE", 0.1)


@pytest.fixture(scope="package")
def demo(portal: BlockingPortal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo with the real bot, for all tests here; SMS Center's minute lasts a second."""
    with new_demo(portal, tmp_path_factory.mktemp("demo"), PACE) as made:
        yield made


@pytest.fixture
def fresh_demo(portal: BlockingPortal, tmp_path: Path) -> Iterator[Demo]:
    """A demo in which nobody has said anything yet."""
    with new_demo(portal, tmp_path, PACE) as made:
        yield made


@contextmanager
def new_demo(portal: BlockingPortal, folder: Path, pace: float) -> Iterator[Demo]:
    """Run a demo of its own."""
    with portal.wrap_async_context_manager(stage(folder, pace)) as made:
        portal.call(made.ready)
        with portal.wrap_async_context_manager(serve(create_app(made))) as url:
            yield Demo(url, made, portal)


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    """The width of the visitor's screen."""
    return str(request.param)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Open the page as somebody; every page must come through without an error in its console."""
    contexts, troubles = [], list[str]()

    def listen(page: Page) -> None:
        def note(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                troubles.append(message.text)

        page.on("console", note)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("dialog", lambda dialog: troubles.append(f"a dialog: {dialog.message}"))

    def refuse(route: Route) -> None:
        troubles.append(f"asked for {route.request.url}, which is not the demo's own")
        route.abort()

    def open_(
        demo: Demo, person: int, *, chat: int | None = None, size: str = "desktop", theme: str = "light"
    ) -> Visitor:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            has_touch=size == "phone",
            is_mobile=size == "phone",
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        listen(page)
        page.route(re.compile(rf"^(?!{re.escape(demo.url)}/)"), refuse)
        page.goto(f"{demo.url}/#as={person}" + (f"&chat={chat}" if chat is not None else ""))
        return Visitor(page, phone=size == "phone")

    yield open_
    for context in contexts:
        context.close()
    assert not troubles
