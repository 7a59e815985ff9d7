"""The soak: the real bot between the two sandboxes, killed again and again, and the oracle of the end-to-end tests.

    python -m tests.e2e.soak --kills 200 [--seconds 900] [--seed 7]

People say commands and press buttons at random, SMS Center and Telegram misbehave at random, and every few seconds the
bot's process is killed with SIGKILL (now and then asked to stop with SIGTERM) and started again. Then all trouble ends,
what is still open must come to its outcome, and the oracle judges by what the sandboxes saw. Exit code 0: no broken
promise; 1: broken promises, each on a line.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.smscentre.faults import PAGES, Cut, Delay, Effect, Fail, Hang
from sandbox.smscentre.refusals import ErrorCode
from sandbox.telegram.state import Chat, Message, User
from tests.e2e import oracle
from tests.e2e.process import PlainStarter
from tests.e2e.wishes import is_command
from tests.e2e.words import is_status
from tests.e2e.world import SECRETS, TWO_LOGINS, UNEXPECTED, World, prepare, world
from tests.support.databases import sqlite_url

PACE_S = 0.25
MOST_OPEN = 12
"""Commands without an outcome beyond which people wait for answers, as they do."""
MOST_TROUBLE = 2
"""Faults that may be on their way at a time: most requests have to go well, or nothing happens that could go wrong."""
SETTLE_S = 120.0
_SUB_CLIENTS = ("alice", "bob", "#103", "id:104", "nobody")
_ACTS = ("7", "8", "А-15/2026", "id:10101", "99")
_VENDOR_TROUBLE: tuple[Effect, ...] = (
    Delay(0.4),
    Cut("before"),
    Cut("after"),
    Cut("midway"),
    Hang(),
    Hang(handled=True),
    PAGES["502"],
    PAGES["empty"],
    Fail(ErrorCode.CREATION),
    Fail(ErrorCode.TOO_SOON),
    Fail(ErrorCode.BLOCKED),
    Fail(ErrorCode.CREDENTIALS),
)


@dataclass
class Soak:
    """The people, the trouble and the killer, all on one world and one source of chance."""

    w: World
    chance: random.Random
    done: Counter[str] = field(default_factory=Counter)
    _next_sum: int = 100

    async def run(self, kills: int, until: float) -> None:
        """Go on until the bot was killed so often, or until a time of `time.monotonic`; then let all come to an end."""
        self._start()
        people = [asyncio.create_task(work()) for work in (self._people, self._trouble, self._operator)]
        try:
            while self.done["kills"] < kills and time.monotonic() < until:
                await self._live()
                await self._end_the_bot()
                self._start()
                for task in people:
                    if task.done():
                        task.result()
        finally:
            for task in people:
                task.cancel()
            await asyncio.gather(*people, return_exceptions=True)
        await self._calm()

    def _start(self) -> None:
        self.w.bot.start()

    async def _live(self) -> None:
        """Let the bot live for a while: mostly some time after it began to listen, now and then not even so long."""
        if self.chance.random() < 0.85:
            polls = len(self.w.telegram.journal.of("getUpdates"))
            await self.w.telegram.wait_for(
                lambda: len(self.w.telegram.journal.of("getUpdates")) > polls or not self.w.bot.running, timeout=60
            )
        await asyncio.sleep(self.chance.uniform(0.1, 3.0))

    async def _end_the_bot(self) -> None:
        if self.chance.random() < 0.1:
            code = await self.w.bot.stop()
            self.done["stops"] += 1
            if code not in {0, -15}:  # -15: told to stop before it could listen
                raise RuntimeError(f"SIGTERM ended the bot with exit code {code}")
        else:
            await self.w.bot.kill()
            self.done["kills"] += 1
            if self.done["kills"] % 20 == 0:
                print(f"{self.done['kills']} kills: {self.summary()}", flush=True)

    async def _calm(self) -> None:
        """End all trouble, start once more, and wait for what is still open."""
        self.w.telegram.faults.clear()
        self.w.vendor.faults.clear()
        await self.w.bot.kill()
        self._start()
        self._resume()
        await self.w.telegram.wait_for(lambda: not oracle.unanswered(self.w.evidence()), timeout=SETTLE_S)

    async def _people(self) -> None:
        acts: Sequence[tuple[int, Callable[[], None]]] = (
            (40, self._ask_invoice),
            (20, self._ask_act),
            (10, self._ask_getinvoice),
            (10, self._ask_around),
            (8, self._stranger),
            (30, self._press_something),
            (4, self._deliver_again),
        )
        weights = [weight for weight, _ in acts]
        while True:
            await asyncio.sleep(self.chance.uniform(0.01, 0.25))
            if len(oracle.unanswered(self.w.evidence())) < MOST_OPEN:
                (_, act) = self.chance.choices(acts, weights)[0]
                act()

    async def _trouble(self) -> None:
        faults = self.w.telegram.faults
        on_telegram: Sequence[Callable[[str], object]] = (
            lambda method: faults.too_many_requests(method, retry_after=1),
            faults.server_error,
            faults.cut,
            lambda method: faults.cut(method, accepted=True),
            faults.hang,
            lambda method: faults.hang(method, accepted=True),
            faults.garble,
        )
        while True:
            await asyncio.sleep(self.chance.uniform(0.1, 1.5))
            if len(self.w.vendor.faults.pending) + len(faults) > MOST_TROUBLE:
                continue
            if self.chance.random() < 0.6:
                self.w.vendor.faults.add(self.chance.choice(_VENDOR_TROUBLE))
                self.done["vendor faults"] += 1
            else:
                method = self.chance.choice(("sendDocument", "sendMessage", "getUpdates", "*"))
                self.chance.choice(on_telegram)(method)
                self.done["telegram faults"] += 1

    async def _operator(self) -> None:
        """Start again what errors 2 and 4 have stopped, once what was said before is answered."""
        while True:
            await asyncio.sleep(3)
            if not any(said.text.startswith("/resume") for said in oracle.unanswered(self.w.evidence())):
                self._resume()

    def _resume(self) -> None:
        for login in ("demo", "beta"):
            self.w.say(self.w.olga, f"/resume {login}")

    def _somewhere(self) -> tuple[User, Chat | None]:
        w = self.w
        return self.chance.choice([(w.anna, None), (w.olga, None), (w.anna, w.team), (w.olga, w.team)])

    def _ask_invoice(self) -> None:
        person, chat = self._somewhere()
        self._next_sum += 1  # every invoice is one of a kind, so that the oracle can tell whose it is
        self.w.say(person, f"/invoice {self.chance.choice(_SUB_CLIENTS)} {self._next_sum}", chat)
        self.done["invoices asked for"] += 1

    def _ask_act(self) -> None:
        person, chat = self._somewhere()
        self.w.say(person, f"/act {self.chance.choice(_SUB_CLIENTS)} {self.chance.choice(_ACTS)}", chat)
        self.done["acts asked for"] += 1

    def _ask_getinvoice(self) -> None:
        person, chat = self._somewhere()
        number = 9001 + self.chance.randrange(len(self.w.vendor.invoices) + 1)
        self.w.say(person, f"/getinvoice {self.chance.choice(_SUB_CLIENTS)} {number}", chat)
        self.done["invoices fetched"] += 1

    def _ask_around(self) -> None:
        person, chat = self._somewhere()
        self.w.say(person, self.chance.choice(("/queue", "/whoami", "/help", "/client", "/invoice alice")), chat)

    def _stranger(self) -> None:
        self._next_sum += 1
        chat = self.chance.choice([None, self.w.team])
        self.w.say(self.w.ivan, f"/invoice alice {self._next_sum}", chat)
        self.done["strangers"] += 1

    def _press_something(self) -> None:
        w = self.w
        chats = [w.telegram.chat(w.anna.id), w.telegram.chat(w.olga.id), w.team]
        offered = [(message, button.data) for chat in chats for message in chat.visible() for button in message.buttons]
        questions = [message for chat in chats for message in chat.visible() if message.forces_reply]
        if questions and self.chance.random() < 0.5:
            self._reply(self.chance.choice(questions))
        elif offered:
            message, data = self.chance.choice(offered[-20:])
            person = message.chat.peer or self.chance.choice((w.anna, w.olga))
            if data is not None:
                for _ in range(self.chance.choice((1, 1, 2))):
                    w.press_data(person, message, data)
                self.done["presses"] += 1

    def _reply(self, question: Message) -> None:
        number = 9001 + self.chance.randrange(len(self.w.vendor.invoices) + 1)
        person = question.chat.peer or self.chance.choice((self.w.anna, self.w.olga))
        self.w.say(person, str(number), question.chat, reply_to=question)
        self.done["replies"] += 1

    def _deliver_again(self) -> None:
        try:
            self.w.telegram.redeliver(self.chance.randint(1, 5))
        except ValueError:
            return
        self.done["updates delivered again"] += 1

    def summary(self) -> str:
        """Say in figures what was done so far."""
        figures = {
            **self.done,
            "commands": sum(is_command(said.text) for said in self.w.said),
            "invoices": len(self.w.vendor.invoices),
            "vendor requests": len(self.w.vendor.journal.entries),
            "documents": sum(call.accepted for call in self.w.telegram.journal.of("sendDocument")),
        }
        return ", ".join(f"{name} {number}" for name, number in sorted(figures.items()))


def broken_promises(w: World) -> list[str]:
    """Return what the oracle finds, and every secret that was printed."""
    return [*oracle.judge(w.evidence()), *("a secret is in the log" for secret in SECRETS if secret in w.bot.log)]


def orphans(w: World) -> int:
    """Count the status messages that nobody will take away: whoever is killed while sending one never learns its id."""
    chats = (w.team, w.chat(w.anna), w.chat(w.olga))
    return sum(is_status(message.text) for chat in chats for message in chat.visible())


async def soak(folder: Path, kills: int, seconds: float, seed: int) -> int:
    """Run it in a folder; print what was done and the verdict."""
    await prepare(sqlite_url(folder / "prepared.db"))
    settings = {"SMSC_ACCOUNTS": TWO_LOGINS, "SMSC_TIMEOUT": "1.5", "LOG_LEVEL": "INFO"}
    settings |= {"MAX_WAITING_PER_PERSON": "0", "MAX_WAITING_PER_CHAT": "0"}
    began = time.monotonic()
    async with world(
        folder / "world",
        database=folder / "prepared.db",
        starter=PlainStarter(),
        pace=PACE_S,
        start=False,
        judged=False,
        **settings,
    ) as w:
        await w.allow("chat", w.team.id, login="beta")
        made = Soak(w, random.Random(seed))
        broken = []
        try:
            await made.run(kills, began + seconds)
        except TimeoutError as late:
            broken.append(str(late))
        broken += broken_promises(w)
        unforeseen = [match[1] for match in UNEXPECTED.finditer(w.bot.log)]
        print(f"seed {seed}, {time.monotonic() - began:.0f} s: {made.summary()}")
        print(f"status messages left behind by kills and failed deletions: {orphans(w)}")
    return verdict(unforeseen, broken)


def verdict(unforeseen: Sequence[str], broken: Sequence[str]) -> int:
    """Print what went wrong, and return the process's exit code."""
    for line in unforeseen:
        print("unforeseen, see the log:", line)
    for line in broken:
        print("BROKEN:", line)
    print("verdict:", "BROKEN PROMISES" if broken else "no broken promise")
    return 1 if broken else 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.soak", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--folder", type=Path, help="keep the log and the database here")
    given = parser.parse_args(arguments)
    folder = given.folder or Path(tempfile.mkdtemp(prefix="docsbot-soak-"))
    print(f"in {folder}", flush=True)
    return asyncio.run(soak(folder, given.kills, given.seconds, given.seed))


if __name__ == "__main__":
    sys.exit(main())
