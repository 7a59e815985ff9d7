"""Names that are the same, or nearly, however they were typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parsing import folded, folded_service, near


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alice", "alice"),
        ("аlice", "alice"),  # Cyrillic а
        ("ΑLICE", "alice"),  # Greek Α
        ("ALICE", "aIice"),  # capital I
        ("ВОВА", "BOBA"),
        ("sms", "SMS"),
        ("ЅМЅ", "sms"),
        ("SMS  за\u00a0май", "sms за май"),
        ("Ёлка", "елка"),
        ("ａｌｉｃｅ", "alice"),
        ("al\u00adi\u200bce", "alice"),
        ("STRASSE", "straße"),
        ("ТЕСТ", "тест"),
        ("ТЕСТ", "TECT"),
        ("daνid", "david"),  # Greek ν
        ("bυs", "bus"),  # Greek υ
        ("ΝΙΚΗ", "νικη"),
        ("ցarοl", "garol"),  # Armenian ց, Greek ο
        ("іvаn", "ivan"),  # Ukrainian і, Cyrillic а
        ("ɡmаil", "gmail"),
        ("𝐚𝐥𝐢𝐜𝐞", "alice"),
        ("bоb", "bob"),
    ],
)
def test_what_looks_the_same_is_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("alice", "alise"), ("shop1", "shop2"), ("shop1", "shopl"), ("боб", "bob")])
def test_what_looks_different_is_not(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@pytest.mark.parametrize(
    "written", ["«смс за май»", '"СМС" за май', "СМС за май.", "смс  за “май”!", "“‘CMC’ за май”,"]
)
def test_quotes_and_a_full_stop_make_no_other_service(written: str) -> None:
    assert folded_service(written) == folded_service("СМС за май")


@pytest.mark.parametrize(("one", "other"), [("смс 1", "смс 2"), ("?", "!"), ("!", ""), ("смс (май)", "смс")])
def test_what_is_another_service_stays_one(one: str, other: str) -> None:
    assert folded_service(one) != folded_service(other)


@given(st.text())
def test_folding_is_done_once(name: str) -> None:
    assert folded(folded(name)) == folded(name)
    assert folded(name.lower()) == folded(name) or name.lower().casefold() != name.casefold()


def test_near_names() -> None:
    known = ["alice", "bob", "malice", "Carol", "алиса"]
    assert near("alise", known) == ["alice"]
    assert near("malise", known) == ["malice"]
    assert near("аlice", known)[0] == "alice"
    assert near("ALICE", known)[0] == "alice"
    assert near("Алисса", known) == ["алиса"]
    assert near("carol", known) == ["Carol"]
    assert near("alice", known) == []
    assert near("zebra", known) == []
    assert near("x", []) == []
    assert len(near("shop1", [f"shop{number}" for number in range(10, 30)])) == 3
