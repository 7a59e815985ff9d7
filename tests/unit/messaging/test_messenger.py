"""The messenger on a virtual clock, with the simulation's Telegram: floods, a plain no, and groups that move."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from markupsafe import Markup
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.domain import Destination
from bot.messaging.budgets import TELEGRAM, Rank
from bot.messaging.chat_moves import is_upgrade
from bot.messaging.courtesies import Courtesies, Courtesy, Fate
from bot.messaging.messenger import Messenger, NoLongerWanted, Undeliverable
from bot.messaging.outbox import Outbox
from tests.support.loop import START, Timeline, VirtualLoop

GROUP, SUPERGROUP, ANNA = -700, -1_000_000_000_700, 1
TEXT = Markup("text")


@dataclass(frozen=True)
class Sent:
    message_id: int = 17
    document: None = None


@dataclass
class Scripted:
    """Calls whose answers are said beforehand; then all is well."""

    loop: VirtualLoop
    answers: list[TelegramError] = field(default_factory=list)
    made: list[tuple[float, str, int]] = field(default_factory=list)

    async def _call(self, what: str, chat_id: int) -> Sent:
        self.made.append((self.loop.time() - START, what, chat_id))
        if self.answers:
            raise self.answers.pop(0)
        return Sent()

    async def send_text(self, to: Destination, *_: Any) -> Sent:
        return await self._call(f"send{'' if to.thread_id is None else f' to {to.thread_id}'}", to.chat_id)

    async def edit_text(self, chat_id: int, message_id: int, *_: Any) -> Sent:
        return await self._call(f"edit {message_id}", chat_id)

    async def delete(self, chat_id: int, message_id: int) -> Sent:
        return await self._call(f"delete {message_id}", chat_id)

    async def show_sending(self, to: Destination) -> Sent:
        return await self._call("action", to.chat_id)


class Scene:
    def __init__(self) -> None:
        self.loop = VirtualLoop(Timeline())
        self.calls = Scripted(self.loop)
        self.moves: list[tuple[int, int]] = []
        self.outbox = Outbox(TELEGRAM)
        self.messenger = Messenger(self.calls, self.outbox, self._moved)  # type: ignore[arg-type]
        self.courtesies = Courtesies(self.calls, self.outbox, self._moved)  # type: ignore[arg-type]

    async def _moved(self, old: int, new: int) -> bool:
        self.moves.append((old, new))
        return is_upgrade(old, new)

    def run(self, play: Awaitable[Any]) -> Any:
        return self.loop.run_until_complete(play)

    @property
    def what(self) -> list[tuple[str, int]]:
        return [(what, chat) for _, what, chat in self.calls.made]


@pytest.fixture
def scene() -> Iterator[Scene]:
    scene = Scene()
    yield scene
    scene.loop.close()


@pytest.mark.parametrize("seconds", [1, 61, 3600])
def test_a_flood_or_slow_mode_is_no_no(scene: Scene, seconds: int) -> None:
    scene.calls.answers = [RetryAfter(seconds), RetryAfter(seconds)]
    assert scene.run(scene.messenger.send_text(Destination(GROUP), TEXT)) == 17
    assert [round(at) for at, *_ in scene.calls.made] == [0, seconds, 2 * seconds]


def test_a_flood_stops_just_its_chat_and_keeps_the_order_there(scene: Scene) -> None:

    async def play() -> None:
        scene.calls.answers = [RetryAfter(100)]
        first = asyncio.create_task(scene.messenger.edit_text(GROUP, 1, TEXT))
        await asyncio.sleep(1)
        await scene.messenger.send_text(Destination(ANNA), TEXT)
        second = asyncio.create_task(scene.messenger.edit_text(GROUP, 2, TEXT))
        courtesy = asyncio.create_task(scene.courtesies.show_sending(Destination(GROUP)))
        await asyncio.gather(first, second, courtesy)

    scene.run(play())
    assert [(round(at), what) for at, what, _ in scene.calls.made] == [
        (0, "edit 1"),
        (1, "send"),
        (100, "edit 1"),
        (100, "edit 2"),
    ]


@pytest.mark.parametrize("error", [Forbidden("blocked"), BadRequest("not enough rights"), NetworkError("Too Large")])
def test_a_plain_no(scene: Scene, error: TelegramError) -> None:
    scene.calls.answers = [error]
    with pytest.raises(Undeliverable):
        scene.run(scene.messenger.send_text(Destination(GROUP), TEXT))
    assert len(scene.calls.made) == 1


def test_what_is_new_goes_along_with_its_group_and_out_of_a_topic_that_is_gone(scene: Scene) -> None:
    scene.calls.answers = [ChatMigrated(SUPERGROUP), NetworkError("reset")]
    scene.run(scene.messenger.send_text(Destination(GROUP, 5, 6), TEXT))
    assert scene.what == [("send to 5", GROUP), ("send", SUPERGROUP), ("send", SUPERGROUP)]

    scene.calls.made, scene.calls.answers = [], [BadRequest("Message thread not found")]
    scene.run(scene.messenger.send_text(Destination(SUPERGROUP, 5), TEXT))
    assert scene.what == [("send to 5", SUPERGROUP), ("send", SUPERGROUP)]


BY_ID: dict[str, Callable[[Scene, int], Awaitable[object]]] = {
    "delete": lambda scene, chat: scene.messenger.delete(chat, 9),
    "replace": lambda scene, chat: scene.messenger.replace_text(chat, 9, TEXT),
    "edit": lambda scene, chat: scene.messenger.edit_text(chat, 9, TEXT),
    "take away": lambda scene, chat: scene.courtesies.take_away(chat, 9),
    "change": lambda scene, chat: scene.courtesies.change(chat, 9, _words),
}


async def _words() -> Markup:
    return TEXT


@pytest.mark.parametrize("what", BY_ID)
def test_a_message_of_the_old_group_is_not_touched_in_the_new_one(scene: Scene, what: str) -> None:
    scene.calls.answers = [ChatMigrated(SUPERGROUP)] * 1000
    scene.run(BY_ID[what](scene, GROUP))
    assert [chat for _, chat in scene.what] == [GROUP]


@pytest.mark.parametrize(
    ("old", "new"), [(GROUP, -701), (GROUP, ANNA), (ANNA, SUPERGROUP), (SUPERGROUP, SUPERGROUP - 1), (GROUP, GROUP)]
)
def test_only_a_real_supergroup_is_followed(scene: Scene, old: int, new: int) -> None:
    scene.calls.answers = [ChatMigrated(new)] * 1000
    with pytest.raises(Undeliverable):
        scene.run(scene.messenger.send_text(Destination(old), TEXT))
    assert scene.what == [("send", old)]


def test_a_supergroup_that_claims_to_have_moved_again_is_not_followed_for_ever(scene: Scene) -> None:
    scene.calls.answers = [ChatMigrated(SUPERGROUP)] * 1000
    with pytest.raises(Undeliverable):
        scene.run(scene.messenger.send_text(Destination(GROUP), TEXT))
    assert [chat for _, chat in scene.what] == [GROUP, SUPERGROUP]


def test_what_has_waited_is_asked_about_again(scene: Scene) -> None:
    async def still() -> bool:
        return False

    scene.calls.answers = [RetryAfter(5)]
    with pytest.raises(NoLongerWanted):
        scene.run(scene.messenger.guarded_by(still).send_text(Destination(GROUP), TEXT))
    assert len(scene.calls.made) == 1


def test_a_courtesy_says_what_is_true_when_its_turn_has_come(scene: Scene) -> None:

    async def play() -> list[Courtesy]:
        said: list[Markup] = []

        async def words() -> Markup | None:
            return said.pop() if said else None

        outcomes = scene.messenger.of_rank(Rank.OUTCOME)
        sending = asyncio.gather(*(outcomes.send_text(Destination(ANNA), TEXT) for _ in range(21)))
        courtesy = asyncio.create_task(scene.courtesies.send(Destination(ANNA), words))
        await asyncio.sleep(1)
        said.append(TEXT)
        await sending
        return [await courtesy, await scene.courtesies.send(Destination(ANNA), words)]

    first, second = scene.run(play())
    assert (first.fate, first.message_id) == (Fate.TAKEN, 17)
    assert second.fate is Fate.NOTHING_TO_SAY
    assert scene.what == [("send", ANNA)] * 22


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (Forbidden("blocked"), Fate.REFUSED),
        (BadRequest("message to edit not found"), Fate.REFUSED),
        (NetworkError("reset"), Fate.LOST),
        (RetryAfter(3), Fate.LOST),
    ],
)
def test_a_courtesy_is_tried_once(scene: Scene, error: TelegramError, fate: Fate) -> None:
    scene.calls.answers = [error]
    assert scene.run(scene.courtesies.change(ANNA, 9, _words)).fate is fate
    assert len(scene.calls.made) == 1
