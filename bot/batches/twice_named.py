"""Rows that name their sub-client by its name and by its user ID.

SMS Center takes one of the two, and is asked by the ID. So it is the bot that looks whether both may be one sub-client,
and that remembers them, for the duplicate guard, once somebody starts the rows.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.batches.headings import Column
from bot.batches.rows import Batch, BatchRow, Mistake, Pair, RowProblem
from bot.parsing import folded
from db import batch_rows, sub_client_names
from db.models import StoredBatch

_BOTH = {Column.SUB_CLIENT, Column.USER_ID}


async def known_pairs(session: AsyncSession, login: str, file: Batch) -> Collection[Pair]:
    """Return what is known of the names and the user IDs in a file; names are as they are compared."""
    sub_clients = [wish.sub_client for wish in file.wishes().values()]
    names = {one.name for one in sub_clients} | {row.named for row in file.rows}
    numbers = {one.id for one in sub_clients if one.id is not None}
    found = await sub_client_names.of_many(session, login, {folded(name) for name in names if name}, numbers)
    return frozenset((known.name, known.user_id) for known in found)


def without_contradictions(file: Batch, known: Collection[Pair]) -> Batch:
    """Return a file in which a row is wrong whose name and user ID are two sub-clients by `known` or by other rows."""
    pairs = file.pairs()
    by_rows = _Others((name.casefold(), user_id) for name, user_id in pairs.values())
    by_documents = _Others(known)
    wrong = {
        number
        for number, (name, user_id) in pairs.items()
        if by_rows.contradict((name.casefold(), user_id))
        or ((folded(name), user_id) not in known and by_documents.contradict((folded(name), user_id)))
    }
    return replace(file, rows=tuple(_wrong(row) if row.row.number in wrong else row for row in file.rows))


async def remember_pairs(session: AsyncSession, batch: StoredBatch) -> None:
    """Remember what the readable rows of a batch say to be one sub-client."""
    if not _BOTH.issubset(batch.columns.values()):
        return
    wishes = [row.wish for row, _ in await batch_rows.rows(session, batch.id) if row.wish and "named" in row.wish]
    pairs = {(folded(wish["named"]), int(wish["user"][1])) for wish in wishes}
    await sub_client_names.learn_many(session, batch.login, pairs)


class _Others:
    """Which names and user IDs are said to belong together."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self._user_ids: dict[str, set[int]] = defaultdict(set)
        self._names: dict[int, set[str]] = defaultdict(set)
        for name, user_id in pairs:
            self._user_ids[name].add(user_id)
            self._names[user_id].add(name)

    def contradict(self, pair: Pair) -> bool:
        """Say whether the name has another user ID, or the user ID another name."""
        name, user_id = pair
        return bool(self._user_ids[name] - {user_id} or self._names[user_id] - {name})


def _wrong(row: BatchRow) -> BatchRow:
    mistake = Mistake(RowProblem.OTHER_SUB_CLIENT, (row.named or "")[:64], Column.SUB_CLIENT)
    return BatchRow(row.row, mistake, row.named)
