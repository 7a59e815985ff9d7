"""`/batch`: a file of many rows; the command alone explains it and sends templates to fill in."""

import asyncio

from markupsafe import Markup

from bot.batches import wording
from bot.batches.buttons import of_preview
from bot.batches.desk import BatchDesk, Preview
from bot.batches.rows import Mistake
from bot.batches.tables import MAX_FILE, FileProblem, FileRefusal
from bot.batches.workbook import csv_template, marked, xlsx_template
from bot.conversation.questions import Questions
from bot.documents.requests import UnknownLogin
from bot.language.translator import Translator
from bot.messaging.attachments import Attachments
from bot.messaging.messenger import Messenger
from bot.runtime.clock import Clock
from handlers.batches.mistakes import file_refused, mistake_of_row
from handlers.context import Attachment, Command
from handlers.intake import refused
from handlers.lost_logins import LostLogins


class BatchCommand:
    """Explains batches, and takes the files: with the command as their caption, or as the answer to it."""

    def __init__(
        self,
        desk: BatchDesk,
        attachments: Attachments,
        questions: Questions,
        lost_logins: LostLogins,
        messenger: Messenger,
        clock: Clock,
    ) -> None:
        self._desk = desk
        self._attachments = attachments
        self._questions = questions
        self._lost_logins = lost_logins
        self._messenger = messenger
        self._clock = clock

    async def __call__(self, command: Command) -> None:
        if command.attachment is not None:
            await self._take(command, command.attachment)
            return
        question = await self._questions.ask_batch_file(command.person, command.to)
        if question.message_id is None and not question.answered:
            await self._send_templates(command)
            message_id = await command.reply(_explained(command.t, private=command.private))
            await self._questions.asked_with(question, message_id)

    async def replied(self, command: Command) -> bool:
        """Take a file that answers `/batch`: a reply to the bot's words or, in private, the next file."""
        if command.attachment is None:
            return False
        question = await self._questions.batch_file_asked_by(
            command.to.chat_id,
            command.replied_to,
            command.person,
            command.to.reply_to,
            next_message=command.private,
        )
        if question is None:
            return False
        await self._take(command, command.attachment)
        await self._questions.answered(question, command.to.reply_to)
        return True

    async def _send_templates(self, command: Command) -> None:
        t = command.t
        name = t.say("batch").unescape()
        for ending, make in (("xlsx", xlsx_template), ("csv", csv_template)):
            content = await asyncio.to_thread(make, t.language)
            await self._messenger.send_document(command.to, content, f"{name}.{ending}", Markup(""))

    async def _take(self, command: Command, attachment: Attachment) -> None:
        t = command.t
        if attachment.size > MAX_FILE:
            await command.reply(file_refused(t, FileRefusal(FileProblem.TOO_BIG)))
            return
        content = await self._attachments.fetch(attachment.file_id)
        if content is None:
            await command.reply(t.say("Telegram did not give me the file. Please send it again."))
            return
        file = await self._desk.read(content)
        if isinstance(file, FileRefusal):
            await command.reply(file_refused(t, file))
            return

        def explain(mistake: Mistake) -> str:
            return mistake_of_row(t, mistake)

        result = await self._desk.preview(file, command.person, command.to, explain)
        if isinstance(result, Preview):
            await self._show(command, result)
            await self._lost_logins.tell(command.caller, command.to)
        elif isinstance(result, UnknownLogin):
            await self._lost_logins.refuse(command.caller, command.to, result.login)
        elif (text := refused(t, result)) is not None:
            await command.reply(text)

    async def _show(self, command: Command, shown: Preview) -> None:
        t, batch = command.t, shown.batch
        if batch.message_id is not None:
            return
        if shown.run.mistakes:
            content = await asyncio.to_thread(marked, shown.file, shown.run.mistakes, t.language)
            await self._messenger.send_document(
                command.to,
                content,
                t.say("batch-{id}", id=batch.id).unescape() + ".xlsx",
                t.say("What is wrong stands in the last column."),
            )
        message_id = await command.reply(wording.preview(t, shown, self._clock.now()), of_preview(t, shown.choices))
        await self._desk.shown_with(batch.id, message_id)


def _explained(t: Translator, *, private: bool) -> Markup:
    rows = t.say(
        "A batch is a file with many rows: each with a sum becomes an invoice, each with an act or an invoice ID is "
        "fetched. Fill in one of the templates (XLSX or CSV, up to 500 rows)."
    )
    how = (
        t.say("Send it to me now, or at any time with the caption <code>/batch</code>.")
        if private
        else t.say("Send it as a reply to this message, or at any time with the caption <code>/batch</code>.")
    )
    then = t.say("First I show you what is in it; nothing goes to SMS Center before you press Start.")
    return Markup("\n").join([rows, how, then])
