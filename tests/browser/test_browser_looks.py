"""How the page looks: nothing is cut off, everything has a name, and the README's pictures are of today.

`DOCSBOT_PICTURES=1 make test` writes the pictures into docs/pictures.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal
from playwright.sync_api import expect

from sandbox.demo.stage import Stage
from tests.browser.conftest import new_demo
from tests.browser.visitor import ANNA, BORIS, FORUM, OLGA, TEAM, Demo, Visitor

Visit = Callable[..., Visitor]

PACE = 10.0

MISFITS = """() => {
  const wrong = [];
  const name = (element) => `${element.tagName}.${element.className} "${element.textContent.slice(0, 40)}"`;
  for (const element of document.querySelectorAll("#app *, dialog[open] *")) {
    if (!element.checkVisibility() || element.closest("svg, .visually-hidden, .examples, .topics")) continue;
    const box = element.getBoundingClientRect();
    if (box.width === 0) continue;
    if (box.left < -0.5 || box.right > innerWidth + 0.5) wrong.push(`beyond the screen: ${name(element)}`);
    const style = getComputedStyle(element);
    const cut = style.overflowX !== "visible" && style.textOverflow !== "ellipsis";
    if (cut && element.scrollWidth > element.clientWidth + 1) wrong.push(`cut off: ${name(element)}`);
    if (element.matches("button, a, input, select, textarea") && !element.closest("[aria-hidden]")) {
      const label = element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent;
      if (!label.trim()) wrong.push(`without a name: ${name(element)}`);
    }
  }
  return wrong;
}"""

CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3]));
  const ground = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) layers.push(rgba(getComputedStyle(one).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const wrong = [];
  for (const element of document.querySelectorAll("#app *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || element.closest(".visually-hidden, svg, :disabled")) continue;
    const under = ground(element);
    const text = over(rgba(getComputedStyle(element).color), under);
    const [a, b] = [light(text), light(under)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) wrong.push(`${ratio.toFixed(2)} ${element.className}: ${element.textContent.slice(0, 30)}`);
  }
  return wrong;
}"""


@pytest.fixture(scope="module")
def scene(portal: BlockingPortal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo in which a few things have been said."""
    with new_demo(portal, tmp_path_factory.mktemp("scene"), PACE) as made:
        portal.call(converse, made.stage)
        yield made


async def converse(stage: Stage) -> None:
    """Let there be a document, a mistake, and requests that wait, in a chat and in a group."""
    telegram = stage.telegram
    for text in "/invoice bob 1,234", "/invoice alice 1500", "/act alice 7":
        asked = telegram.say(ANNA, ANNA, text)
        await telegram.next_message(ANNA, after=asked, timeout=20)
    for person, text in (BORIS, "/act bob 8"), (OLGA, "/invoice bob 2 300,50 Реклама"):
        asked = telegram.say(person, TEAM, text)
        await telegram.next_message(TEAM, after=asked, timeout=20)


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pictures go."""
    if os.environ.get("DOCSBOT_PICTURES"):
        folder = Path("docs/pictures")
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    return tmp_path_factory.mktemp("pictures")


def check(visitor: Visitor) -> None:
    # Whatever moves has come to rest.
    visitor.page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
    assert visitor.page.evaluate(MISFITS) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_conversation(scene: Demo, visit: Visit, size: str, theme: str, album: Path) -> None:
    visitor = visit(scene, ANNA, chat=ANNA, size=size, theme=theme)
    page = visitor.page
    expect(visitor.answer("/act alice 7")).to_be_visible()
    for thumbnail in page.locator(".thumbnail").all():
        thumbnail.evaluate("image => image.decode()")
    if size == "desktop":
        expect(page.locator(".journal li").first).to_be_visible()
    check(visitor)
    assert page.evaluate(CONTRAST) == []
    page.screenshot(path=album / f"page-{size}-{theme}.png")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_behind_the_scenes_and_the_list_on_a_phone(scene: Demo, visit: Visit, theme: str, album: Path) -> None:
    visitor = visit(scene, OLGA, size="phone", theme=theme)
    check(visitor)
    assert visitor.page.evaluate(CONTRAST) == []
    visitor.enter("Accounts")
    check(visitor)
    visitor.behind_the_scenes()
    expect(visitor.page.locator("#vendor-title")).to_be_visible()
    visitor.page.get_by_role("button", name="Error 4").click()
    expect(visitor.page.locator("#troubles .chosen")).to_have_text("4")
    check(visitor)
    assert visitor.page.evaluate(CONTRAST) == []
    visitor.page.get_by_role("button", name="Call it all off").click()
    expect(visitor.page.locator("#troubles .chosen")).to_have_count(0)
    for part in ".sections", ".dock":
        visitor.page.locator(part).evaluate("part => part.scrollTo(0, 0)")
    visitor.page.screenshot(path=album / f"behind-phone-{theme}.png")


@pytest.mark.parametrize("width", [320, 760, 1000, 1100, 1900])
def test_other_widths(scene: Demo, visit: Visit, width: int) -> None:
    visitor = visit(scene, BORIS, chat=FORUM)
    visitor.page.set_viewport_size({"width": width, "height": 700})
    visitor.page.locator("#text").fill("/")
    expect(visitor.page.locator("#commands")).to_be_visible()
    check(visitor)
    visitor.page.locator("#text").fill("a_very_long_word_" * 20 + "\n" * 9)
    check(visitor)
    if not visitor.page.locator("#panel").is_visible():
        visitor.page.locator("#show-panel").click()
    check(visitor)


def test_the_document(scene: Demo, visit: Visit, size: str, album: Path) -> None:
    visitor = visit(scene, ANNA, chat=ANNA, size=size)
    visitor.page.locator(".document").first.click()
    picture = visitor.page.locator("#viewer img")
    picture.evaluate("image => image.decode()")
    check(visitor)
    visitor.page.screenshot(path=album / f"document-{size}.png")


def test_the_page_speaks_both_languages_completely(scene: Demo, visit: Visit) -> None:
    page = visit(scene, ANNA).page
    words = page.evaluate("async () => (await import('./js/words.js')).WORDS")
    assert words["en"].keys() == words["ru"].keys()
    for name, english in words["en"].items():
        places = [sorted(part.split("}")[0] for part in text.split("{")[1:]) for text in (english, words["ru"][name])]
        assert places[0] == places[1], name
    used = page.evaluate(
        "[...document.querySelectorAll('[data-words], [data-label]')]"
        ".flatMap((one) => [one.dataset.words, one.dataset.label]).filter(Boolean)"
    )
    assert set(used) <= words["en"].keys()
