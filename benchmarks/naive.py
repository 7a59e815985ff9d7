"""The yardstick: the same commands with the same libraries in 60 lines, and no durability at all.

What it has taken is in memory; a crash loses the queue, and an update that was confirmed to Telegram is gone.
"""

import asyncio
import os
from typing import Any

import httpx
from telegram import Message, Update
from telegram.ext import Application, ApplicationBuilder, CommandHandler, ContextTypes, filters

_PDF = b"%PDF-"
_PEOPLE = [int(id_) for id_ in os.environ["ALLOWED_IDS"].split(",")]
_PACE_S = float(os.environ["SMSC_INTERVAL"])
_URL = f"{os.environ['SMSC_URL']}/sys/documents.php"
_LOGIN, _PASSWORD = os.environ["SMSC_LOGIN"], os.environ["SMSC_PASSWORD"]

Context = ContextTypes.DEFAULT_TYPE
AnyApplication = Application[Any, Any, Any, Any, Any, Any]
_waiting: asyncio.Queue[tuple[Message, dict[str, str]]] = asyncio.Queue()
_deliveries: set[asyncio.Task[Message]] = set()


async def invoice(update: Update, context: Context) -> None:
    """`/invoice <user> <sum>`."""
    user, amount = context.args or ("", "")
    if update.message is not None:
        await _waiting.put((update.message, {"add_account": "1", "user": user, "sum": f"{float(amount):.2f}"}))


async def act(update: Update, context: Context) -> None:
    """`/act <user> <num>`."""
    user, number = context.args or ("", "")
    if update.message is not None:
        await _waiting.put((update.message, {"get_act": "1", "user": user, "num": number}))


async def work() -> None:
    """Send what waits to the vendor, one after the other and no faster than its pace."""
    async with httpx.AsyncClient(timeout=30) as vendor:
        while True:
            message, wish = await _waiting.get()
            form = {"login": _LOGIN, "psw": _PASSWORD, "charset": "utf-8", **wish}
            answer = (await vendor.post(_URL, data=form)).content
            pdf = answer[answer.index(_PDF) :]
            sending = message.reply_document(pdf, filename=f"{wish['user']}.pdf", do_quote=True)
            _deliveries.add(task := asyncio.create_task(sending))
            task.add_done_callback(_deliveries.discard)
            await asyncio.sleep(_PACE_S)


async def start(application: AnyApplication) -> None:
    """Begin to work when the event loop runs."""
    application.bot_data["worker"] = asyncio.create_task(work())


def main() -> None:
    builder = ApplicationBuilder().token(os.environ["TELEGRAM_TOKEN"]).post_init(start)
    application = builder.base_url(f"{os.environ['TELEGRAM_API_URL']}/bot").build()
    application.add_handler(CommandHandler("invoice", invoice, filters.User(_PEOPLE)))
    application.add_handler(CommandHandler("act", act, filters.User(_PEOPLE)))
    application.run_polling()


if __name__ == "__main__":
    main()
