"""Runs a program until standard input ends, then stops it and removes its folder.

Standard input is a pipe whose other end only the tests' process holds. The system closes that end however the process
comes to its end, so nothing outlives the tests, not even those that are killed.
"""

import shutil
import signal
import subprocess
import sys

_FAST_SHUTDOWN = signal.SIGINT
"""PostgreSQL's name for: cut all connections, roll back what is open."""
_PATIENCE_S = 10.0


def main(folder: str, user: str, command: list[str]) -> None:
    """Keep `command`, run as `user` (empty: as who we are)."""
    with subprocess.Popen(command, user=user or None, stdin=subprocess.DEVNULL) as program:
        sys.stdin.read()
        program.send_signal(_FAST_SHUTDOWN)
        try:
            program.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            program.kill()
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
