"""What stands before the sandbox's pages: it lets in only who means this machine, and no more than a page needs."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_WRONG_HOST = PlainTextResponse("Only localhost and IP addresses are answered here, no other names.\n", 400)
_TOO_LARGE = PlainTextResponse("That is too large.\n", 413)


class Guard:
    """Refuses requests for other names than `localhost` and IP addresses, and bodies of more than `largest` bytes.

    A page elsewhere can have its own name resolved to this machine (DNS rebinding), but it can't have an address for a
    name. `larger` has the paths that take more, with their own limits.
    """

    def __init__(self, app: ASGIApp, largest: int, larger: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._largest = largest
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not is_this_machine(headers.get("host", "")):
            await _WRONG_HOST(scope, receive, send)
            return
        largest = self._larger.get(scope["path"], self._largest)
        told = headers.get("content-length", "0")
        if not told.isdecimal() or int(told) > largest:
            await _TOO_LARGE(scope, receive, send)
            return
        try:
            await self._app(scope, _counted(receive, largest), send)
        except _TooLargeError:
            # Bodies are read before anything is answered, so this is the first thing that is said.
            await _TOO_LARGE(scope, receive, send)


class _TooLargeError(Exception):
    """More came than was announced, or nothing was announced."""


def is_this_machine(host: str) -> bool:
    """Whether a Host header is `localhost` or an IP address, with or without a port."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name) is not None
    except ValueError:
        return False


def _counted(receive: Receive, largest: int) -> Receive:
    came = 0

    async def counted() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > largest:
            raise _TooLargeError
        return message

    return counted
