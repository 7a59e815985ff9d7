"""`docsbot demo` as people run it: its own process, no terminal, and a user's own settings lying about."""

import asyncio
import os
import re
import signal
import socket
import sys
from pathlib import Path

import httpx
import pytest

from sandbox.demo.command import main
from sandbox.demo.options import Options, parse

PACE = "2"


async def start(folder: Path, *arguments: str) -> asyncio.subprocess.Process:
    """Start the demo where a user's settings are that would end the bot at once."""
    (folder / ".env").write_text("TELEGRAM_TOKEN=mine\nDATABASE_URL=nonsense\n")
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path.cwd()),
        "TMPDIR": str(folder / "tmp"),
        "DATABASE_URL": "nonsense",
        "TELEGRAM_TOKEN": "mine",
        "SMSC_LOGIN": "mine",
    }
    (folder / "tmp").mkdir()
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox.demo", "--pace", PACE, *arguments,
        cwd=folder, env=environ, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


async def read_until(process: asyncio.subprocess.Process, pattern: str) -> str:
    """Return what the demo printed up to a line that fits."""
    assert process.stdout is not None
    read = ""
    async with asyncio.timeout(60):
        while not re.search(pattern, read):
            line = await process.stdout.readline()
            assert line, f"the demo ended: {read}"
            read += line.decode()
    return read


def children(process: asyncio.subprocess.Process) -> list[Path]:
    found = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [Path("/proc") / pid for pid in found.read_text().split()] if found.exists() else []


def running(child: Path) -> bool:
    """Whether a process is there and is more than a corpse that nobody has collected."""
    try:
        return "\nState:\tZ" not in (child / "status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


async def test_it_plays_and_ends_with_every_document_when_asked_once(tmp_path: Path) -> None:
    process = await start(tmp_path, "--once")
    output, _ = await process.communicate()
    told = output.decode()
    assert process.returncode == 0, told
    saved = [Path(path) for path in re.findall(r"(/\S+\.pdf), \d+ KB", told)]
    assert [path.name for path in saved] == ["invoice-9001-alice.pdf", "act-7-alice.pdf"]
    assert all(path.read_bytes().startswith(b"%PDF-") for path in saved)
    assert "In the queue" in told
    assert "1,234" in told
    assert "1004" in told
    assert "two requests" in told


async def test_it_stays_up_until_told_to_end_and_leaves_only_the_documents(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        process = await start(tmp_path, "--port", str(taken))
        told = await read_until(process, r"Ctrl-C")
    address = re.search(r"http://127\.0\.0\.1:(\d+)", told)
    assert address is not None
    assert int(address[1]) > taken
    assert f"Port {taken} is taken" in told
    async with httpx.AsyncClient(trust_env=False) as client:
        assert "docsbot" in (await client.get(address[0])).text
    family = children(process)

    process.send_signal(signal.SIGTERM)
    output, _ = await process.communicate()
    assert process.returncode == 0
    assert "Traceback" not in output.decode()
    assert not [child for child in family if running(child)]
    left = sorted(path.relative_to(tmp_path / "tmp") for path in (tmp_path / "tmp").rglob("*") if path.is_file())
    assert [path.name for path in left] == ["act-7-alice.pdf", "invoice-9001-alice.pdf"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".env", "tmp"]


async def test_it_ends_at_once_while_it_starts(tmp_path: Path) -> None:
    process = await start(tmp_path, "--port", "0")
    await read_until(process, "Starting the bot")
    process.send_signal(signal.SIGINT)
    output, _ = await process.communicate()
    assert (process.returncode, "Traceback" in output.decode()) == (0, False)
    assert not list((tmp_path / "tmp").iterdir())


def test_the_environment_stands_in_for_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parse([]) == Options("127.0.0.1", 8090, once=False, pace=10)
    monkeypatch.setenv("DEMO_HOST", "0.0.0.0")  # noqa: S104
    monkeypatch.setenv("DEMO_PORT", "9000")
    assert parse(["--once"]) == Options("0.0.0.0", 9000, once=True, pace=10)  # noqa: S104
    assert parse(["--host", "::1", "--port", "1", "--pace", "60"]) == Options("::1", 1, once=False, pace=60)


WRONG = [
    ["--port", "70000"],
    ["--port", "-1"],
    ["--pace", "0.1"],
    ["--pace", "nan"],
    ["--host", "demo.example"],
    ["--host", "1.2.3"],
    ["--host", "203.0.113.7"],
]


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_options_end_with_one_line_and_code_2(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(parse(wrong))
    assert ended.value.code == 2
    told = capsys.readouterr()
    assert told.err.startswith("docsbot: the demo's ")
    assert (told.out, told.err.count("\n")) == ("", 1)


async def test_killed_it_takes_its_bot_and_its_folder_along(tmp_path: Path) -> None:
    process = await start(tmp_path, "--port", "0")
    await read_until(process, "Anna")
    family = children(process)
    process.kill()
    await process.communicate()
    async with asyncio.timeout(20):
        while any(running(child) for child in family) or any((tmp_path / "tmp").iterdir()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert len(family) == 2, "the bot, and the keeper of the folder"
