"""What the demo can be told on the command line and in the environment."""

import argparse
import ipaddress
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

HOST, PORT = "127.0.0.1", 8090

PACE = 10.0
"""Seconds that SMS Center's minute lasts in the demo."""

LEAST_PACE = 2.0
"""Below that nothing waits long enough to be told so, which the demo wants to show."""


@dataclass(frozen=True, slots=True)
class Options:
    """`host` and `port` are where the page is. `once`: play and end. `pace` is SMS Center's minute, in seconds."""

    host: str = HOST
    port: int = PORT
    once: bool = False
    pace: float = PACE


def parse(arguments: Sequence[str]) -> Options:
    """Read the command line of the demo."""
    parser = argparse.ArgumentParser(prog="docsbot demo", description="Show the bot at work, without any credentials.")
    parser.add_argument("--once", action="store_true", help="play the conversation and end; the exit code tells")
    parser.add_argument("--host", help=f"the address that the page listens on (DEMO_HOST, or {HOST})")
    parser.add_argument("--port", type=int, help=f"the port of the page (DEMO_PORT, or {PORT})")
    parser.add_argument("--pace", type=float, default=PACE, help="seconds of SMS Center's minute (%(default)g)")
    return options_of(parser.parse_args(arguments))


def options_of(arguments: argparse.Namespace) -> Options:
    """Return the options as parsed, the environment's where none was given; ends the program if they are wrong."""
    host = arguments.host or os.environ.get("DEMO_HOST") or HOST
    if not _is_address(host):
        raise wrong_use(f"the demo's host is an IP address of this machine or localhost, not {host!r}")
    port = str(os.environ.get("DEMO_PORT") or PORT) if arguments.port is None else str(arguments.port)
    if not port.isdecimal() or int(port) > 65_535:
        raise wrong_use(f"the demo's port is a number up to 65535, not {port!r}")
    if not LEAST_PACE <= arguments.pace <= 3600:
        raise wrong_use(f"the demo's pace is {LEAST_PACE:g} to 3600 seconds, not {arguments.pace:g}")
    return Options(host, int(port), arguments.once, arguments.pace)


def wrong_use(why: str) -> SystemExit:
    """Print why the options cannot be followed, in one line, and return the end of the program: exit code 2."""
    print(f"docsbot: {why}", file=sys.stderr)
    return SystemExit(2)


def _is_address(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host) is not None
    except ValueError:
        return False
