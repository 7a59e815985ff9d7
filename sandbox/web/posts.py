"""What the page posts: small JSON objects, answered with 204 or with one line that says what was wrong."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.telegram.acting import Impossible

T = TypeVar("T")
Handler = Callable[[Request], Awaitable[Response]]


def taking(kind: type[T], act: Callable[[T], Any]) -> Handler:
    """Return an endpoint that reads a `kind` from a JSON body and calls `act` with it.

    Only `application/json` is taken: a page from elsewhere cannot send that without asking first, and is refused.
    """
    adapter = TypeAdapter(kind)

    async def handle(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return _wrong(415, "JSON is expected")
        try:
            act(adapter.validate_json(await request.body()))
        except ValidationError as error:
            return _wrong(400, "; ".join(f"{told['loc']}: {told['msg']}" for told in error.errors()))
        except Impossible as impossible:
            return _wrong(409, str(impossible))
        return Response(status_code=204)

    return handle


def _wrong(status: int, why: str) -> Response:
    return JSONResponse({"error": why}, status)
