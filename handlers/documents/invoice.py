"""`/invoice <user> <sum> [service]` and `/getinvoice <user> <id>`: the PDF of a new invoice, or of one that exists."""

from collections.abc import Callable

from bot.conversation.draft import DraftKind
from bot.domain import Wish
from handlers.context import Command
from handlers.conversation.dialogue import DialogueHandlers
from handlers.intake import Intake, parse


class DocumentCommand:
    """A command whose arguments say all; without any it asks for them, one at a time."""

    def __init__(
        self, name: str, kind: DraftKind, parser: Callable[[str], Wish], intake: Intake, dialogues: DialogueHandlers
    ) -> None:
        self._name = name
        self._kind = kind
        self._parser = parser
        self._intake = intake
        self._dialogues = dialogues

    async def __call__(self, command: Command) -> None:
        if not command.args.strip():
            await self._dialogues.begin(self._kind, command)
            return
        wish = await parse(command, self._name, self._parser)
        if wish is not None:
            await self._intake.enqueue(command.caller, command.to, wish, said_at=command.said_at)
