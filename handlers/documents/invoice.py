"""`/invoice <user> <sum> [service]` and `/getinvoice <user> <id>`: the PDF of a new invoice, or of one that exists."""

from collections.abc import Callable

from bot.conversation.draft import DraftKind
from bot.domain import Wish
from handlers.context import Command
from handlers.conversation.dialogue import DialogueHandlers
from handlers.intake import Intake


class DocumentCommand:
    """A command whose arguments say all; what is missing is asked for, one thing at a time."""

    def __init__(
        self, kind: DraftKind, parser: Callable[[str], Wish], intake: Intake, dialogues: DialogueHandlers
    ) -> None:
        self._kind = kind
        self._parser = parser
        self._intake = intake
        self._dialogues = dialogues

    async def __call__(self, command: Command) -> None:
        wish = await self._dialogues.read(self._kind, command, self._parser)
        if wish is not None:
            await self._intake.take(command, wish)
