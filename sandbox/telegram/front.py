"""The Bot API over HTTP, as every client speaks it: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

import json
import re
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.server import AsciiJson, ClientGone, Cut, Hang, unless_gone
from sandbox.telegram.api import BotApi
from sandbox.telegram.faults import Fault, Faults, Trouble
from sandbox.telegram.journal import Call, Journal
from sandbox.telegram.params import Params, Upload
from sandbox.telegram.refusals import Refusal, bad_request
from sandbox.telegram.rules import MAX_DOWNLOAD
from sandbox.telegram.state import Bot

DOWNLOAD = "file"
"""What the journal calls the download of a file, which is no method of the API."""

GARBAGE = b'{"ok":true,"result":'


class Front:
    """Turns HTTP requests into calls of `BotApi`, with scripted trouble on the way, and keeps the journal."""

    def __init__(self, api: BotApi, faults: Faults, journal: Journal) -> None:
        self._api = api
        self._faults = faults
        self._journal = journal

    def routes(self) -> list[BaseRoute]:
        """Return the routes of the Bot API."""
        return [
            Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._download, methods=["GET"]),
        ]

    async def _call(self, request: Request) -> Response:
        token, method = request.path_params["token"], request.path_params["method"]
        bot = self._api.world.bots.get(token)
        if bot is None:
            return self._refused(self._journal.open("", method, {}, {}), _stranger(token))
        try:
            params = await _read(request)
        except Refusal as refusal:
            return self._refused(self._journal.open(bot.user.username or "", method, {}, {}), refusal)
        except ClientDisconnect:
            # What did not arrive whole was never said: no call to note.
            return Hang()
        call = self._journal.open(bot.user.username or "", method, params.plain(), params.files)
        fault = self._faults.take(method)
        if fault is not None and not fault.accepted:
            return self._spoil(call, fault)
        try:
            answer = await unless_gone(request, self._answer(bot, call, params))
        except ClientGone:
            self._close(call, 0, heard=False)
            return Hang()
        if fault is not None:
            return self._spoil(call, fault)
        self._close(call, answer.status_code, heard=True)
        return answer

    async def _answer(self, bot: Bot, call: Call, params: Params) -> Response:
        """Do what was asked and return the answer that Telegram gives."""
        try:
            call.result = await self._api.call(bot, call.method, params)
        except UnicodeEncodeError:
            refusal = bad_request("strings must be encoded in UTF-8")
        except Refusal as refused:
            refusal = refused
        else:
            call.accepted = True
            return AsciiJson({"ok": True, "result": call.result})
        call.description = refusal.description
        return _no(refusal)

    def _refused(self, call: Call, refusal: Refusal) -> Response:
        """Note and return the answer to what never became a call of the API."""
        call.description = refusal.description
        self._close(call, refusal.status, heard=True)
        return _no(refusal)

    def _spoil(self, call: Call, fault: Fault) -> Response:
        """Return what the bot gets in place of the answer."""
        call.trouble = fault.trouble
        if fault.refusal is not None:
            if not call.accepted:
                call.description = fault.refusal.description
            self._close(call, fault.refusal.status, heard=not call.accepted)
            return _no(fault.refusal)
        self._close(call, 200 if fault.trouble is Trouble.GARBLE else 0, heard=False)
        if fault.trouble is Trouble.GARBLE:
            return Response(GARBAGE, media_type="application/json")
        return Cut() if fault.trouble is Trouble.CUT else Hang()

    def _close(self, call: Call, status: int, *, heard: bool) -> None:
        self._journal.close(call, status, heard=heard)
        self._api.world.bell.ring()

    async def _download(self, request: Request) -> Response:
        token, path = request.path_params["token"], request.path_params["path"]
        bot = self._api.world.bots.get(token)
        call = self._journal.open(bot.user.username or "" if bot else "", DOWNLOAD, {"path": path}, {})
        if bot is None:
            return self._refused(call, _stranger(token))
        found = next((document for document in bot.files.values() if document.path == path), None)
        if found is None or len(found.content) > MAX_DOWNLOAD:
            return self._refused(call, Refusal(404, "Not Found"))
        call.accepted = True
        self._close(call, 200, heard=True)
        return Response(found.content, media_type="application/octet-stream")


async def _read(request: Request) -> Params:
    """Read parameters from wherever they may come: the query, a JSON body, a form, a multipart form with files."""
    values: dict[str, Any] = dict(request.query_params)
    files: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        try:
            values |= await request.json()
        except (json.JSONDecodeError, TypeError, ValueError):
            raise bad_request("can't parse JSON object") from None
    elif kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        async with request.form() as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    mime_type = value.content_type or "application/octet-stream"
                    files[name] = Upload(value.filename or name, mime_type, await value.read())
                else:
                    values[name] = value
    return Params(values, files)


def _stranger(token: str) -> Refusal:
    return Refusal(401, "Unauthorized") if re.fullmatch(r"\d+:[\w-]+", token) else Refusal(404, "Not Found")


def _no(refusal: Refusal) -> JSONResponse:
    return JSONResponse(refusal.body(), refusal.status)
