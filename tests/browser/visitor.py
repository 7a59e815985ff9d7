"""What a visitor of the page does and sees, in the words of the tests."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from anyio.from_thread import BlockingPortal
from playwright.sync_api import Locator, Page, expect

from sandbox.demo.stage import Stage

T = TypeVar("T")

ANNA, BORIS, OLGA, IVAN = 1001, 1002, 1003, 1004
TEAM, FORUM = -1001000000001, -1001000000002


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo: the page's address, and the stage behind it (which lives in another thread)."""

    url: str
    stage: Stage
    portal: BlockingPortal

    def look(self, at: Callable[[Stage], T]) -> T:
        """Look at the stage, in its own thread."""
        return self.portal.call(at, self.stage)

    def requests(self, login: str | None = None) -> int:
        """Return how often SMS Center was asked."""
        return self.look(lambda stage: len(stage.centre.journal.of(login)))

    def invoices(self) -> int:
        """Return how many invoices there are."""
        return self.look(lambda stage: len(stage.centre.invoices))


class Visitor:
    """Somebody at the page."""

    def __init__(self, page: Page, *, phone: bool) -> None:
        self.page = page
        self.phone = phone
        expect(page.locator("#person option")).to_have_count(4)

    def enter(self, title: str = "docsbot") -> None:
        """Open a chat, from the list."""
        if self.phone and not self.page.locator("#chats").is_visible():
            self.page.locator("#back").click()
        self.page.locator("#chats .chat", has=self.page.locator(".chat-title", has_text=title)).click()
        expect(self.page.locator("#chat-title")).to_have_text(title)

    def start(self) -> None:
        """Press START where the bot was never written to."""
        expect(self.page.locator("#messages > *")).not_to_have_count(0)
        if self.page.locator("#start").is_visible():
            self.page.locator("#start").click()
            expect(self.page.locator(".message.theirs").first).to_be_visible()

    def speak(self, language: str) -> None:
        """Switch to the Telegram of another language."""
        self.page.locator(f"#language input[value={language}]").check()
        expect(self.page.locator("html")).to_have_attribute("lang", language)

    def write(self, text: str) -> Locator:
        """Send a message and return it."""
        self.start()
        field = self.page.locator("#text")
        field.fill(text)
        if self.page.locator("#commands").is_visible():
            field.press("Escape")
        field.press("Enter")
        message = self.page.locator(".message.mine", has_text=text).last
        expect(message).to_be_visible()
        return message

    def answer(self, to: str, saying: str = "") -> Locator:
        """Return the bot's latest answer to a message, found by its quote."""
        answers = self.page.locator(".message.theirs", has=self.page.locator(".quote", has_text=to))
        return answers.filter(has=self.page.locator(".bubble", has_text=saying)).last

    def behind_the_scenes(self) -> None:
        """Open the side panel, where it is not open anyway."""
        if not self.page.locator("#panel").is_visible():
            self.page.locator("#show-panel").click()

    def back_to_chat(self) -> None:
        """Close the side panel where it covers the chat."""
        if self.phone:
            self.page.locator("#hide-panel").click()

    def trouble(self, name: str) -> None:
        """Press a button of the side panel."""
        self.behind_the_scenes()
        self.page.locator("#panel").get_by_role("button", name=name, exact=True).click()
        self.back_to_chat()
