"""Remove a folder as soon as the other end of standard input closes, unless `done` was written there before.

Run by the demo as a process of its own, which outlives it: so its folder goes even when the demo is killed. A program
of the standard library only.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DONE = b"done"
TRIES, PAUSE = 50, 0.1
"""How often removing is tried, and seconds between: the bot may write in the folder until it has noticed."""


@contextmanager
def kept(folder: Path) -> Iterator[None]:
    """Have the folder removed if this process ends before the context is left."""
    keeper = subprocess.Popen(  # noqa: S603  (this very file)
        [sys.executable, "-I", "-S", __file__, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        keeper.communicate(DONE)


def main(folder: Path) -> None:
    """Wait, then remove what is left."""
    if sys.stdin.buffer.read() == DONE:
        return
    for _ in range(TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(PAUSE)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
