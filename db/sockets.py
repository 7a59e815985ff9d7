"""Connections over a network: one that was cut is noticed in seconds, where systems take a quarter of an hour."""

import socket

_SILENCE_S = 10
_ASK_EVERY_S = 3
_OPTIONS = (
    (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),
    (socket.IPPROTO_TCP, "TCP_KEEPIDLE", _SILENCE_S - 2 * _ASK_EVERY_S),
    (socket.IPPROTO_TCP, "TCP_KEEPINTVL", _ASK_EVERY_S),
    (socket.IPPROTO_TCP, "TCP_KEEPCNT", 2),
    (socket.IPPROTO_TCP, "TCP_USER_TIMEOUT", _SILENCE_S * 1000),
)
"""Which of them there are is up to the operating system."""


def notice_silence(connection: socket.socket) -> None:
    """Have a connection fail once its other end has acknowledged nothing for ten seconds."""
    if connection.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    for level, name, value in _OPTIONS:
        if hasattr(socket, name):
            connection.setsockopt(level, getattr(socket, name), value)
