"""A newcomer's way to the first invoice, on a desk and on a phone."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.visitor import ANNA, Demo, Visitor

Visit = Callable[..., Visitor]


def test_from_start_to_the_first_invoice(fresh_demo: Demo, visit: Visit, size: str) -> None:
    demo = fresh_demo
    visitor = visit(demo, ANNA, size=size)
    page = visitor.page
    visitor.enter()
    page.locator("#start").click()
    expect(page.locator(".message.theirs").last).to_contain_text("/invoice alice 1500.50")

    text = page.locator("#text")
    text.press_sequentially("/in")
    expect(page.locator("#commands").get_by_role("option")).to_have_count(1)
    text.press("Enter")
    expect(text).to_have_value("/invoice ")
    text.press_sequentially("alice 1500")
    text.press("Enter")
    expect(text).to_have_value("")

    answer = visitor.answer("/invoice alice 1500", "Invoice No.")
    document = answer.locator(".document")
    expect(document).to_contain_text(".pdf")
    answer.locator(".thumbnail").evaluate("image => image.decode()")
    assert demo.invoices() == 1

    document.click()
    viewer = page.locator("#viewer")
    viewer.locator("img").evaluate("image => image.decode()")
    expect(viewer.locator("figcaption")).to_contain_text("Счёт на оплату")
    with page.expect_download() as download:
        page.locator("#viewer-download").click()
    sent = demo.look(lambda stage: [document.content for document in stage.telegram.documents(ANNA)])
    assert [Path(download.value.path()).read_bytes()] == sent
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()


def test_a_click_on_an_example_fills_it_in(demo: Demo, visit: Visit) -> None:
    visitor = visit(demo, ANNA)
    visitor.write("/help")
    visitor.answer("/help").get_by_role("button", name="/act alice 7").first.click()
    expect(visitor.page.locator("#text")).to_have_value("/act alice 7")


def test_a_document_is_announced(demo: Demo, visit: Visit) -> None:
    visitor = visit(demo, ANNA)
    visitor.page.get_by_role("switch", name="Slow SMS Center").click()
    try:
        visitor.write("/act bob 8")
        expect(visitor.page.locator("#chat-subtitle")).to_have_text("docsbot is sending a document…")
        expect(visitor.answer("/act bob 8").locator(".document")).to_be_visible()
        expect(visitor.page.locator("#chat-subtitle")).to_have_text("bot")
    finally:
        visitor.trouble("Call it all off")


def test_the_language_of_ones_telegram(demo: Demo, visit: Visit) -> None:
    visitor = visit(demo, ANNA)
    visitor.speak("ru")
    try:
        expect(visitor.page.locator("#panel h2")).to_have_text("За кулисами")
        visitor.write("/invoice bob минус")
        expect(visitor.answer("/invoice bob минус")).to_contain_text("1 500,50")
    finally:
        visitor.speak("en")
    expect(visitor.page.locator("#panel h2")).to_have_text("Behind the scenes")
