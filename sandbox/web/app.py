"""The page's server side: routes, and the headers that keep hostile text harmless."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.demo.stage import Stage
from sandbox.guard import Guard
from sandbox.web.acts import LARGEST_ATTACHMENT, Acts
from sandbox.web.feed import Feed
from sandbox.web.files import Files
from sandbox.web.trouble import Troubles

STATIC = Path(__file__).parent / "static"

LARGEST_POST = 64 * 1024
"""Bytes of the largest body: a text of 4096 characters, each of them escaped."""

# Nothing but the page's own files: no inline script or style, no frame, nothing from elsewhere.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def create_app(stage: Stage) -> Starlette:
    """Return the page's app, to which only this machine's name and IP addresses lead."""
    troubles = Troubles(stage)
    feed = Feed(stage, troubles)
    files = Files(stage)
    routes = [
        Route("/events", feed.events),
        *(Route(f"/act/{name}", act, methods=["POST"]) for name, act in Acts(stage).routes().items()),
        *(Route(f"/trouble/{name}", act, methods=["POST"]) for name, act in troubles.routes().items()),
        Route("/files/{file_id}", files.content),
        Route("/files/{file_id}/pages", files.pages),
        Route("/files/{file_id}/pages/{number:int}", files.page),
        Mount("/", StaticFiles(directory=STATIC, html=True)),
    ]
    guard = Middleware(Guard, largest=LARGEST_POST, larger={"/act/attach": LARGEST_POST + 4 * LARGEST_ATTACHMENT // 3})
    return Starlette(routes=routes, middleware=[Middleware(_Headers), guard])


class _Headers:
    """Adds the headers to every answer that does not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
