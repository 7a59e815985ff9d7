"""Run the bot on a leash: when the other end of its standard input closes, whatever closed it, the bot ends.

A program of its own and of the standard library only, so that the bot starts as fast as without it. It is given the
arguments of `python -m bot`.
"""

import os
import runpy
import sys
import threading
from pathlib import Path


def main() -> None:
    """Run the bot of this folder as `python -m bot` does."""
    threading.Thread(target=_end_with_the_demo, name="leash", daemon=True).start()
    sys.path.insert(0, str(Path.cwd()))
    sys.argv[0] = "bot"
    runpy.run_module("bot", run_name="__main__", alter_sys=True)


def _end_with_the_demo() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    # The demo was killed: nobody waits for an orderly end, and the bot's folder is being removed.
    os._exit(1)


if __name__ == "__main__":
    main()
