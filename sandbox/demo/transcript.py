"""What happens in the demo, told on the terminal as a conversation to read."""

import os
import sys
import textwrap
from pathlib import Path

from sandbox.telegram.state import Chat, ChatKind, Document, Message

_BOLD, _DIM, _RED, _PLAIN = "\033[1m", "\033[2m", "\033[31m", "\033[0m"
_NAME_WIDTH = 7
_TEXT_WIDTH = 88


class Transcript:
    """Prints the conversation, and saves the documents that come in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._place: tuple[Chat, str] | None = None
        self._colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"

    def note(self, text: str = "") -> None:
        """Print a line that is not part of the conversation."""
        print(text, flush=True)

    def heading(self, text: str) -> None:
        """Print a line that stands out."""
        self.note(self._styled(_BOLD, text))

    def trouble(self, text: str) -> None:
        """Print what went wrong."""
        self.note(self._styled(_RED, text))

    def said(self, message: Message) -> None:
        """Print a message, after the name of its chat if the conversation moves there."""
        self._move(message)
        name = message.sender.first_name
        lines = [line for part in message.text.splitlines() for line in textwrap.wrap(part, _TEXT_WIDTH) or [""]]
        for index, line in enumerate(lines):
            shown = f"{name:<{_NAME_WIDTH}}" if index == 0 else " " * _NAME_WIDTH
            self.note(f"  {self._styled(_DIM, shown)} {line}")
        if message.document is not None:
            self._saved(message.document)

    def _saved(self, document: Document) -> None:
        path = _unused(self._folder / Path(document.name).name)
        path.write_bytes(document.content)
        size = f"{len(document.content) / 1024:.0f} KB"
        self.note(f"  {' ' * _NAME_WIDTH} {self._styled(_BOLD, f'{path}, {size}')}")

    def _move(self, message: Message) -> None:
        chat = message.chat
        person = chat.name if chat.kind is ChatKind.PRIVATE else ""
        if (chat, person) == self._place:
            return
        self._place = chat, person
        self.note()
        self.heading(f"{person}, alone with the bot" if person else f"The group “{chat.name}”")

    def _styled(self, style: str, text: str) -> str:
        return f"{style}{text}{_PLAIN}" if self._colours else text


def _unused(path: Path) -> Path:
    """Return the path, numbered if it is taken."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem}-{number}")
    return free
