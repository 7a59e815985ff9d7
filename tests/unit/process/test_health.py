"""`docsbot health` tells a bot that works from one that is in trouble, hangs, or is not there."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.process.health import Health, answering, ask, socket_path, wake


def saying(troubles: list[str]) -> Callable[[], Awaitable[Health]]:
    async def examine() -> Health:
        return Health(tuple(troubles))

    return examine


async def test_it_hears_what_the_bot_says(tmp_path: Path) -> None:
    path = tmp_path / "bot.sock"
    troubles: list[str] = []
    async with answering(path, saying(troubles), lambda: None):
        assert path.stat().st_mode & 0o777 == 0o600
        assert (await ask(path)).ok
        troubles.append("the queue's turn is overdue")
        assert await ask(path) == Health(("the queue's turn is overdue",))
    assert (await ask(path)).troubles == ("the bot does not run, or has other settings",)


async def test_a_killed_bot_leaves_a_socket_that_nobody_answers(tmp_path: Path) -> None:
    path = tmp_path / "bot.sock"
    server = await asyncio.start_unix_server(lambda _reader, _writer: None, path)
    server.close()
    await server.wait_closed()
    if not path.exists():
        path.touch()
    assert not (await ask(path)).ok
    async with answering(path, saying([]), lambda: None):
        assert (await ask(path)).ok


async def test_a_bot_that_hangs_does_not_answer_in_time(tmp_path: Path) -> None:
    path = tmp_path / "bot.sock"
    done, closed = asyncio.Event(), asyncio.Event()

    async def hang(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await done.wait()
        writer.close()
        closed.set()

    async with await asyncio.start_unix_server(hang, path):
        assert (await ask(path, timeout_s=0.05)).troubles == ("the bot does not answer (TimeoutError)",)
        done.set()
        await closed.wait()


def test_each_database_has_a_socket_of_its_own() -> None:
    assert socket_path("sqlite+aiosqlite:///a.db") != socket_path("sqlite+aiosqlite:///b.db")


def test_a_long_temporary_folder_is_no_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: "/" + "d" * 90)
    assert len(str(socket_path("sqlite+aiosqlite:///a.db"))) < 100


async def test_a_socket_that_cannot_be_made_stops_no_bot(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "taken").write_bytes(b"")
    async with answering(tmp_path / "taken" / "bot.sock", saying([]), lambda: None):
        assert "cannot ask this bot" in caplog.text


async def test_a_folder_of_somebody_else_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "theirs" / "bot.sock"
    path.parent.mkdir()
    monkeypatch.setattr("bot.process.health.os.getuid", lambda: 4242)
    async with answering(path, saying([]), lambda: None):
        assert "belongs to somebody else" in caplog.text
    assert not path.exists()


async def test_a_socket_of_somebody_else_is_neither_asked_nor_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    url, heard = "sqlite+aiosqlite:///a.db", []

    async def all_is_well() -> Health:
        heard.append(1)
        return Health(())

    async with answering(socket_path(url), all_is_well, lambda: heard.append(1)):
        path = socket_path(url)
        # The one who asks is somebody else than the one who answers.
        monkeypatch.setattr("bot.process.health.os.getuid", lambda: path.stat().st_uid + 1)
        monkeypatch.setattr("bot.process.health.socket_path", lambda _url: path)
        assert (await ask(path)).troubles == ("the bot does not answer (PermissionError)",)
        assert not await wake(url)
    assert heard == []


async def test_the_command_line_wakes_the_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    url, woken = "sqlite+aiosqlite:///a.db", []
    assert not await wake(url)
    async with answering(socket_path(url), saying([]), lambda: woken.append(1)):
        assert await wake(url)
        assert (await ask(socket_path(url))).ok
    assert woken == [1]
