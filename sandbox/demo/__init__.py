"""The demo: the sandbox, the real bot as its own process, a short conversation, and a page to go on with.

`command.main` is what `docsbot demo` runs. Beneath it: who is there (`cast`), all of it put together (`stage`), the
bot's process (`bot_process`, `leash`), what removes the folder however the demo ends (`keeper`), what is played
(`play`) and how that is told on the terminal (`transcript`).
"""

from sandbox.demo.command import main

__all__ = ["main"]
