"""The tests' server goes with the tests' process, however that ends."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

_HOLD = """
from tests.support.postgres import postgres
with postgres() as server:
    print(server.sql("SHOW data_directory")[0], flush=True)
    input()
"""
_PATIENCE_S = 30.0


def test_no_server_outlives_a_process_that_is_killed() -> None:
    command = [sys.executable, "-c", _HOLD]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        data = Path(process.stdout.readline().strip())
        socket = data.with_name(".s.PGSQL.5432")
        assert socket.exists()
        process.send_signal(signal.SIGKILL)

    # The keeper removes the folder when the server has ended.
    assert comes_true(lambda: not data.parent.exists())
    assert not socket.exists()


def comes_true(what: Callable[[], bool]) -> bool:
    """Wait for something that another process does."""
    give_up_at = time.monotonic() + _PATIENCE_S
    while not what() and time.monotonic() < give_up_at:
        time.sleep(0.02)
    return what()
