"""The page itself: what it says first, where the keyboard goes, what stays in sight, and what a message can carry."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from bot.domain import Role
from db import allowlist
from db.models import AllowedPerson
from sandbox.demo.stage import Stage
from tests.browser.visitor import ANNA, BORIS, IVAN, OLGA, TEAM, Demo, Visitor

Visit = Callable[..., Visitor]

TO_END = "scroller => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight"
COVERED = """jump => {
  const over = jump.getBoundingClientRect();
  const touches = (box) => box.left < over.right && box.right > over.left && box.top < over.bottom
    && box.bottom > over.top;
  const seen = document.querySelector("#scroller").getBoundingClientRect();
  const inSight = (box) => ({ left: box.left, right: box.right, top: Math.max(box.top, seen.top),
    bottom: Math.min(box.bottom, seen.bottom) });
  return [...document.querySelectorAll(".bubble, .key, .chip, #composer button, #text")]
    .filter((one) => touches(one.matches(".bubble, .key") ? inSight(one.getBoundingClientRect())
      : one.getBoundingClientRect())).map((one) => one.textContent);
}"""


def test_the_first_screen_says_what_to_do_and_whose_the_language_is(demo: Demo, visit: Visit) -> None:
    visitor = visit(demo, ANNA, size="phone")
    todo, tongue = visitor.page.locator("#todo"), visitor.page.locator("#tongue")
    expect(todo).to_be_in_viewport()
    expect(todo).to_contain_text("/invoice alice 1500")
    expect(tongue).to_have_text("Anna’s Telegram speaks")
    visitor.page.locator("#person").select_option(str(OLGA))
    expect(todo).to_contain_text("/access")
    expect(tongue).to_have_text("Olga’s Telegram speaks")
    visitor.page.locator("#person").select_option(str(BORIS))
    visitor.speak("ru")
    expect(tongue).to_have_text("Язык в Telegram (Борис)")


def test_the_keyboard_reaches_the_message_first(demo: Demo, visit: Visit) -> None:
    visitor = visit(demo, ANNA, chat=TEAM)
    expect(visitor.page.locator("#text")).to_be_visible()
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.locator("#text")).to_be_focused()


def test_examples_fit_the_person_and_the_place(demo: Demo, visit: Visit) -> None:
    visitor = visit(demo, OLGA)
    visitor.start()
    chips = visitor.page.locator("#examples")
    expect(chips).to_contain_text("/access")
    visitor.enter("Sales team")
    expect(chips).not_to_contain_text("/access")
    visitor.page.locator("#person").select_option(str(IVAN))
    expect(chips.locator(".chip").first).to_have_text("/start")


def test_a_chat_opens_at_its_newest_message_and_the_way_back_covers_nothing(
    demo: Demo, visit: Visit, size: str
) -> None:
    demo.look(lambda stage: [stage.telegram.say(IVAN, TEAM, f"{n}: a line of talk " * 4) for n in range(30)])
    visitor = visit(demo, ANNA, size=size)
    visitor.enter("Sales team")
    scroller, jump = visitor.page.locator("#scroller"), visitor.page.locator("#jump")
    expect(visitor.page.locator(".message").last).to_be_in_viewport()
    assert scroller.evaluate(TO_END) <= 1
    expect(jump).to_be_hidden()
    scroller.evaluate("scroller => scroller.scrollTo(0, scroller.scrollHeight / 2)")
    expect(jump).to_be_visible()
    assert jump.evaluate(COVERED) == []
    if visitor.phone:
        visitor.page.locator("#back").click()
        visitor.enter("Sales team")
    else:
        jump.click()
    expect(jump).to_be_hidden()
    assert scroller.evaluate(TO_END) <= 1


def test_a_notice_goes_with_the_person_whom_it_was_for(demo: Demo, visit: Visit) -> None:
    visitor = visit(demo, ANNA, chat=TEAM)
    attach(visitor, "wishes.csv", b"alice;1500")
    choose(visitor, "a lot.csv", b"x" * (5 * 1024 * 1024 + 1))
    toast = visitor.page.locator("#toast")
    expect(toast).to_contain_text("5 MB")
    expect(visitor.page.locator("#attached-name")).to_have_text("wishes.csv")
    visitor.page.locator("#person").select_option(str(OLGA))
    expect(toast).to_be_hidden()
    expect(visitor.page.locator("#attached")).to_be_hidden()


def test_trouble_stays_in_reach(demo: Demo, visit: Visit, size: str) -> None:
    visitor = visit(demo, ANNA, chat=ANNA, size=size)
    visitor.behind_the_scenes()
    visitor.page.locator("#queue").evaluate("queue => { queue.style.minHeight = '3000px'; }")
    visitor.page.locator(".sections").evaluate("sections => sections.scrollTo(0, 1500)")
    for name in "Kill the bot", "Poison update", "Telegram: 429", "Cut after creating":
        expect(visitor.page.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)


def test_a_queue_of_three_lies_in_sight_above_what_can_be_done(demo: Demo, visit: Visit) -> None:
    visitor = visit(demo, ANNA, chat=ANNA, size="desktop")
    for number in (7, 8):
        command = f"/act alice {number}"
        visitor.write(command)
        expect(visitor.answer(command).last).to_be_visible()
    queue = visitor.page.locator("#queue")
    queue.evaluate("queue => { queue.style.height = '105px'; }")
    box, dock = queue.bounding_box(), visitor.page.locator(".dock").bounding_box()
    assert box is not None
    assert dock is not None
    assert box["y"] + box["height"] <= dock["y"]


def test_a_file_is_attached_and_comes_back_as_it_was(demo: Demo, visit: Visit) -> None:
    content = "алиса;1500\n".encode("cp1251") * 20_000
    visitor = visit(demo, ANNA, chat=TEAM)
    attach(visitor, "wishes.csv", content)
    expect(visitor.page.locator("#attached-size")).to_have_text("215 KB")
    visitor.page.locator("#text").fill("for tomorrow")
    visitor.page.keyboard.press("Enter")
    sent = visitor.page.locator(".message.mine", has_text="for tomorrow")
    expect(sent.locator(".document")).to_contain_text("wishes.csv")
    expect(visitor.page.locator("#attached")).to_be_hidden()
    assert demo.look(lambda stage: stage.telegram.documents(TEAM)[-1].content) == content


def test_a_message_is_forwarded_to_a_chat(demo: Demo, visit: Visit, size: str) -> None:
    demo.look(lambda stage: stage.telegram.say(IVAN, TEAM, f"a thought on a {size}"))
    visitor = visit(demo, ANNA, chat=TEAM, size=size)
    said = visitor.page.locator(".message", has_text=f"a thought on a {size}")
    said.locator(".bubble").click()
    said.get_by_role("button", name="Forward").click()
    visitor.page.locator("#forward .chat", has_text="docsbot").click()
    expect(visitor.page.locator("#chat-title")).to_have_text("docsbot")
    forwarded = visitor.page.locator(".message.mine", has_text=f"a thought on a {size}")
    expect(forwarded).to_contain_text("Forwarded from Ivan")


async def admit_ivan(stage: Stage) -> None:
    async with stage.database.write() as session:
        entry = AllowedPerson(user_id=IVAN, name="Ivan", role=Role.MANAGER, added_by=OLGA, added_at=datetime.now(UTC))
        await allowlist.put(session, entry)
    stage.telegram.world.bell.ring()


def test_a_stranger_who_was_let_in_is_none_any_more(fresh_demo: Demo, visit: Visit) -> None:
    visitor = visit(fresh_demo, IVAN)
    ivan = visitor.page.locator(f"#person option[value='{IVAN}']")
    expect(ivan).to_have_text("Ivan · stranger")
    fresh_demo.portal.call(admit_ivan, fresh_demo.stage)
    expect(ivan).to_have_text("Ivan · manager")
    expect(visitor.page.locator("#todo")).to_contain_text("/invoice alice 1500")


def choose(visitor: Visitor, name: str, content: bytes) -> None:
    visitor.page.locator("#file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})


def attach(visitor: Visitor, name: str, content: bytes) -> None:
    choose(visitor, name, content)
    expect(visitor.page.locator("#attached-name")).to_have_text(name)


@pytest.mark.parametrize("way", ["put away", "answered"])
def test_only_the_newest_question_opens_and_only_while_it_is_open(demo: Demo, visit: Visit, way: str) -> None:
    number = {"put away": 71, "answered": 72}[way]
    visitor = visit(demo, OLGA)
    for one in number * 10, number:
        visitor.write(f"/act {one}")
        expect(visitor.answer(f"/act {one}")).to_be_visible()
    context = visitor.page.locator("#context")
    expect(visitor.page.locator("#context-snippet")).to_contain_text(str(number))
    visitor.enter("Sales team")
    expect(context).to_be_hidden()
    visitor.enter()
    expect(visitor.page.locator("#context-snippet")).to_contain_text(str(number))
    if way == "put away":
        visitor.page.locator("#context-close").click()
    else:
        visitor.page.locator("#text").fill("#102")
        visitor.page.keyboard.press("Enter")
        expect(visitor.page.locator(".message.mine", has_text="#102").last).to_be_visible()
        visitor.page.reload()
        expect(visitor.page.locator(".message").last).to_be_visible()
    visitor.enter("Sales team")
    visitor.enter()
    expect(context).to_be_hidden()
