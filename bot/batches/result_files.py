"""The files of a batch's result, one at a time: ZIP files with its PDFs, then the table of all rows."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.batches.archive import Archive, part_name, parts
from bot.batches.result_table import table
from bot.documents.wording import file_name
from bot.domain import State
from bot.language.translator import Translator
from db import batch_rows, documents
from db.models import StoredBatch

_AT_ONCE = 20
"""PDFs that are unpacked in memory at a time."""


@dataclass(frozen=True, slots=True)
class ResultFile:
    """A file of a result."""

    name: str
    content: bytes
    last: bool


async def result_file(session: AsyncSession, t: Translator, batch: StoredBatch, index: int) -> ResultFile | None:
    """Make a batch's file number `index` (from 0); None if there are not so many."""
    rows = await batch_rows.rows(session, batch.id)
    made = {row.number: request for row, request in rows if request is not None and request.state is State.DONE}
    sizes = await documents.sizes(session, [request.id for request in made.values()])
    kept = {number: request for number, request in made.items() if request.id in sizes}
    # Packed together they have the row's number in front, so that they sort as the rows do.
    names = {
        number: file_name(t, request) if batch.each_pdf else f"{number:03}-{file_name(t, request)}"
        for number, request in kept.items()
    }
    packed = [] if batch.each_pdf else list(parts((number, sizes[kept[number].id]) for number in kept))
    stem = t.say("batch-{id}", id=batch.id).unescape()
    if index > len(packed):
        return None
    if index < len(packed):
        part = {names[number]: kept[number].id for number in packed[index]}
        return ResultFile(part_name(stem, index, packed), await _pack(session, part), last=False)
    content = await asyncio.to_thread(table, t, batch, rows, names)
    return ResultFile(f"{stem}.xlsx", content, last=True)


async def _pack(session: AsyncSession, part: Mapping[str, int]) -> bytes:
    archive, names = Archive(), list(part)
    for begin in range(0, len(names), _AT_ONCE):
        some = names[begin : begin + _AT_ONCE]
        pdfs = await documents.pdfs(session, [part[name] for name in some])
        await asyncio.to_thread(archive.add, {name: pdfs[part[name]] for name in some if part[name] in pdfs})
    return await asyncio.to_thread(archive.close)
