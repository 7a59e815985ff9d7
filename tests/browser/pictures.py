"""Take the pictures of the managers' guide, in both languages, of the real bot: `make pictures`."""

import sys
import tempfile
from pathlib import Path

from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Browser, expect, sync_playwright

from sandbox.demo.stage import Stage
from sandbox.smscentre.calls import Method
from sandbox.smscentre.faults import Cut
from tests.browser import chromium
from tests.browser.conftest import FLAGS, PATIENCE, SIZES, new_demo
from tests.browser.visitor import ANNA, Demo, Visitor

ALBUM = Path("docs/pictures")
PACE = 2.0


def main() -> int:
    """Take all of them; return 0, or 2 where there is no browser."""
    found = chromium.find()
    if found.path is None:
        print(found.how, file=sys.stderr)
        return 2
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright, start_blocking_portal() as portal:
        browser = playwright.chromium.launch(executable_path=found.path, args=FLAGS)
        for language in ("en", "ru"):
            with tempfile.TemporaryDirectory() as folder, new_demo(portal, Path(folder), PACE) as demo:
                _take(_visit(browser, demo, language), demo, language)
        browser.close()
    return 0


def _visit(browser: Browser, demo: Demo, language: str) -> Visitor:
    width, height = SIZES["phone"]
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=True, is_mobile=True)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{demo.url}/#as={ANNA}")
    visitor = Visitor(page, phone=True)
    visitor.speak(language)
    visitor.enter()
    visitor.start()
    return visitor


def _take(visitor: Visitor, demo: Demo, language: str) -> None:
    def in_(english: str, russian: str) -> str:
        return {"en": english, "ru": russian}[language]

    def shows(label: str) -> None:
        expect(visitor.page.get_by_role("button", name=label, exact=True)).to_be_visible()

    visitor.write("/invoice alice 1500.50")
    expect(visitor.page.locator(".document")).to_have_count(1)
    visitor.write("/act alice 7")
    expect(visitor.page.locator(".document")).to_have_count(2)
    _save(visitor, f"guide-documents-{language}")

    visitor.write("/invoice alice 1500.50")
    shows(in_("Create another", "Создать ещё один"))
    _save(visitor, f"guide-again-{language}")

    latest = visitor.page.locator(".message.theirs").last
    visitor.write("/invoice")
    expect(latest).to_contain_text(in_("Which sub-client", "Для какого субклиента"))
    visitor.write("bob")
    expect(latest).to_contain_text(in_("What sum", "На какую сумму"))
    visitor.write("2300")
    shows(in_("Create the invoice", "Создать счёт"))
    _save(visitor, f"guide-steps-{language}")

    demo.portal.call(_lose_the_next_answer, demo.stage)
    visitor.write("/invoice bob 4000")
    shows(in_("It exists: get the PDF", "Счёт есть: получить PDF"))
    _save(visitor, f"guide-unknown-{language}")


def _lose_the_next_answer(stage: Stage) -> None:
    stage.centre.faults.add(Cut("after"), method=Method.ADD_ACCOUNT)


def _save(visitor: Visitor, name: str) -> None:
    for thumbnail in visitor.page.locator(".thumbnail").all():
        thumbnail.evaluate("image => image.decode()")
    visitor.page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
    visitor.page.screenshot(path=ALBUM / f"{name}.png")


if __name__ == "__main__":
    raise SystemExit(main())
