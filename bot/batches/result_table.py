"""What became of each row, as the table that people get. Pure, but up to half a second of work: not for the loop."""

from collections.abc import Mapping, Sequence

from bot.batches.cells import from_json
from bot.batches.headings import Column
from bot.batches.layout import Layout
from bot.batches.tables import Row
from bot.batches.workbook import RowOutcome, result
from bot.documents.failure_wording import failure
from bot.documents.wording import resolved
from bot.domain import CreateInvoice, GetAct, GetInvoice, Resolution, State
from bot.language.translator import Translator
from db.models import Request, StoredBatch, StoredBatchRow

StoredRows = Sequence[tuple[StoredBatchRow, Request | None]]


def table(t: Translator, batch: StoredBatch, rows: StoredRows, names: Mapping[int, str]) -> bytes:
    """Return a sheet of all rows as they came, with what became of each; `names` are those of the PDFs still kept."""
    layout = Layout({int(place): Column(column) for place, column in batch.columns.items()}, tuple(batch.headings))
    cells = [Row(row.number, from_json(row.cells)) for row, _ in rows]
    outcomes = {row.number: _outcome(t, row, request, names.get(row.number, "")) for row, request in rows}
    return result(layout, cells, outcomes, t.language)


def _outcome(t: Translator, row: StoredBatchRow, request: Request | None, name: str) -> RowOutcome:
    if row.mistake is not None:
        return RowOutcome(state=t.say("left out").unescape(), wrong=row.mistake)
    if request is None:
        return RowOutcome(state=t.say("left out").unescape())
    number = _number(request)
    match request.state:
        case State.DONE:
            return RowOutcome(number, t.say("done").unescape(), "" if name else _gone(t), name)
        case State.UNKNOWN if request.resolution is Resolution.CLOSED:
            return RowOutcome(number, t.say("closed").unescape(), resolved(t, request).striptags())
        case State.QUEUED | State.RUNNING:
            # Somebody has pressed its own button since the batch has ended.
            return RowOutcome(number, t.say("under way").unescape())
        case State.UNKNOWN:
            return RowOutcome(
                number,
                t.say("unknown").unescape(),
                t.say("Nobody knows whether the invoice was made. Look for it in SMS Center's cabinet.").unescape(),
            )
        case State.FAILED:
            return RowOutcome(number, t.say("failed").unescape(), failure(t, request).striptags())
        case _:
            return RowOutcome(number, t.say("left out").unescape())


def _gone(t: Translator) -> str:
    return t.say("Its PDF is not kept any more.").unescape()


def _number(request: Request) -> str:
    match request.wish:
        case CreateInvoice():
            return request.invoice_number or ""
        case GetInvoice(id=invoice_id):
            return invoice_id
        case GetAct(num=num, id=act_id):
            return num or f"id:{act_id}"
