"""Documents of the sandbox's Telegram: their bytes, and their pages as pictures and as text.

Phones and many browsers show no PDF inside a page, so the pages are rendered here.
"""

import asyncio
import io
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import pypdfium2  # type: ignore[import-untyped]
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandbox.demo.stage import Stage
from sandbox.telegram.state import Document

WIDTHS = {"thumbnail": 160, "page": 1400}
"""Pixels across."""

_FOREVER = {"Cache-Control": "private, max-age=86400, immutable"}
_NOT_FOUND = PlainTextResponse("There is no such document.", 404)


class Files:
    """The endpoints below `/files`; a document is named by its `file_id`."""

    def __init__(self, stage: Stage) -> None:
        self._files = stage.cast.bot.files
        # PDFium works in one thread at a time.
        self._turn = asyncio.Lock()
        self._render = lru_cache(128)(_render)

    async def content(self, request: Request) -> Response:
        """Send the document as it came; `?download` has the browser save it."""
        document = self._find(request)
        if document is None:
            return _NOT_FOUND
        pdf = _is_pdf(document)
        shown = "inline" if pdf and "download" not in request.query_params else "attachment"
        return Response(
            document.content,
            media_type="application/pdf" if pdf else "application/octet-stream",
            headers=_FOREVER | {"Content-Disposition": f"{shown}; filename*=UTF-8''{quote(document.name, safe='')}"},
        )

    async def pages(self, request: Request) -> Response:
        """Tell how many pages there are, and what each says."""
        document = self._find(request)
        if document is None or not _is_pdf(document):
            return _NOT_FOUND
        async with self._turn:
            texts = await asyncio.to_thread(_texts, document.content)
        return JSONResponse({"pages": texts}, headers=_FOREVER)

    async def page(self, request: Request) -> Response:
        """Send a page as a picture; `?size=thumbnail` a small one."""
        document, number = self._find(request), request.path_params["number"]
        width = WIDTHS.get(request.query_params.get("size", "page"))
        if document is None or width is None or not _is_pdf(document):
            return _NOT_FOUND
        async with self._turn:
            picture = await asyncio.to_thread(self._render, document.content, number, width)
        return _NOT_FOUND if picture is None else Response(picture, media_type="image/png", headers=_FOREVER)

    def _find(self, request: Request) -> Document | None:
        return self._files.get(request.path_params["file_id"])


def _is_pdf(document: Document) -> bool:
    return document.content.startswith(b"%PDF-")


def _texts(content: bytes) -> list[str]:
    with _opened(content) as pdf:
        return [page.get_textpage().get_text_bounded() for page in pdf]


def _render(content: bytes, number: int, width: int) -> bytes | None:
    """Return a page (from 1) as PNG, None if there is no such page."""
    with _opened(content) as pdf:
        if not 1 <= number <= len(pdf):
            return None
        page = pdf[number - 1]
        picture = page.render(scale=width / page.get_width()).to_pil()
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()


def _opened(content: bytes) -> Any:
    return pypdfium2.PdfDocument(content)
