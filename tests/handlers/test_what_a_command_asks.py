"""What one command asks of the database on its way to SMS Center and to the document: these figures do not depend on
the machine, and no change may raise them unseen."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bot.delivery.outcomes import OutcomeDelivery
from bot.messaging import inbox
from bot.smscentre import Created
from db.models import Request
from tests.support.stage import ANNA, TEAM, Stage

PDF = b"%PDF-1.4\n%%EOF\n"
_OURS = ("BEGIN", "SELECT set_config")


@dataclass
class Asked:
    """What was asked of an engine so far."""

    reads: int = 0
    writes: int = 0
    statements: list[str] = field(default_factory=list)

    @property
    def figures(self) -> tuple[int, int, int]:
        """Write transactions, read transactions, statements."""
        return self.writes, self.reads, len(self.statements)

    def began(self, connection: Connection) -> None:
        if connection.get_execution_options().get("docsbot_read_only", False):
            self.reads += 1
        else:
            self.writes += 1

    def noted(self, _c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(_OURS):
            self.statements.append(statement)


async def _ask(on: Stage, delivery: OutcomeDelivery, text: str, chat: int) -> tuple[tuple[int, int, int], Asked]:
    """Say a command to an idle bot; return what is asked until SMS Center is, and until its delivery is recorded."""
    asked, at_vendor, delivered = Asked(), asyncio.get_running_loop().create_future(), asyncio.Event()

    async def call(request: Request) -> Created | bytes:
        at_vendor.set_result(asked.figures)
        # SMS Center takes longer than what is left of the handler.
        if handling := on.app.dispatcher._tasks.values():
            await asyncio.wait(handling)
        return Created("9001", None, PDF) if request.makes_invoice else PDF

    on.app.scheduler._calls._call = call
    delivery.recorded.listen(lambda _: delivered.set())
    engine = on.app.database.engine.sync_engine
    event.listen(engine, "begin", asked.began)
    event.listen(engine, "before_cursor_execute", asked.noted)
    try:
        async with asyncio.timeout(10):
            await on.poll(_message(2, text, chat))
            await delivered.wait()
    finally:
        event.remove(engine, "begin", asked.began)
        event.remove(engine, "before_cursor_execute", asked.noted)
    return await at_vendor, asked


@pytest.mark.parametrize(
    ("text", "chat", "to_vendor", "to_the_end"),
    [
        ("/invoice alice 1500", ANNA, (2, 1, 9), (4, 2, 17)),
        ("/act alice 7", ANNA, (2, 1, 7), (4, 2, 15)),
        ("/act alice 7", TEAM, (2, 1, 7), (4, 2, 16)),
    ],
)
async def test_two_commits_to_the_vendor_one_for_its_answer_and_one_for_the_delivery(
    on_stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    chat: int,
    to_vendor: tuple[int, int, int],
    to_the_end: tuple[int, int, int],
) -> None:
    # However slow the machine is, that the update has ended shares the commit of the answer.
    monkeypatch.setattr(inbox, "_SHARES_A_COMMIT_WITHIN_S", 60.0)
    (delivery,) = (worker for worker in on_stage.app.workers if isinstance(worker, OutcomeDelivery))
    # What both do at a start is done before, however slow the database is.
    await on_stage.app.scheduler._turn()
    await delivery.work()
    at_work = [asyncio.create_task(worker.run()) for worker in (on_stage.app.scheduler, delivery)]
    await on_stage.poll(_message(1, "/help", chat))
    await on_stage.app.inbox.close(())
    await asyncio.sleep(0.05)

    at_vendor, asked = await _ask(on_stage, delivery, text, chat)

    assert at_vendor == to_vendor, "\n".join(asked.statements)
    assert asked.figures == to_the_end, "\n".join(asked.statements)
    for task in at_work:
        task.cancel()
    await asyncio.gather(*at_work, return_exceptions=True)


def _message(number: int, text: str, chat: int) -> dict[str, Any]:
    message = {
        "message_id": number,
        "date": 1_795_348_800,
        "chat": {"id": chat, "type": "private"} if chat > 0 else {"id": chat, "type": "group", "title": "Team"},
        "from": {"id": ANNA, "is_bot": False, "first_name": "Anna", "language_code": "en"},
        "text": text,
        "entities": [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}],
    }
    return {"update_id": number, "message": message}
