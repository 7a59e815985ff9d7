"""Turns over virtual time: budgets hold in every window, ranks and places are kept, nothing is left waiting."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messaging.budgets import TELEGRAM, UNLIMITED, Budget, Budgets, Rank, Rate
from bot.messaging.turns import Ticket, Turns

GROUP, OTHER_GROUP, ANNA, BORIS = -7, -8, 1, 2
CHATS = (GROUP, OTHER_GROUP, ANNA, BORIS)


@dataclass
class Run:
    """Plays what comes when, and notes what went when."""

    budgets: Budgets
    went: list[tuple[float, Ticket]] = field(default_factory=list)
    replaced: list[Ticket] = field(default_factory=list)

    def play(self, comes: Iterable[tuple[float, Ticket]], holds: Iterable[tuple[float, int, float]] = ()) -> None:
        """Let tickets come and holds begin at their times, then go on until nothing waits."""
        turns, now = Turns(self.budgets), 0.0
        events: list[tuple[float, int, Ticket | tuple[int, float]]] = []
        number = count()
        events += [(at, next(number), ticket) for at, ticket in comes]
        events += [(at, next(number), (chat, seconds)) for at, chat, seconds in holds]
        for at, _, event in sorted(events, key=lambda event: event[:2]):
            now = self._until(turns, now, at)
            if isinstance(event, Ticket):
                older = turns.add(event, now)
                self.replaced += [older] if older is not None else []
            else:
                turns.hold(event[0], now + event[1], now)
        self._until(turns, now, float("inf"))

    def _until(self, turns: Turns, now: float, until: float) -> float:
        while True:
            found = turns.next(now)
            if isinstance(found, Ticket):
                self.went.append((now, found))
            elif found is None or found >= until:
                return max(now, until) if until != float("inf") else now
            else:
                assert found > now
                now = found


places = count()


def ticket(chat: int = ANNA, rank: Rank = Rank.ANSWER, key: int | None = None, size: int = 1) -> Ticket:
    return Ticket(chat, rank, next(places), key, size)


def most_in_any(went: list[float], seconds: float) -> int:
    return max((sum(at <= other < at + seconds for other in went) for at in went), default=0)


rushes = st.lists(
    st.tuples(
        st.one_of(st.just(0.0), st.floats(0, 200).map(lambda at: round(at, 1))),
        st.sampled_from(CHATS),
        st.sampled_from(Rank),
    ),
    max_size=150,
)


@given(rushes)
def test_no_window_holds_more_than_the_budget(rush: list[tuple[float, int, Rank]]) -> None:
    run = Run(TELEGRAM)
    run.play((at, ticket(chat, rank)) for at, chat, rank in sorted(rush, key=lambda one: one[0]))

    assert len(run.went) == len(rush)
    assert most_in_any([at for at, _ in run.went], 1.0) <= 30
    for chat in CHATS:
        here = [(at, one.rank) for at, one in run.went if one.chat_id == chat]
        times = [at for at, _ in here]
        assert most_in_any(times, 60.0 if chat < 0 else 20.0 - 1e-9) <= 20
        if chat < 0:
            assert most_in_any([at for at, rank in here if rank is Rank.COURTESY], 60.0) <= 3


@given(rushes)
def test_first_come_first_served_within_a_rank_and_chat_and_no_outcome_behind_a_courtesy(
    rush: list[tuple[float, int, Rank]],
) -> None:
    run, came = Run(TELEGRAM), {}
    comes = [(at, ticket(chat, rank)) for at, chat, rank in sorted(rush, key=lambda one: one[0])]
    came = {one.place: at for at, one in comes}
    run.play(comes)

    for chat in CHATS:
        for rank in Rank:
            own = [one.place for _, one in run.went if (one.chat_id, one.rank) == (chat, rank)]
            assert own == sorted(own)
        here = [(at, one) for at, one in run.went if one.chat_id == chat]
        for index, (at, courtesy) in enumerate(here):
            if courtesy.rank is Rank.COURTESY:
                assert not [
                    late for _, late in here[index + 1 :] if late.rank is Rank.OUTCOME and came[late.place] < at
                ]


@given(rushes, st.lists(st.tuples(st.floats(0, 100), st.sampled_from(CHATS), st.floats(1, 5000)), max_size=5))
def test_a_flood_stops_just_its_chat(
    rush: list[tuple[float, int, Rank]], holds: list[tuple[float, int, float]]
) -> None:
    run = Run(TELEGRAM)
    run.play(((at, ticket(chat, rank)) for at, chat, rank in sorted(rush, key=lambda one: one[0])), holds)

    assert len(run.went) == len(rush)
    held = {chat for _, chat, _ in holds}
    for at, one in run.went:
        assert not [begins for begins, chat, seconds in holds if chat == one.chat_id and begins < at < begins + seconds]
    if len(rush) < 20:
        longest = max((at for at, one in run.went if one.chat_id not in held), default=0.0)
        assert longest < 200 + 4 * 61


def test_documents_of_a_busy_group_go_at_once() -> None:
    """A document every 4 s, as the vendor's answers come, amid everything else that the bot would say."""
    run = Run(TELEGRAM)
    comes = [(second * 4.0, ticket(GROUP, Rank.OUTCOME)) for second in range(80)]
    comes += [(second * 0.5, ticket(GROUP, Rank.COURTESY)) for second in range(100)]
    documents = {one.place: at for at, one in comes if one.rank is Rank.OUTCOME}
    run.play(sorted(comes, key=lambda one: one[0]))

    late = [at - documents[one.place] for at, one in run.went if one.place in documents]
    assert len(late) == 80
    assert max(late) <= 2.0


