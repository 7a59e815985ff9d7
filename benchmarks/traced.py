"""The bot with an ear at its database: each statement goes to the file TRACE_FILE as a line of JSON."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from bot.cli.main import main


def trace(file: Path) -> None:
    """Write `[when it began, seconds, statement]` for each statement of every engine; `when` is `time.monotonic`.

    Commits and rollbacks are written as statements that take no time: the driver sends them.
    """
    # Kept open, and written line by line, for as long as the process lives.
    output = file.open("a", buffering=1)

    def write(began: float, statement: str) -> None:
        output.write(json.dumps([began, time.monotonic() - began, statement]) + "\n")

    @event.listens_for(Engine, "before_cursor_execute")
    def _before(_c: Any, _cursor: Any, _s: str, _p: Any, context: Any, _many: bool) -> None:  # noqa: FBT001
        if context is not None:
            context.traced_since = time.monotonic()

    @event.listens_for(Engine, "after_cursor_execute")
    def _after(_c: Any, _cursor: Any, statement: str, _p: Any, context: Any, _many: bool) -> None:  # noqa: FBT001
        write(getattr(context, "traced_since", time.monotonic()), statement)

    @event.listens_for(Engine, "commit")
    def _commit(_connection: Any) -> None:
        write(time.monotonic(), "COMMIT")

    @event.listens_for(Engine, "rollback")
    def _rollback(_connection: Any) -> None:
        write(time.monotonic(), "ROLLBACK")


if __name__ == "__main__":
    trace(Path(os.environ["TRACE_FILE"]))
    sys.exit(main(["run"]))
