"""What a requester is shown of an outcome: the text, the buttons, and the file."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from bot.delivery.buttons import of_outcome
from bot.delivery.extras import Extra
from bot.documents import failure_wording, stop_wording, wording
from bot.domain import State
from bot.language.translator import Translator
from bot.messaging.calls import Buttons
from db.models import Request


@dataclass(frozen=True, slots=True)
class File:
    """A document, as Telegram has it already, as it is stored here, or neither."""

    name: str
    file_id: str | None
    content: bytes | None


@dataclass(frozen=True, slots=True)
class Presentation:
    """What became of a request, in its requester's language."""

    request: Request
    text: Markup
    buttons: Buttons
    file: File | None = None
    along: tuple[Request, ...] = ()
    """Other requests that the text tells of as well."""


def present(t: Translator, request: Request, extra: Extra, now: datetime) -> Presentation:
    """Put an ended request into words."""
    buttons = of_outcome(t, request)
    match request.state:
        case State.DONE:
            file = File(wording.file_name(t, request), request.file_id, extra.pdf)
            return Presentation(request, wording.caption(t, request), buttons, file)
        case State.UNKNOWN:
            return Presentation(request, wording.unknown(t, request, now), buttons)
        case State.CANCELLED if request.denied is not None:
            return Presentation(request, stop_wording.cancelled(t, request, extra.along), None, along=extra.along)
        case State.CANCELLED:
            return Presentation(request, wording.cancelled(t, request), buttons)
        case _:
            return Presentation(request, failure_wording.failure(t, request, extra.meant), buttons)
