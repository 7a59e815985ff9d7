"""The vendor's limits and errors, on a clock that stands still."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.documents.papers import Kind
from sandbox.smscentre.answers import Answer, Created, Found, Refusal
from sandbox.smscentre.calls import Method
from sandbox.smscentre.centre import SmsCentre
from sandbox.smscentre.faults import Cut, Delay, Fail, Faults, Hang
from sandbox.smscentre.journal import Outcome
from sandbox.smscentre.refusals import ErrorCode
from sandbox.smscentre.rules import Rules
from sandbox.smscentre.world import World, sample_world
from tests.sandbox.smscentre_drive import CREATE, Desk, StillClock

NO_PACE = Rules(pace=0)


def code_of(answer: Answer) -> ErrorCode | None:
    return answer.code if isinstance(answer, Refusal) else None


def test_an_invoice_is_made_once_and_numbered_on() -> None:
    desk = Desk(NO_PACE)
    first = desk.ask({**CREATE, "service": "Рассылка"})
    second = desk.ask({"add_account": "1", "user_id": "103", "sum": "7"})
    assert isinstance(first, Created)
    assert isinstance(second, Created)
    assert [invoice.number for invoice in desk.centre.invoices] == [9001, 9002]
    assert first.invoice.amount == Decimal("1500.50")
    assert first.paper.lines[0].title == "Рассылка"
    assert second.paper.buyer.name == "ООО «Ромашка»"
    assert second.paper.total == Decimal(7)


def test_an_invoice_bears_the_day_that_it_is_in_moscow() -> None:
    answer = Desk().ask(CREATE)
    assert isinstance(answer, Created)
    assert answer.paper.day.isoformat() == "2026-11-23"


def test_an_invoice_is_found_again_as_the_same_paper() -> None:
    desk = Desk(NO_PACE)
    made = desk.ask(CREATE)
    for user in ({"user": "alice"}, {"user_id": "101"}):
        found = desk.ask({"get_account": "1", "id": "9001", **user})
        assert isinstance(made, Created)
        assert found == Found(made.paper)


@pytest.mark.parametrize("user", [{"user": "bob"}, {"user_id": "103"}])
def test_another_sub_clients_invoice_is_error_7(user: dict[str, str]) -> None:
    desk = Desk(NO_PACE)
    desk.ask(CREATE)
    assert code_of(desk.ask({"get_account": "1", "id": "9001", **user})) is ErrorCode.DOCUMENT
    assert code_of(desk.ask({"get_account": "1", "id": "9002", "user": "alice"})) is ErrorCode.DOCUMENT


def test_another_logins_invoice_is_error_7() -> None:
    desk = Desk(NO_PACE, logins=("demo", "beta"))
    desk.ask(CREATE)
    get = {"get_account": "1", "id": "9001", "user": "alice"}
    assert code_of(desk.ask(get, login="beta")) is ErrorCode.DOCUMENT
    assert isinstance(desk.ask(get), Found)


@pytest.mark.parametrize("which", [{"num": "А-15/2026"}, {"id": "10103"}])
def test_an_act_is_found_by_number_and_by_id(which: dict[str, str]) -> None:
    answer = Desk().ask({"get_act": "1", "user": "alice", **which})
    assert isinstance(answer, Found)
    assert (answer.paper.kind, answer.paper.number) == (Kind.ACT, "А-15/2026")
    assert answer.paper.buyer.name == "ООО «Алиса и партнёры»"


@pytest.mark.parametrize("which", [{"num": "99"}, {"num": "A-15/2026"}, {"id": "10203"}])
def test_an_act_that_the_sub_client_has_not_is_error_7(which: dict[str, str]) -> None:
    assert code_of(Desk().ask({"get_act": "1", "user": "alice", **which})) is ErrorCode.DOCUMENT


@pytest.mark.parametrize("user", [{"user": "Alice"}, {"user": "101"}, {"user_id": "999"}])
def test_an_unknown_sub_client_is_error_6(user: dict[str, str]) -> None:
    assert code_of(Desk().ask({"get_act": "1", "num": "7", **user})) is ErrorCode.SUB_CLIENT


def test_creation_can_be_made_to_fail() -> None:
    desk = Desk(Rules(pace=0, creation_fails=True))
    assert code_of(desk.ask(CREATE)) is ErrorCode.CREATION
    assert not desk.centre.invoices
    assert isinstance(desk.ask({"get_act": "1", "user": "alice", "num": "7"}), Found)


@pytest.mark.parametrize(
    "secrets",
    [
        {"psw": "wrong"},
        {"login": "nobody"},
        {"login": ""},
        {"apikey": "wrong"},
        {"apikey": "demo-apikey", "login": "beta"},
    ],
)
def test_who_does_not_sign_in_gets_error_2(secrets: dict[str, str]) -> None:
    desk = Desk()
    assert code_of(desk.ask({**CREATE, **secrets})) is ErrorCode.CREDENTIALS
    assert isinstance(desk.ask(CREATE), Created), "it did not use up the minute"


def test_an_api_key_signs_in_by_itself() -> None:
    desk = Desk()
    visit = desk.centre.arrive(desk.clock.now(), "10.0.0.1", "POST", {}, {**CREATE, "apikey": "demo-apikey"})
    assert isinstance(desk.centre.handle(visit), Created)
    assert visit.entry.login == "demo"


def test_an_address_that_is_not_on_the_logins_list_is_error_2() -> None:
    desk = Desk(NO_PACE)
    world = desk.centre.world
    listed = replace(world.accounts[0], allowed_ips=frozenset({"10.0.0.2"}))
    desk.centre.world = World((listed,), world.seller)
    assert code_of(desk.ask(CREATE, ip="10.0.0.1")) is ErrorCode.CREDENTIALS
    assert isinstance(desk.ask(CREATE, ip="10.0.0.2"), Created)


def test_a_second_request_within_the_pace_is_error_9_and_does_not_prolong_it() -> None:
    desk = Desk()
    assert isinstance(desk.ask(CREATE), Created)
    for wait in (0, 30, 29.999):
        desk.clock.seconds += wait
        assert code_of(desk.ask(CREATE)) is ErrorCode.TOO_SOON
    desk.clock.seconds += 0.001
    assert isinstance(desk.ask(CREATE), Created)
    assert len(desk.centre.invoices) == 2


def test_the_pace_counts_from_the_arrival_not_from_the_answer() -> None:
    desk = Desk()
    visit = desk.arrive(CREATE)
    desk.centre.handle(visit)
    desk.clock.seconds += 60
    desk.centre.leave(visit, delivered=True)
    assert isinstance(desk.ask(CREATE), Created)


def test_the_pace_is_each_logins_own() -> None:
    desk = Desk(logins=("demo", "beta"))
    assert isinstance(desk.ask(CREATE), Created)
    assert isinstance(desk.ask(CREATE, login="beta"), Created)


@pytest.mark.parametrize(
    "refused",
    [{"add_account": "1"}, {**CREATE, "user": "nobody"}, {"get_account": "1", "user": "alice", "id": "1"}],
)
def test_errors_1_6_and_7_use_up_the_minute(refused: dict[str, str]) -> None:
    desk = Desk()
    assert code_of(desk.ask(refused)) in {ErrorCode.PARAMETERS, ErrorCode.SUB_CLIENT, ErrorCode.DOCUMENT}
    desk.clock.seconds += 59
    assert code_of(desk.ask(CREATE)) is ErrorCode.TOO_SOON


def test_the_fifteenth_request_open_at_once_is_error_9() -> None:
    desk = Desk(NO_PACE)
    opened = [desk.arrive(CREATE) for _ in range(14)]
    assert all(isinstance(desk.centre.handle(visit), Created) for visit in opened)
    assert code_of(desk.ask(CREATE)) is ErrorCode.TOO_SOON
    desk.centre.leave(opened[0], delivered=False)
    assert isinstance(desk.ask(CREATE), Created)


def test_frequent_wrong_requests_block_the_address_and_going_on_prolongs_it() -> None:
    desk = Desk(Rules(pace=0, wrong_limit=3, wrong_window=60, block_for=100))
    wrong = {**CREATE, "psw": "wrong"}
    assert [code_of(desk.ask(wrong)) for _ in range(3)] == [ErrorCode.CREDENTIALS] * 3
    assert code_of(desk.ask(CREATE)) is ErrorCode.BLOCKED
    assert isinstance(desk.ask(CREATE, ip="10.0.0.2"), Created)
    for request in (wrong, {"add_account": "1"}):
        desk.clock.seconds += 99
        assert code_of(desk.ask(request)) is ErrorCode.BLOCKED
    desk.clock.seconds += 99
    assert code_of(desk.ask(CREATE)) is ErrorCode.BLOCKED, "a right request does not prolong it"
    desk.clock.seconds += 1
    assert isinstance(desk.ask(CREATE), Created)


def test_wrong_requests_that_are_far_apart_block_nobody() -> None:
    desk = Desk(Rules(pace=0, wrong_limit=3, wrong_window=60))
    for _ in range(10):
        assert code_of(desk.ask({"add_account": "1"})) is ErrorCode.PARAMETERS
        desk.clock.seconds += 30


def test_a_block_can_be_switched_on_and_off() -> None:
    desk = Desk(NO_PACE)
    desk.centre.rules = replace(NO_PACE, blocked=True)
    assert code_of(desk.ask(CREATE)) is ErrorCode.BLOCKED
    desk.centre.rules = NO_PACE
    assert isinstance(desk.ask(CREATE), Created)


@pytest.mark.parametrize("code", list(ErrorCode))
def test_an_ordered_error_makes_no_invoice_and_spends_the_minute_as_a_real_one(code: ErrorCode) -> None:
    desk = Desk()
    visit = desk.arrive(CREATE)
    assert desk.centre.fail(visit, code) == Refusal(code)
    desk.centre.leave(visit, delivered=True)
    assert not desk.centre.invoices
    assert isinstance(desk.ask(CREATE), Created) == (code in {2, 4, 9})


def test_the_journal_tells_what_happened_without_secrets() -> None:
    desk = Desk()
    desk.ask(CREATE)
    desk.clock.seconds += 1.5
    visit = desk.arrive({**CREATE, "apikey": "demo-apikey"})
    desk.centre.handle(visit)
    first, second = desk.centre.journal.entries
    assert (first.login, first.method, first.outcome, first.invoice) == ("demo", "add_account", "created", 9001)
    assert first.parameters == {"login": "demo", **CREATE}
    assert first.ended == first.arrived
    assert first.delivered
    assert (second.outcome, second.error_code) == (Outcome.REFUSED, ErrorCode.TOO_SOON)
    assert (second.ended, second.delivered) == (None, False)
    assert second.arrived.monotonic - first.arrived.monotonic == 1.5
    assert "demo-psw" not in repr(desk.centre.journal)
    assert "demo-apikey" not in repr(desk.centre.journal)
    assert "psw" not in repr(desk.centre.world.accounts)
    assert str(second) == "#2 demo add_account refused 9"


def test_the_journal_of_a_login_and_a_method() -> None:
    desk = Desk(logins=("demo", "beta"))
    desk.ask(CREATE)
    desk.ask(CREATE, login="beta")
    desk.ask({"get_act": "1", "user": "alice", "num": "7"}, login="beta")
    journal = desk.centre.journal
    assert [entry.number for entry in journal.of("beta")] == [2, 3]
    assert [entry.number for entry in journal.of(method=Method.ADD_ACCOUNT)] == [1, 2]
    assert [entry.number for entry in journal.of("beta", Method.GET_ACT)] == [3]


@given(st.lists(st.tuples(st.integers(min_value=0, max_value=160), st.booleans()), max_size=30))
def test_a_request_is_accepted_if_and_only_if_the_pace_is_over(steps: list[tuple[int, bool]]) -> None:
    desk = Desk(Rules(pace=10), logins=("demo", "beta"))
    last: dict[str, float] = {}
    for quarters, demo in steps:
        desk.clock.seconds += quarters / 4
        login, now = ("demo" if demo else "beta"), desk.clock.seconds
        accepted = isinstance(desk.ask(CREATE, login=login), Created)
        assert accepted == (now - last.get(login, -10) >= 10)
        if accepted:
            last[login] = now
    made = [entry.invoice for entry in desk.centre.journal.entries if entry.outcome is Outcome.CREATED]
    assert made == [invoice.number for invoice in desk.centre.invoices]


def test_faults_hit_whom_they_are_meant_for_as_often_as_ordered() -> None:
    faults = Faults()
    faults.add(Fail(ErrorCode.CREATION), login="demo", method=Method.ADD_ACCOUNT, times=2)
    faults.add(Hang(), times=None)
    assert faults.take("beta", Method.ADD_ACCOUNT, handled=False) == Hang()
    assert faults.take("demo", Method.GET_ACT, handled=False) == Hang()
    taken = [faults.take("demo", Method.ADD_ACCOUNT, handled=False) for _ in range(4)]
    assert taken == [Fail(ErrorCode.CREATION)] * 2 + [Hang()] * 2
    faults.clear()
    assert faults.take("demo", Method.ADD_ACCOUNT, handled=False) is None


def test_a_delay_goes_together_with_another_fault() -> None:
    faults = Faults()
    faults.add(Cut("after"))
    faults.add(Delay(2))
    assert faults.take_delay("demo", None) == 2
    assert faults.take_delay("demo", None) == 0
    assert faults.take("demo", None, handled=False) is None
    assert faults.take("demo", None, handled=True) == Cut("after")
    assert not faults.pending


async def test_waiting_ends_when_the_predicate_holds() -> None:
    desk = Desk(NO_PACE)
    desk.ask(CREATE)
    await desk.centre.wait_for(lambda centre: len(centre.invoices) == 1)


async def test_waiting_in_vain_tells_the_journal() -> None:
    desk = Desk(NO_PACE)
    desk.ask(CREATE)
    with pytest.raises(TimeoutError, match="#1 demo add_account created 9001"):
        await desk.centre.wait_for(lambda centre: len(centre.invoices) == 2, timeout=0.01)


def test_the_default_world_has_the_four_sub_clients_of_demo() -> None:
    (account,) = sample_world().accounts
    assert account.login == "demo"
    assert {client.id: client.name for client in account.sub_clients} == {
        101: "alice",
        102: "bob",
        103: "ООО Ромашка",
        104: "ivan@example.com",
    }
    assert all({"7", "А-15/2026"} <= {act.num for act in client.acts} for client in account.sub_clients)


def test_the_default_rules_are_the_vendors() -> None:
    centre = SmsCentre(sample_world(), clock=StillClock())
    assert (centre.rules.pace, centre.rules.concurrent) == (60, 15)
