"""The page's server side."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sandbox.demo.stage import Stage


def create_app(stage: Stage, *, any_host: bool = False) -> Starlette:  # noqa: ARG001
    """Return the page's app."""

    async def soon(_: Request) -> Response:
        return PlainTextResponse("soon")

    return Starlette(routes=[Route("/", soon)])
