"""A record of every Bot API call, for tests and oracles that judge what a bot did."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram.params import Upload


@dataclass(slots=True, eq=False)
class Call:
    """One call. Times are of `time.monotonic`: when the whole call was read, and when its answer was ready.

    `bot` is empty where the token is nobody's; `method` is `file` for the download of a file. `status` is the HTTP
    status, 0 while there is none. `accepted`: Telegram did what was asked. `heard`: the answer went out whole, so that
    the bot may know. `trouble` is the scripted fault that hit the call.
    """

    at: float
    bot: str
    method: str
    params: dict[str, Any]
    files: dict[str, Upload]
    status: int = 0
    result: Any = None
    description: str | None = None
    accepted: bool = False
    heard: bool = False
    trouble: str | None = None
    answered_at: float | None = None

    def describe(self) -> dict[str, Any]:
        """Return the call as JSON, files by name and size."""
        files = {name: {"name": file.name, "size": len(file.content)} for name, file in self.files.items()}
        return {
            "at": self.at,
            "answered_at": self.answered_at,
            "bot": self.bot,
            "method": self.method,
            "params": self.params,
            "files": files,
            "status": self.status,
            "result": self.result,
            "description": self.description,
            "accepted": self.accepted,
            "heard": self.heard,
            "trouble": self.trouble,
        }


@dataclass(slots=True)
class Journal:
    """All calls, in the order in which they arrived."""

    clock: Callable[[], float]
    calls: list[Call] = field(default_factory=list)

    def __iter__(self) -> Iterator[Call]:
        return iter(self.calls)

    def __len__(self) -> int:
        return len(self.calls)

    def open(self, bot: str, method: str, params: dict[str, Any], files: dict[str, Upload]) -> Call:
        """Record the arrival of a call."""
        call = Call(self.clock(), bot, method, params, files)
        self.calls.append(call)
        return call

    def close(self, call: Call, status: int, *, heard: bool) -> None:
        """Record the answer of a call."""
        call.status, call.heard, call.answered_at = status, heard, self.clock()

    def of(self, *methods: str) -> list[Call]:
        """Return the calls of these methods, all of them if none is named."""
        names = {method.lower() for method in methods}
        return [call for call in self.calls if not names or call.method.lower() in names]
