"""Sending the PDFs of a batch as they come: one by itself, several that are there at once as an album."""

import logging
from collections.abc import Sequence

from bot.batches.result_reading import Pdf
from bot.documents import wording
from bot.domain import Destination
from bot.language.translator import Translator
from bot.messaging.messenger import FileGone, Messenger, OutgoingDocument, SentDocument
from db.models import Request

_log = logging.getLogger(__name__)

_Found = Sequence[tuple[Request, OutgoingDocument]]


async def send_pdfs(
    messenger: Messenger, t: Translator, pdfs: Sequence[Pdf], to: Destination
) -> dict[int, SentDocument]:
    """Send PDFs, and return what was sent by the request that it is of; what is not kept any more is left out.

    What Telegram has already is not uploaded. Raises what `Messenger` raises.
    """
    try:
        return await _send(messenger, _found(t, pdfs, kept=True), to)
    except FileGone as gone:
        _log.warning("Telegram has a document no longer: %s", gone)
        return await _send(messenger, _found(t, pdfs, kept=False), to)


def _found(t: Translator, pdfs: Sequence[Pdf], *, kept: bool) -> _Found:
    files = [(pdf.request, (pdf.request.file_id if kept else None) or pdf.content) for pdf in pdfs]
    return [
        (request, OutgoingDocument(wording.file_name(t, request), wording.caption(t, request), file))
        for request, file in files
        if file is not None
    ]


async def _send(messenger: Messenger, found: _Found, to: Destination) -> dict[int, SentDocument]:
    if len(found) > 1:
        sent = await messenger.send_album(to, [document for _, document in found])
    else:
        sent = [await _send_alone(messenger, document, to) for _, document in found]
    return {request.id: document for (request, _), document in zip(found, sent, strict=True)}


async def _send_alone(messenger: Messenger, document: OutgoingDocument, to: Destination) -> SentDocument:
    if isinstance(document.file, str):
        return await messenger.send_kept_document(to, document.file, document.caption)
    return await messenger.send_document(to, document.file, document.name, document.caption)
