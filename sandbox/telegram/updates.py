"""A bot's queue of updates, with the confirmation rules of `getUpdates`."""

import json
from collections import deque
from dataclasses import dataclass
from typing import Any

DEFAULT_KINDS = frozenset({"message", "edited_message", "callback_query", "my_chat_member"})
"""What a bot gets unless it asked otherwise, of the kinds that the sandbox makes (`chat_member` must be asked for)."""

REMEMBERED = 1000
"""How many confirmed updates are kept for `redeliver`."""


@dataclass(frozen=True, slots=True)
class Update:
    """One update, frozen at the moment when it happened. `id` is what confirms it, `content` the API's `Update`.

    The content of an injected one can be any JSON at all.
    """

    id: int
    content: Any

    def body(self) -> Any:
        """Return what is handed to the bot."""
        return self.content


class UpdateQueue:
    """Updates until they are confirmed, and the confirmed ones for `redeliver`."""

    def __init__(self, first_id: int) -> None:
        self._next_id = first_id
        self._pending: list[Update] = []
        self._confirmed: deque[Update] = deque(maxlen=REMEMBERED)
        self._again: list[Update] = []
        self._kinds = DEFAULT_KINDS

    def __len__(self) -> int:
        return len(self._again) + len(self._pending)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that are kept for the bot."""
        return self._kinds

    def allow(self, kinds: list[str] | None) -> None:
        """Set the kinds kept from now on: none given leaves them as they are, an empty list means the default."""
        if kinds is not None:
            self._kinds = frozenset(kinds) if kinds else DEFAULT_KINDS

    def push(self, kind: str, content: dict[str, Any]) -> None:
        """Keep an update, unless the bot does not want its kind."""
        if kind in self._kinds:
            self._append({"update_id": self._next_id, kind: content})

    def inject(self, body: Any) -> Update:
        """Keep raw JSON as an update, whatever kinds the bot wants.

        An object without `update_id` gets the next one. One with a whole number that is not used yet keeps it, and
        later updates are numbered from there. All else stays as it is, and is confirmed with the next id as if it had
        that. `ValueError`: JSON knows no such value.
        """
        json.dumps(body, allow_nan=False)
        if isinstance(body, dict):
            body = {"update_id": self._next_id, **body}
            if type(body["update_id"]) is int and body["update_id"] > self._next_id:
                self._next_id = body["update_id"]
        return self._append(body)

    def fetch(self, offset: int, limit: int) -> list[Update]:
        """Do what `getUpdates` does with its `offset`, and return up to `limit` updates.

        Only asking for a higher offset confirms. A negative one forgets all but the last `-offset`. One that lies in
        the future of the queue is ignored, as Telegram does after it lost its queue.
        """
        if offset < 0:
            self._confirm(self._pending[:offset])
        elif offset <= self._next_id:
            self._confirm([update for update in self._pending if update.id < offset])
        batch = (self._again + self._pending)[:limit]
        self._again = self._again[limit:]
        return batch

    def holds(self, update: Update) -> bool:
        """Whether the bot has not confirmed an update yet."""
        return any(waiting is update for waiting in self._pending)

    def first(self) -> Update | None:
        """Return the update that a webhook has to get next."""
        return next(iter(self._again + self._pending), None)

    def delivered(self, update: Update) -> None:
        """Take away an update that a webhook accepted."""
        if update in self._again:
            self._again.remove(update)
        else:
            self._confirm([update])

    def drop(self) -> None:
        """Forget all that waits (`drop_pending_updates`)."""
        self._confirm(self._pending)

    def redeliver(self, count: int = 1) -> list[Update]:
        """Hand out the last `count` confirmed updates once more, as Telegram may after a fault of its own."""
        if count > len(self._confirmed):
            raise ValueError(f"only {len(self._confirmed)} updates were confirmed")
        self._again = list(self._confirmed)[-count:]
        return list(self._again)

    def _append(self, body: Any) -> Update:
        update = Update(self._next_id, body)
        self._pending.append(update)
        self._next_id += 1
        return update

    def _confirm(self, updates: list[Update]) -> None:
        self._confirmed.extend(updates)
        done = {update.id for update in updates}
        self._pending = [update for update in self._pending if update.id not in done]
