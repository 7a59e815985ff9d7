"""Which names the sandbox's servers answer to."""

import pytest

from sandbox.guard import is_this_machine

HERE = ["localhost", "LocalHost:8090", "127.0.0.1", "127.0.0.1:8090", "[::1]:8090", "192.168.1.5:80", "[fd00::8]"]
ELSEWHERE = [
    "",
    "evil.example",
    "evil.example:8090",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "localhost@evil.example",
    "1.2.3",
    "[::1",
    "::1.example",
]


@pytest.mark.parametrize("host", HERE)
def test_this_machine_and_addresses_are_answered(host: str) -> None:
    assert is_this_machine(host)


@pytest.mark.parametrize("host", ELSEWHERE)
def test_other_names_are_not(host: str) -> None:
    assert not is_this_machine(host)
