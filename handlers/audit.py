"""`/audit [person|#request|sub-client]`, for admins in private: who did what, and when; by pages, and as a file."""

import re
from collections.abc import Sequence
from datetime import tzinfo

from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from bot.access.policy import Action
from bot.audit import wording as audit_wording
from bot.audit.reading import AuditFilter, AuditLog, AuditPage
from bot.language.translator import Translator
from bot.messaging.keyboards import keyboard, pages
from bot.messaging.messenger import Messenger
from bot.runtime.clock import Clock
from handlers.context import Button, Command, Press

AUDIT = "audit"
AUDIT_FILE = "auditfile"

_ID = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"#[0-9]{1,18}")


class AuditCommand:
    """Shows the audit by pages, and sends it as a file."""

    def __init__(self, log: AuditLog, messenger: Messenger, clock: Clock, zone: tzinfo | None) -> None:
        self._log = log
        self._messenger = messenger
        self._clock = clock
        self._zone = zone

    @property
    def buttons(self) -> Sequence[Button]:
        """What the buttons under a page do."""
        return [
            Button(AUDIT, self.page, 2, Action.READ_LISTS),
            Button(AUDIT_FILE, self.file, 1, Action.READ_LISTS),
        ]

    async def __call__(self, command: Command) -> None:
        page = await self._log.ask(read_filter(command.args), command.person, command.to)
        await command.reply(self._text(command.t, page), _buttons(command.t, page))

    async def page(self, press: Press) -> None:
        """Turn to another page."""
        page = await self._log.page(*press.args)
        if page is None:
            await self._out_of_date(press)
            return
        await press.answer()
        await press.edit(self._text(press.t, page), _buttons(press.t, page))

    async def file(self, press: Press) -> None:
        """Send all of it as a file."""
        content = await self._log.file(press.args[0], press.t.language)
        if content is None:
            await self._out_of_date(press)
            return
        await press.answer()
        name = f"audit_{self._clock.now():%Y-%m-%d}.csv"
        caption = press.t.say("Who did what, and when; newest first.")
        await self._messenger.send_document(press.origin, content, name, caption)

    async def _out_of_date(self, press: Press) -> None:
        text = press.t.say("This list is out of date: send /audit again.")
        await press.answer(text)

    def _text(self, t: Translator, page: AuditPage) -> Markup:
        if not page.entries:
            return t.say("No entries match.")
        now = self._clock.now()
        return Markup("\n").join(
            audit_wording.line(
                t,
                entry,
                page.requests.get(entry.request_id or 0),
                t.clock_time(entry.at, now=now),
                zone=self._zone,
                subject=page.names.get(entry.subject_id or 0),
            )
            for entry in page.entries
        )


def read_filter(args: str) -> AuditFilter:
    """Read what is asked for: a person's or a chat's ID, `#17` for a request, or a name; nothing means everything."""
    words = args.strip()
    if not words:
        return AuditFilter()
    if _ID.fullmatch(words):
        return AuditFilter(person=int(words))
    if _NUMBER.fullmatch(words):
        return AuditFilter(number=int(words[1:]))
    return AuditFilter(name=words)


def _buttons(t: Translator, page: AuditPage) -> InlineKeyboardMarkup | None:
    if not page.entries:
        return None
    turn = pages(t, AUDIT, page.number, page.more, page.question_id)
    return keyboard([turn, [(t.say("CSV file"), f"{AUDIT_FILE}:{page.question_id}")]])
