"""What is stored of an outcome once Telegram has it, or never will."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.messaging.messenger import SentDocument


@dataclass(frozen=True, slots=True)
class Delivered:
    """How a delivery went."""

    sent: SentDocument | None
    undeliverable: str | None = None
    """Why its own chat did not get it."""
    withheld: bool = False

    def values(self, now: datetime) -> dict[str, Any]:
        """Return the same by the columns of a request."""
        values: dict[str, Any] = {
            "delivered_at": now,
            "undeliverable": self.undeliverable,
            "withheld": self.withheld,
            "admins_told_at": None,
        }
        if self.sent is not None:
            values |= {"delivered_message_id": self.sent.message_id, "file_id": self.sent.file_id}
        return values
