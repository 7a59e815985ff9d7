"""How dense a sweep over all points is: what every run can afford, or every point (`make sweep`)."""

import os

from db.engine import Database

WHOLE = os.environ.get("DOCSBOT_SWEEP") == "whole"
_SPARSER_ON_POSTGRES = 4
"""What a death leaves is for the code above the engines to mend, and SQLite tries that far sooner."""


def stride(every: int, database: Database | None = None) -> int:
    """Return how far apart the points are that are tried: `every` of them, fewer on PostgreSQL, or all of them."""
    if WHOLE:
        return 1
    sparse = database is not None and database.engine.dialect.name == "postgresql"
    return every * _SPARSER_ON_POSTGRES if sparse else every


def amount(few: int, many: int) -> int:
    """Return how many examples are tried."""
    return many if WHOLE else few
