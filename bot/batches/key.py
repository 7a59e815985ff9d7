"""What tells one batch from another: what its rows ask for, not how its file was written. Pure."""

import hashlib
import json

from bot.batches.headings import NOT_READ
from bot.batches.rows import Batch, BatchRow, Mistake
from bot.batches.tables import text_of
from bot.domain import CreateInvoice, GetAct, GetInvoice, Wish


def key_of(batch: Batch) -> str:
    """Return 64 hexadecimal digits, the same for the same rows.

    The kind of file, its encoding, the order of its rows and columns, its headings' wording, titles, empty rows,
    comments and what the bot wrote into it make no difference.
    """
    rows = sorted(json.dumps(_canonical(row, batch), ensure_ascii=False) for row in batch.rows)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _canonical(row: BatchRow, batch: Batch) -> list[str]:
    if not isinstance(row.asks, Mistake):
        return _of_wish(row.asks)
    cells = []
    for index, cell in enumerate(row.row.cells):
        column = batch.layout.columns.get(index)
        if cell is not None and column not in NOT_READ:
            cells.append(f"{column or index} {text_of(cell)}")
    return ["wrong", *sorted(cells)]


def _of_wish(wish: Wish) -> list[str]:
    user = [wish.sub_client.name or "", str(wish.sub_client.id or "")]
    match wish:
        case CreateInvoice():
            return ["create_invoice", *user, format(wish.amount, ".2f"), wish.service or ""]
        case GetInvoice():
            return ["get_invoice", *user, wish.id]
        case GetAct():
            return ["get_act", *user, wish.num or "", wish.id or ""]
