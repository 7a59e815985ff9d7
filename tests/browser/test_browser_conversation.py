"""Mistakes, groups, strangers, buttons and hostile text, as people see them."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visitor import ANNA, BORIS, FORUM, IVAN, OLGA, TEAM, Demo, Visitor

Visit = Callable[..., Visitor]


def test_a_mistake_is_explained_and_costs_nothing(demo: Demo, visit: Visit, size: str) -> None:
    visitor = visit(demo, ANNA, chat=ANNA, size=size)
    before = demo.requests()
    visitor.write("/invoice bob 1,234")
    answer = visitor.answer("/invoice bob 1,234")
    expect(answer).to_contain_text("/invoice alice 1500.50")
    expect(answer.locator(".document")).to_have_count(0)
    assert demo.requests() == before


def test_the_vendors_error_is_a_sentence(demo: Demo, visit: Visit) -> None:
    visitor = visit(demo, ANNA)
    visitor.trouble("Error 6")
    visitor.write("/act bob 7")
    answer = visitor.answer("/act bob 7", "#101")
    expect(answer).to_be_visible()
    expect(answer.locator(".document")).to_have_count(0)
    expect(visitor.page.locator(".journal li").first).to_contain_text("error 6")


def test_a_group_sees_it_without_a_reload_and_each_in_their_place(demo: Demo, visit: Visit) -> None:
    boris, anna = visit(demo, BORIS, chat=TEAM), visit(demo, ANNA)
    boris.write("/act alice 8")
    expect(boris.answer("/act alice 8").locator(".document")).to_contain_text(".pdf")
    expect(anna.page.locator(".chat", has_text="Sales team").locator(".badge")).to_be_visible()
    anna.enter("Sales team")
    expect(anna.page.locator(".message.theirs", has_text="/act alice 8").first.locator(".from")).to_have_text("Борис")
    expect(anna.answer("/act alice 8").locator(".document")).to_be_visible()
    expect(anna.page.locator(".chat", has_text="Sales team").locator(".badge")).to_have_count(0)


def test_an_answer_comes_into_its_topic(demo: Demo, visit: Visit) -> None:
    visitor = visit(demo, OLGA, chat=FORUM)
    visitor.page.get_by_role("tab", name="Acts").click()
    visitor.write("/act bob 8")
    expect(visitor.answer("/act bob 8").locator(".document")).to_be_visible()
    visitor.page.get_by_role("tab", name="Invoices").click()
    expect(visitor.page.locator(".message")).to_have_count(0)


def test_a_stranger_gets_nothing(demo: Demo, visit: Visit, size: str) -> None:
    visitor = visit(demo, IVAN, chat=IVAN, size=size)
    before = demo.requests()
    visitor.write("/invoice alice 66")
    # Once an hour, to whatever came first.
    expect(visitor.page.locator(".message.theirs").last).to_contain_text("1004")
    expect(visitor.page.locator(".document")).to_have_count(0)
    assert demo.requests() == before


def test_buttons_press_and_messages_change(demo: Demo, visit: Visit) -> None:
    visitor = visit(demo, BORIS)
    visitor.speak("en")
    visitor.trouble("Cut after creating")
    visitor.write("/invoice bob 100.03")
    unknown = visitor.answer("/invoice bob 100.03")
    keys = unknown.locator(".key")
    expect(keys).to_have_count(3)
    exists, missing, close = (key.inner_text() for key in keys.all())
    keys.get_by_text(missing).click()
    expect(keys).to_have_count(2)
    expect(unknown.locator(".meta")).to_contain_text("edited")
    keys.last.click()
    expect(keys).to_have_text([exists, missing, close])
    keys.get_by_text(close).click()
    expect(keys).to_have_count(0)


def test_a_forced_reply_opens_by_itself(fresh_demo: Demo, visit: Visit) -> None:
    visitor = visit(fresh_demo, OLGA)
    visitor.write("/act А-15/2026")
    expect(visitor.answer("/act А-15/2026")).to_be_visible()
    expect(visitor.page.locator("#context-snippet")).to_contain_text("А-15/2026")
    visitor.page.locator("#text").fill("#102")
    visitor.page.keyboard.press("Enter")
    expect(visitor.answer("/act А-15/2026").locator(".document")).to_be_visible()
    expect(visitor.page.locator("#context")).to_be_hidden()


def test_hostile_text_stays_text(demo: Demo, visit: Visit) -> None:
    visitor = visit(demo, ANNA, chat=TEAM)
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script> javascript:alert(3) &amp; \u202e"
    expect(visitor.write(hostile).locator(".text")).to_have_text(hostile)
    visitor.write(f"/invoice bob 10 {hostile[:28]}")
    expect(visitor.answer("/invoice bob 10").last).to_contain_text("onerror")
    assert visitor.page.locator(".messages script, .messages [onerror]").count() == 0


def test_ones_own_message_is_edited_with_the_keyboard(demo: Demo, visit: Visit) -> None:
    visitor = visit(demo, ANNA, chat=TEAM)
    visitor.write("a first thought")
    text = visitor.page.locator("#text")
    text.press("ArrowUp")
    expect(text).to_have_value("a first thought")
    text.fill("a second thought")
    text.press("Enter")
    edited = visitor.page.locator(".message.mine", has_text="a second thought").last
    expect(edited.locator(".meta")).to_contain_text("edited")
    expect(visitor.page.locator(".message", has_text="a first thought")).to_have_count(0)
