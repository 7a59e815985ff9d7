"""Where a process meets its database, whichever that is."""

from collections.abc import Awaitable, Callable

Passing = Callable[[str], Awaitable[None]]
"""Called with `db begin`, `db execute`, `db commit` before, and with `after db commit` after it: the process may die
there, and it may raise `Trouble`."""


class Trouble(Exception):
    """What a bad disk, a full one or a cut cable does; the database's driver says it in its own way."""
