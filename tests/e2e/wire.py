"""A tap on SMS Center's wire: every document answer, byte for byte, as it left."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Tap:
    """Passes everything through, and keeps the bodies of what answered a documents request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytearray()

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
            await send(message)

        await self._app(scope, receive, keep)
        if body:
            self.bodies.append(bytes(body))
