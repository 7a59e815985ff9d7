"""Who may write next: by rank, then first come first served, within the budgets. Pure: whoever asks tells the time.

What one event changes costs time proportional to its own chat's ranks and to the logarithm of what waits.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from heapq import heappop, heappush

from bot.messaging.budgets import Budgets, Rank, Windows


@dataclass(slots=True, eq=False)
class Ticket:
    """A message that waits for its turn. A newer one with the same key in the same chat takes its turn over."""

    chat_id: int
    rank: Rank
    place: int
    """Its place in line among those of its rank; a message that has to be tried again keeps it."""
    key: Hashable | None = None
    size: int = 1
    """As how many messages it counts."""
    dropped: bool = False


class _Line:
    """What waits for one chat, and what went to it lately."""

    def __init__(self, windows: Windows) -> None:
        self.windows = windows
        self.held_until = -float("inf")
        self.version = 0
        self.by_key: dict[Hashable, Ticket] = {}
        self._waiting: dict[Rank, list[tuple[int, int, Ticket]]] = {}
        self._added = 0

    def add(self, ticket: Ticket) -> None:
        self._added += 1
        heappush(self._waiting.setdefault(ticket.rank, []), (ticket.place, self._added, ticket))

    def heads(self) -> list[Ticket]:
        """Return the first of each rank, the highest rank first; what was dropped is forgotten."""
        for rank in list(self._waiting):
            waiting = self._waiting[rank]
            while waiting and waiting[0][2].dropped:
                heappop(waiting)
            if not waiting:
                del self._waiting[rank]
        return [self._waiting[rank][0][2] for rank in sorted(self._waiting)]

    def next(self, now: float) -> tuple[float, Ticket] | None:
        """Return which goes next, and from when on.

        While an album waits for room, what is of a lower rank does not overtake it: it would never find any.
        """
        heads = self.heads()
        first_album = next((index for index, head in enumerate(heads) if head.size > 1), len(heads))
        contenders = [(max(self._free_at(head), now), head.rank, head) for head in heads[: first_album + 1]]
        if not contenders:
            return None
        free_at, _, first = min(contenders, key=lambda contender: contender[:2])
        return free_at, first

    def _free_at(self, ticket: Ticket) -> float:
        return max(self.held_until, self.windows.free_at(ticket.rank, ticket.size))

    def is_idle(self, now: float) -> bool:
        return not self._waiting and self.held_until <= now and self.windows.is_forgotten(now)


class Turns:
    """Hands out turns. Times are seconds of any clock that only goes on."""

    def __init__(self, budgets: Budgets) -> None:
        self._budgets = budgets
        self._overall = Windows(budgets.overall)
        self._lines: OrderedDict[int, _Line] = OrderedDict()
        """By chat, the one that was used last at the end."""
        self._ready: list[tuple[Rank, int, int, int, int]] = []
        """Rank, place, size, chat and version of lines whose own budget lets their first one go."""
        self._later: list[tuple[float, int, int]] = []
        """When the first one of a line may go, its chat and version."""

    def add(self, ticket: Ticket, now: float) -> Ticket | None:
        """Put a ticket in line; return the one that it replaces, if there is one."""
        line = self._line(ticket.chat_id, now)
        replaced = None
        if ticket.key is not None:
            replaced = line.by_key.get(ticket.key)
            if replaced is not None:
                ticket.place = min(ticket.place, replaced.place)
                self._drop(line, replaced)
            line.by_key[ticket.key] = ticket
        line.add(ticket)
        self._file(ticket.chat_id, line, now)
        return replaced

    def drop(self, ticket: Ticket, now: float) -> None:
        """Take a ticket out of its line."""
        line = self._lines.get(ticket.chat_id)
        if line is not None and not ticket.dropped:
            self._drop(line, ticket)
            self._file(ticket.chat_id, line, now)

    def hold(self, chat_id: int, until: float, now: float) -> None:
        """Let nothing go to a chat before a time: Telegram said so."""
        line = self._line(chat_id, now)
        line.held_until = max(line.held_until, until)
        self._file(chat_id, line, now)

    def is_free(self, chat_id: int, now: float) -> bool:
        """Say whether nothing waits for a chat and nothing holds it up."""
        line = self._lines.get(chat_id)
        return line is None or (not line.heads() and line.held_until <= now)

    def next(self, now: float) -> Ticket | float | None:
        """Give the next turn and count it, or say when to ask again; None where nothing waits."""
        while self._later and self._later[0][0] <= now:
            _, chat_id, version = heappop(self._later)
            line = self._lines.get(chat_id)
            if line is not None and line.version == version:
                self._file(chat_id, line, now)
        while self._ready:
            rank, _, size, chat_id, version = self._ready[0]
            line = self._lines.get(chat_id)
            if line is None or line.version != version:
                heappop(self._ready)
                continue
            free_at = self._overall.free_at(rank, size)
            if free_at > now:
                return min(free_at, self._next_later())
            heappop(self._ready)
            return self._go(chat_id, line, rank, now)
        next_at = self._next_later()
        return None if next_at == float("inf") else next_at

    def _go(self, chat_id: int, line: _Line, rank: Rank, now: float) -> Ticket:
        ticket = next(head for head in line.heads() if head.rank is rank)
        self._overall.take(rank, now, ticket.size)
        line.windows.take(rank, now, ticket.size)
        self._drop(line, ticket)
        self._file(chat_id, line, now)
        return ticket

    def _next_later(self) -> float:
        while self._later:
            at, chat_id, version = self._later[0]
            line = self._lines.get(chat_id)
            if line is not None and line.version == version:
                return at
            heappop(self._later)
        return float("inf")

    def _drop(self, line: _Line, ticket: Ticket) -> None:
        ticket.dropped = True
        if ticket.key is not None and line.by_key.get(ticket.key) is ticket:
            del line.by_key[ticket.key]

    def _file(self, chat_id: int, line: _Line, now: float) -> None:
        """Work out anew which ticket of a chat is its next, and from when on."""
        line.version += 1
        found = line.next(now)
        if found is None:
            return
        free_at, first = found
        if free_at <= now:
            heappush(self._ready, (first.rank, first.place, first.size, chat_id, line.version))
        else:
            heappush(self._later, (free_at, chat_id, line.version))

    def _line(self, chat_id: int, now: float) -> _Line:
        """Return the line of a chat, and forget one that nobody has used for long."""
        line = self._lines.setdefault(chat_id, _Line(Windows(self._budgets.of_chat(chat_id))))
        self._lines.move_to_end(chat_id)
        oldest = next(iter(self._lines))
        if oldest != chat_id and self._lines[oldest].is_idle(now):
            del self._lines[oldest]
        return line
