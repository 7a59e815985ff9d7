"""The duplicate guard: finds the invoice that a wish looks like, if it may exist and a person has to say so first."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from bot.documents.intents import Intent, likeness, likenesses
from bot.domain import CreateInvoice, SubClient
from bot.parsing import folded
from bot.runtime.clock import Clock
from db import duplicates, sub_client_names
from db.duplicates import WaitingRow
from db.models import Request

_LONGEST_DELAY = timedelta(days=7)
"""Telegram keeps updates for a day, and the bot may be down for longer: anything older comes from a wrong clock."""

T = TypeVar("T")
_Key = str | int | None
"""What a sub-client is compared by: its name without case and look-alike letters, or its number."""


class DuplicateGuard:
    """Looks for invoices of the same login, sub-client, sum and service. A `window` of nothing switches it off."""

    def __init__(self, clock: Clock, *, window: timedelta) -> None:
        self._clock = clock
        self._window = window

    async def find(self, session: AsyncSession, intent: Intent, *, after: int = 0) -> Request | WaitingRow | None:
        """Return what this invoice would be like: one, or the row of a batch that has not become a request yet.

        None if there is nothing, or the wish makes no invoice. What waits, runs, or may exist without anybody knowing
        counts however old it is. What was made counts for the window, from its end. The window counts back from when
        the wish was said (a press: from now): of two equal commands sent together the second is asked about, however
        late a process that was down comes to it. Called within the transaction that would queue it, so that of two
        equal commands at once the second is asked about. Of requests only those with an id above `after` count, and
        never the one that the wish repeats.
        """
        wish = intent.wish
        if not isinstance(wish, CreateInvoice) or intent.fetches or not self._window:
            return None
        now = self._clock.now()
        since = now - _delay(intent.said_at, now) - self._window
        keys = likenesses(wish, await _others(session, intent.login, wish.sub_client))
        return await duplicates.first_like(
            session, keys, intent.login, since=since, other_than=intent.again_of, after=after
        )


@dataclass(frozen=True, slots=True)
class Alike:
    """What there is like some wishes, by the wishes' likeness."""

    lately: Mapping[str, Request]
    """The latest invoice that was made lately, or may have been."""
    waiting: Mapping[str, WaitingRow]
    """A row of another batch that has not become a request yet."""


async def alike(
    session: AsyncSession,
    wishes: Collection[CreateInvoice],
    login: str,
    *,
    since: datetime,
    but_batch: int = 0,
    said: Iterable[tuple[str, int]] = (),
) -> Alike:
    """Find, for many wishes at once, what is like each; rows of the batch `but_batch` do not count.

    `said` are names and user IDs of one sub-client that are not remembered yet.
    """
    others = await _others_of_all(session, login, [wish.sub_client for wish in wishes], said)
    keys = {likeness(wish): likenesses(wish, others[_key(wish.sub_client)]) for wish in wishes}
    all_keys = frozenset[str]().union(*keys.values())
    lately = _of_each(keys, await duplicates.like_any(session, all_keys, login, since=since))
    waiting = await duplicates.waiting_rows_like(session, all_keys, login, but_batch=but_batch)
    return Alike(
        {own: max(known, key=lambda request: request.id) for own, known in lately.items()},
        {own: rows[0] for own, rows in _of_each(keys, waiting).items()},
    )


def _of_each(keys: Mapping[str | None, Collection[str]], found: Mapping[str, T]) -> Mapping[str, Sequence[T]]:
    """Return what was found for any of a wish's keys, by its own."""
    of_each = {own: [found[key] for key in all_of_it if key in found] for own, all_of_it in keys.items()}
    return {own: some for own, some in of_each.items() if own is not None and some}


async def _others(session: AsyncSession, login: str, sub_client: SubClient) -> list[SubClient]:
    """Return how else a sub-client is named: its number, or names that were seen with it."""
    known = await sub_client_names.others(session, login, sub_client, folded(sub_client.name or ""))
    return [named for pair in known for named in (SubClient(id=pair.user_id), SubClient(name=pair.name))]


async def _others_of_all(
    session: AsyncSession, login: str, sub_clients: Collection[SubClient], said: Iterable[tuple[str, int]]
) -> Mapping[_Key, list[SubClient]]:
    names = {folded(one.name) for one in sub_clients if one.name is not None}
    numbers = {one.id for one in sub_clients if one.id is not None}
    others: dict[_Key, list[SubClient]] = defaultdict(list)
    known = {(pair.name, pair.user_id) for pair in await sub_client_names.of_many(session, login, names, numbers)}
    for name, user_id in known.union((folded(name), user_id) for name, user_id in said):
        others[name].append(SubClient(id=user_id))
        others[user_id].append(SubClient(name=name))
    return others


def _key(sub_client: SubClient) -> _Key:
    return sub_client.id if sub_client.name is None else folded(sub_client.name)


def _delay(said_at: datetime | None, now: datetime) -> timedelta:
    """Return how long a command has waited for us; a date that Telegram cannot mean counts as none."""
    delay = now - (said_at or now)
    return delay if timedelta(0) < delay <= _LONGEST_DELAY else timedelta(0)
