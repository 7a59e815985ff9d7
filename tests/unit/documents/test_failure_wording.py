"""What people read where no whole document can be had: in both languages, with the number if there is one."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.documents import failure_wording, wording
from bot.documents.doubt_wording import doubt_question
from bot.documents.doubts import Confirmation, Doubt
from bot.documents.intents import Intent
from bot.domain import CreateInvoice, Destination, Failure, GetAct, GetInvoice, Person, State, SubClient, Wish
from bot.language.translator import Translators
from db import requests
from db.models import Request

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALICE = SubClient(name="alice")
WISHES = (CreateInvoice(ALICE, Decimal(1500)), GetInvoice(ALICE, "9001"), GetAct(ALICE, num="7"))
TRANSLATORS = Translators(default="en", zone=UTC, currency=None)


def request(wish: Wish, number: str | None = None) -> Request:
    made = requests.new(
        wish, login="acme", requester=Person(1, "Anna", "en"), destination=Destination(1, reply_to=1), now=NOW
    )
    made.invoice_number = number
    return made


def is_russian(text: str) -> bool:
    return any("а" <= character <= "я" for character in text)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("failure", Failure)
@pytest.mark.parametrize("wish", WISHES)
def test_every_failure_has_its_sentence(language: str, failure: Failure, wish: Wish) -> None:
    failed = request(wish, "9001" if failure is Failure.PDF_MISSING else None)
    failed.failure, failed.failure_code = failure, 5
    text = failure_wording.failure(TRANSLATORS.choose(language), failed)
    assert "alice" in text
    assert is_russian(text) == (language == "ru")


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("number", [None, "9001"])
def test_an_invoice_too_large_to_send_was_made(language: str, number: str | None) -> None:
    t = TRANSLATORS.choose(language)
    failed = request(WISHES[0], number)
    failed.state, failed.failure = State.FAILED, Failure.TOO_LARGE
    text = failure_wording.failure(t, failed)
    assert "50" in text
    assert ("9001" in text) == (number is not None)
    assert "/invoice" not in text
    intent = Intent(failed.wish, "acme", Person(1, "Anna", "en"), Destination(1, reply_to=2))
    asked = Confirmation(1, Doubt.DUPLICATE, intent, NOW, None, failed)
    question = doubt_question(t, asked)
    failed.state = State.QUEUED
    assert question != doubt_question(t, asked), "it does not wait any more"


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("wish", WISHES)
def test_a_document_that_is_not_whole_says_so(language: str, wish: Wish) -> None:
    t = TRANSLATORS.choose(language)
    whole, broken = request(wish, "9001"), request(wish, "9001")
    broken.incomplete = True
    plain, warning = wording.caption(t, whole), wording.caption(t, broken)
    assert warning.startswith(plain)
    assert ("not complete" if language == "en" else "неполный") in warning
    assert len(warning) < 1024 - 200