def test_a_chatty_group_still_gets_its_documents() -> None:
    run = Run(TELEGRAM)
    comes = [(0.0, ticket(GROUP)) for _ in range(100)] + [(10.0, ticket(GROUP, Rank.OUTCOME))]
    run.play(comes)
    assert next(at for at, one in run.went if one.rank is Rank.OUTCOME) == 10.0


def test_answers_go_first_among_chats_too() -> None:
    run = Run(Budgets(overall=Budget((Rate(1, 1.0),))))
    chats = range(1, 11)
    run.play([*((0.0, ticket(chat, Rank.COURTESY)) for chat in chats), (2.5, ticket(99)), (2.5, ticket(98, Rank.NOTE))])
    assert [one.chat_id for _, one in run.went][:5] == [1, 2, 3, 99, 98]


def test_a_newer_change_of_a_message_goes_in_place_of_the_older() -> None:
    run = Run(Budgets(person=Budget((Rate(1, 10.0),))))
    first, older, other, newer = (ticket(key=key) for key in (1, 5, 6, 5))
    run.play([(0.0, first), (1.0, older), (2.0, other), (3.0, newer)])
    assert run.replaced == [older]
    assert [one for _, one in run.went] == [first, newer, other]


def test_what_was_dropped_costs_nothing() -> None:
    turns = Turns(Budgets(person=Budget((Rate(1, 10.0),))))
    first, second, third = ticket(), ticket(), ticket()
    for one in (first, second, third):
        turns.add(one, 0.0)
    assert turns.next(0.0) is first
    turns.drop(second, 1.0)
    assert turns.next(1.0) == 10.0
    assert turns.next(10.0) is third
    assert turns.next(10.0) is None


@pytest.mark.parametrize("rank", Rank)
def test_without_budgets_nothing_waits(rank: Rank) -> None:
    run = Run(UNLIMITED)
    run.play([(0.0, ticket(GROUP, rank)) for _ in range(1000)])
    assert {at for at, _ in run.went} == {0.0}


def test_chats_that_are_quiet_again_are_forgotten() -> None:
    turns = Turns(TELEGRAM)
    for chat in range(1, 1001):
        now = chat * 100.0
        turns.add(ticket(chat), now)
        assert isinstance(turns.next(now), Ticket)
    assert len(turns._lines) <= 2


albums = st.lists(st.tuples(st.floats(0, 200), st.sampled_from(CHATS), st.integers(2, 10)), max_size=12)


@given(rushes, albums)
def test_albums_count_as_their_documents(
    rush: list[tuple[float, int, Rank]], sent: list[tuple[float, int, int]]
) -> None:
    run = Run(TELEGRAM)
    comes = [(at, ticket(chat, rank)) for at, chat, rank in rush]
    run.play([*comes, *((at, ticket(chat, Rank.RESULT, size=size)) for at, chat, size in sent)])

    assert len(run.went) == len(rush) + len(sent)
    went = [(at, one.chat_id) for at, one in run.went for _ in range(one.size)]
    assert most_in_any([at for at, _ in went], 1.0) <= 30
    for chat in CHATS:
        assert most_in_any([at for at, where in went if where == chat], 60.0 if chat < 0 else 20.0 - 1e-9) <= 20


def test_an_album_finds_room_among_courtesies_and_never_before_outcomes() -> None:
    run = Run(TELEGRAM)
    outcomes = [(0.0, ticket(GROUP, Rank.OUTCOME)) for _ in range(30)]
    notes = [(float(second), ticket(GROUP, Rank.NOTE)) for second in range(600)]
    run.play([*outcomes, *notes, (1.0, ticket(GROUP, Rank.RESULT, size=10))])

    order = [one.rank for _, one in run.went]
    album = order.index(Rank.RESULT)
    assert order[:album] == [Rank.OUTCOME] * len(outcomes)
    assert run.went[album][0] < 62
