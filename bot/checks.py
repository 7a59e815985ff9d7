"""What `docsbot health` and the watchdog look at: the database, updates taken, turns done, outcomes delivered."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.app import App
from bot.process.watchdog import Check, DatabaseCheck, Trouble
from db import outcomes

_UNDELIVERED_FOR = timedelta(minutes=30)


def checks(app: App) -> Sequence[Check]:
    """Return what is asked of an application that works."""
    database = DatabaseCheck(app.database)

    async def polls() -> Trouble | None:
        silent = None if app.settings.webhook_url else app.poller.silent_since()
        if silent is None:
            return None
        return Trouble(f"Telegram has not answered a poll since {_moment(silent)}", restart_helps=app.poller.hangs())

    async def updates() -> Trouble | None:
        hanging = app.dispatcher.hanging()
        return None if hanging is None else Trouble(f"the handler of update {hanging} hangs")

    async def turns() -> Trouble | None:
        overdue = app.scheduler.overdue()
        return None if overdue is None else Trouble(f"the queue's turn is overdue since {_moment(overdue)}")

    async def deliveries() -> Trouble | None:
        async with app.database.read() as session:
            since = await outcomes.oldest_undelivered(session)
        if since is None or app.clock.now() - since < _UNDELIVERED_FOR:
            return None
        return Trouble(f"an outcome waits for its delivery since {_moment(since)}")

    return (database.file, database.transaction, polls, updates, turns, deliveries)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
