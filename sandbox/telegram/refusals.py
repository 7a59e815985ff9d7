"""How Telegram says no: an HTTP status, a description in its own words, and sometimes a parameter."""

from typing import Any


class Refusal(Exception):
    """An answer with `"ok": false`.

    `description` is what Telegram writes, prefix included. `parameters` is the API's `ResponseParameters`.
    """

    def __init__(self, status: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """Return the JSON object that the Bot API answers with."""
        answer: dict[str, Any] = {
            "ok": False,
            "error_code": self.status,
            "description": self.description,
        }
        if self.parameters is not None:
            answer["parameters"] = self.parameters
        return answer


def bad_request(why: str, **parameters: Any) -> Refusal:
    """400: the call itself is wrong."""
    return Refusal(400, f"Bad Request: {why}", parameters or None)


def forbidden(why: str) -> Refusal:
    """403: the chat does not want the bot."""
    return Refusal(403, f"Forbidden: {why}")


def conflict(why: str) -> Refusal:
    """409: two ways of getting updates at once."""
    return Refusal(409, f"Conflict: {why}")


def too_many_requests(retry_after: int) -> Refusal:
    """429: come again in `retry_after` whole seconds."""
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})
