"""Files as rows of the database."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.batches.cells import to_json
from bot.batches.preview import DryRun
from bot.batches.rows import Batch
from bot.documents.intents import likeness, wish_to_json
from bot.domain import BatchState, Destination, Person
from db.models import StoredBatch, StoredBatchRow


def new_batch(file: Batch, requester: Person, origin: Destination, login: str, key: str) -> StoredBatch:
    """Make the row of a batch that is not started."""
    if origin.reply_to is None:
        raise ValueError("a batch comes from a message")
    return StoredBatch(
        chat_id=origin.chat_id,
        thread_id=origin.thread_id,
        reply_to=origin.reply_to,
        origin_chat_id=origin.chat_id,
        origin_message_id=origin.reply_to,
        requester_id=requester.id,
        requester_name=requester.name,
        language=requester.language,
        login=login,
        key=key,
        headings=list(file.layout.headings),
        columns={str(index): column.value for index, column in file.layout.columns.items()},
        state=BatchState.PREVIEWED,
        files_sent=0,
    )


async def keep(session: AsyncSession, batch: StoredBatch, file: Batch, run: DryRun, now: datetime) -> StoredBatch:
    """Store a batch with its rows."""
    batch.created_at = now
    session.add(batch)
    await session.flush()
    session.add_all(_rows(batch.id, file, run.mistakes, run.doubtful))
    await session.flush()
    return batch


def _rows(
    batch_id: int, file: Batch, mistakes: Mapping[int, str], doubtful: frozenset[int]
) -> Iterator[StoredBatchRow]:
    wishes = file.wishes()
    for row in file.rows:
        number = row.row.number
        wish = wishes.get(number)
        yield StoredBatchRow(
            batch_id=batch_id,
            number=number,
            cells=to_json(row.row.cells),
            wish=None if wish is None else wish_to_json(wish) | ({"named": row.named} if row.named else {}),
            likeness=None if wish is None else likeness(wish),
            mistake=mistakes.get(number),
            doubtful=number in doubtful,
            waiting=False,
        )
