"""`docsbot demo`: set the stage, play, and stay up until told to stop. Needs no credentials and touches none."""

import asyncio
import errno
import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
from contextlib import AsyncExitStack, nullcontext
from pathlib import Path

from sandbox.demo.keeper import kept
from sandbox.demo.options import Options, options_of, parse, wrong_use
from sandbox.demo.play import Play
from sandbox.demo.stage import StageError, stage
from sandbox.demo.transcript import Transcript
from sandbox.server import listen, serve_on
from sandbox.web.app import create_app

__all__ = ["main", "options_of", "parse"]

PORTS_TRIED = 20


def main(options: Options | None = None) -> int:
    """Run the demo; return 0 when it ended as it should, 1 when something did not come.

    `SystemExit` with 2: the options cannot be followed on this machine.
    """
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    # What the sandbox's parts log would drown the conversation; the bot has a log of its own.
    logging.getLogger().setLevel(logging.ERROR)
    options = options or parse([])
    try:
        with nullcontext() if options.once else _listening(options) as door:
            return asyncio.run(_until_told(options, door))
    except BrokenPipeError:
        # Nobody reads on; Python would complain once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _listening(options: Options) -> socket.socket:
    """Return a socket for the page; a taken port makes way for the next free one."""
    last = min(options.port + PORTS_TRIED, 65_535)
    for port in range(options.port, last + 1):
        try:
            return listen(options.host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                why = f"the demo's page can't listen on {options.host}, port {port}: {os.strerror(error.errno or 0)}"
                raise wrong_use(why) from None
    raise wrong_use(f"no port from {options.port} to {last} is free for the demo's page")


async def _until_told(options: Options, door: socket.socket | None) -> int:
    """Run until done, or until SIGINT, SIGTERM or SIGHUP ends it."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(signum, told.set)
    demo, stop = asyncio.create_task(_demo(options, door)), asyncio.create_task(told.wait())
    await asyncio.wait({demo, stop}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    demo.cancel()
    try:
        return await demo
    except asyncio.CancelledError:
        return 0


async def _demo(options: Options, door: socket.socket | None) -> int:
    folder = Path(tempfile.mkdtemp(prefix="docsbot-demo-"))
    with kept(folder):
        return await _in_folder(folder, options, door)


async def _in_folder(folder: Path, options: Options, door: socket.socket | None) -> int:
    documents, workshop = folder / "documents", folder / "bot"
    documents.mkdir()
    workshop.mkdir()
    transcript = Transcript(documents)
    failed = False
    try:
        await _perform(options, door, workshop, transcript)
    except StageError as error:
        failed = True
        log = workshop / "bot.log"
        transcript.trouble(f"\nThe demo failed: {error}" + (f"\nThe bot's log: {log}" if log.exists() else ""))
    finally:
        if not failed:
            shutil.rmtree(workshop, ignore_errors=True)
        if any(documents.iterdir()):
            transcript.note(f"\nThe documents stay in {documents}")
        elif not failed:
            shutil.rmtree(folder, ignore_errors=True)
    return int(failed)


async def _perform(options: Options, door: socket.socket | None, workshop: Path, transcript: Transcript) -> None:
    transcript.heading("docsbot, shown in a sandbox: no credentials, and nothing leaves this machine.")
    if door is not None and options.port not in {0, door.getsockname()[1]}:
        transcript.note(f"Port {options.port} is taken, so the page is on {door.getsockname()[1]}.")
    transcript.note(f"SMS Center's minute lasts {options.pace:g} s here. Starting the bot...")
    async with AsyncExitStack() as stack:
        set_up = await stack.enter_async_context(stage(workshop, options.pace))
        address = None
        if door is not None:
            address = _reachable(await stack.enter_async_context(serve_on(door, create_app(set_up))))
        await set_up.ready()
        try:
            await Play(set_up, transcript).run()
        except StageError as error:
            if address is None:
                raise
            transcript.trouble(f"\nThat went wrong: {error}\nThe bot's log: {set_up.bot.log}")
        if address is None:
            return
        transcript.note()
        transcript.heading(f"Go on in your browser: {address}")
        transcript.note("There you write as any of them, see what SMS Center sees, and can make trouble.")
        transcript.note("Ctrl-C ends all of it.")
        await asyncio.Event().wait()


def _reachable(url: str) -> str:
    """Return the page's address for the browser: "all addresses" is none."""
    return url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
