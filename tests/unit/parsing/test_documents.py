"""Commands' arguments: who, which document, and what is refused."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from bot.domain import CreateInvoice, GetAct, GetInvoice, SubClient
from bot.parsing import (
    ActOfChat,
    Forget,
    Missing,
    MoneyWords,
    ParseError,
    Problem,
    Show,
    Understood,
    parse_act,
    parse_act_number,
    parse_client,
    parse_document_id,
    parse_get_invoice,
    parse_invoice,
    parse_sub_client,
)

ALICE = SubClient(name="alice")
ROUBLES = MoneyWords("₽")


@pytest.mark.parametrize(
    ("word", "sub_client"),
    [
        ("alice", ALICE),
        (" alice\n", ALICE),
        ("alice\r\n", ALICE),
        ("Алиса", SubClient(name="Алиса")),
        ("alice@example.org", SubClient(name="alice@example.org")),
        ("12345", SubClient(name="12345")),
        ("a#b", SubClient(name="a#b")),
        ("identity", SubClient(name="identity")),
        ("n" * 64, SubClient(name="n" * 64)),
        ("<alice>", ALICE),
        ("@alice", ALICE),
        ("alice,", ALICE),
        ("«alice»", ALICE),
        ("“alice”,", ALICE),
        ("(alice):", ALICE),
        ("<@alice>", ALICE),
        ("<#101>", SubClient(id=101)),
        ("alice \u200e\u2028", ALICE),
        ("#101", SubClient(id=101)),
        ("#0101", SubClient(id=101)),
        ("id:101", SubClient(id=101)),
        ("ID:101", SubClient(id=101)),
        ("#" + "9" * 18, SubClient(id=10**18 - 1)),
        ("и\u0306од", SubClient(name="йод")),
    ],
)
def test_a_sub_client_is_a_name_or_an_id(word: str, sub_client: SubClient) -> None:
    assert parse_sub_client(word) == sub_client


@pytest.mark.parametrize(
    ("word", "problem", "shown"),
    [
        ("", Problem.MISSING, ""),
        (" \n", Problem.MISSING, ""),
        ("/alice", Problem.BAD_SUB_CLIENT, "/alice"),
        ("-", Problem.BAD_SUB_CLIENT, "-"),
        ("—", Problem.BAD_SUB_CLIENT, "—"),
        ("alice smith", Problem.BAD_SUB_CLIENT, "alice smith"),
        ("n" * 65, Problem.SUB_CLIENT_TOO_LONG, "n" * 64),
        ("#", Problem.BAD_SUB_CLIENT_ID, "#"),
        ("#alice", Problem.BAD_SUB_CLIENT_ID, "#alice"),
        ("#-1", Problem.BAD_SUB_CLIENT_ID, "#-1"),
        ("#0", Problem.BAD_SUB_CLIENT_ID, "#0"),
        ("#" + "9" * 19, Problem.BAD_SUB_CLIENT_ID, "#" + "9" * 19),
        ("id:", Problem.BAD_SUB_CLIENT_ID, "id:"),
        ("id:alice", Problem.BAD_SUB_CLIENT_ID, "id:alice"),
        ("#１０１", Problem.FOREIGN_DIGITS, "#１０１"),
        ("id:٣", Problem.FOREIGN_DIGITS, "id:٣"),
        ("ali\x00ce", Problem.HIDDEN_CHARACTERS, "alice"),
        ("ali\u200bce", Problem.HIDDEN_CHARACTERS, "alice"),
        ("ali\u202ece", Problem.HIDDEN_CHARACTERS, "alice"),
        ("\ufeffalice", Problem.HIDDEN_CHARACTERS, "alice"),
        ("ali\u00adce", Problem.HIDDEN_CHARACTERS, "alice"),
        ("ali\u3164ce", Problem.HIDDEN_CHARACTERS, "alice"),
        ("ali\ud800ce", Problem.HIDDEN_CHARACTERS, "alice"),
    ],
)
def test_what_cannot_be_a_sub_client_says_why(word: str, problem: Problem, shown: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_sub_client(word)
    assert (caught.value.problem, caught.value.word) == (problem, shown)


@pytest.mark.parametrize(
    ("args", "wish"),
    [
        ("alice 1500", CreateInvoice(ALICE, Decimal("1500.00"))),
        ("  alice   1500  ", CreateInvoice(ALICE, Decimal("1500.00"))),
        ("alice\u00a01500", CreateInvoice(ALICE, Decimal("1500.00"))),
        ("#101 1500.5", CreateInvoice(SubClient(id=101), Decimal("1500.50"))),
        ("12345 1", CreateInvoice(SubClient(name="12345"), Decimal("1.00"))),
        ("alice 1500 SMS", CreateInvoice(ALICE, Decimal("1500.00"), "SMS")),
        ("alice\n1500\nSMS\tfor\u2028May", CreateInvoice(ALICE, Decimal("1500.00"), "SMS for May")),
        ("alice 1500 S\u00adM\u200bS \u202eMay\u200e\x00", CreateInvoice(ALICE, Decimal("1500.00"), "SMS May")),
        ("alice 1500 🚀 SMS 🎉", CreateInvoice(ALICE, Decimal("1500.00"), "🚀 SMS 🎉")),
        ("<alice> <1500.50>", CreateInvoice(ALICE, Decimal("1500.50"))),
        ("alice 1500 SMS  за ноябрь 2026", CreateInvoice(ALICE, Decimal("1500.00"), "SMS за ноябрь 2026")),
        (f"alice 1500 {'s' * 200}", CreateInvoice(ALICE, Decimal("1500.00"), "s" * 200)),
    ],
)
def test_an_invoice_names_a_sub_client_a_sum_and_perhaps_a_service(args: str, wish: CreateInvoice) -> None:
    assert parse_invoice(args, ROUBLES) == wish


@pytest.mark.parametrize(
    ("args", "problem", "shown"),
    [
        ("", Problem.MISSING, ""),
        ("alice", Problem.MISSING, ""),
        ("1500 alice", Problem.AMOUNT_NOT_A_NUMBER, "alice"),
        ("/alice 1500", Problem.BAD_SUB_CLIENT, "/alice"),
        ("#x 1500", Problem.BAD_SUB_CLIENT_ID, "#x"),
        (f"alice 1500 {'s' * 201}", Problem.SERVICE_TOO_LONG, "s" * 64),
        ("alice 1500 one\n/invoice bob 2", Problem.SEVERAL_COMMANDS, ""),
        ("alice 1500 one\r\n  /act bob 7", Problem.SEVERAL_COMMANDS, ""),
        ("alice 15\u200b00", Problem.HIDDEN_CHARACTERS, "1500"),
        ("alice 15\u202e00 SMS", Problem.HIDDEN_CHARACTERS, "1500"),
    ],
)
def test_a_wrong_invoice_command_says_why(args: str, problem: Problem, shown: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_invoice(args, ROUBLES)
    assert (caught.value.problem, caught.value.word) == (problem, shown)


@pytest.mark.parametrize(
    ("parse", "args", "missing", "understood"),
    [
        (parse_invoice, "", Missing.SUB_CLIENT, Understood()),
        (parse_invoice, "alice", Missing.SUM, Understood(ALICE)),
        (parse_invoice, "<alice>,", Missing.SUM, Understood(ALICE)),
        (parse_invoice, "#101", Missing.SUM, Understood(SubClient(id=101))),
        (parse_invoice, "12345", Missing.SUM, Understood(SubClient(name="12345"))),
        (parse_invoice, "1500,50", Missing.SUB_CLIENT, Understood(amount=Decimal("1500.50"))),
        (parse_invoice, "1500₽", Missing.SUB_CLIENT, Understood(amount=Decimal("1500.00"))),
        (parse_get_invoice, "", Missing.SUB_CLIENT, Understood()),
        (parse_get_invoice, "alice", Missing.NUMBER, Understood(ALICE)),
        (parse_get_invoice, "#101", Missing.NUMBER, Understood(SubClient(id=101))),
        (parse_get_invoice, "№ 9001", Missing.SUB_CLIENT, Understood(document="9001")),
        (parse_get_invoice, "9001", Missing.SUB_CLIENT, Understood(document="9001")),
        (parse_act, "", Missing.SUB_CLIENT, Understood()),
        (parse_act, "alice", Missing.ACT_NUMBER, Understood(ALICE)),
    ],
)
def test_what_is_missing_is_named_and_the_rest_is_kept(
    parse: Callable[..., object], args: str, missing: Missing, understood: Understood
) -> None:
    with pytest.raises(ParseError) as caught:
        parse(args, *([ROUBLES] if parse is parse_invoice else []))
    error = caught.value
    assert (error.problem, error.missing, error.understood) == (Problem.MISSING, missing, understood)


@pytest.mark.parametrize(
    "number",
    [
        "7",
        "№7",
        "№ 7",
        "#7",
        "N7",
        "n 7",
        "No7",
        "No. 7",
        "no 7",
        "Nr. 7",
        "n°7",
        "Nº 7",
        "7.",
        "№7.",
        "<7>",
        "номер 7",
        "номер №7",
        "номер: 7",
        "№:7",
        "№№7",
        "No.: 7",
        "N\N{CYRILLIC SMALL LETTER O}7",
    ],
)
def test_numbers_as_people_write_them(number: str) -> None:
    assert parse_document_id(number) == "7"
    assert parse_act_number(number) == ActOfChat(num="7")
    assert parse_get_invoice(f"alice {number}") == GetInvoice(ALICE, "7")
    assert parse_act(f"alice {number}") == GetAct(ALICE, num="7")
    assert parse_act(f"#101 {number}") == GetAct(SubClient(id=101), num="7")
    if not number.startswith("#"):
        assert parse_act(number) == ActOfChat(num="7")


def test_a_fetched_invoice_is_named_by_its_canonical_number() -> None:
    assert parse_get_invoice("alice 55") == GetInvoice(ALICE, "55")
    assert parse_get_invoice("#7 00055\n") == GetInvoice(SubClient(id=7), "55")
    assert parse_get_invoice(f"alice {'9' * 18}") == GetInvoice(ALICE, "9" * 18)


@pytest.mark.parametrize(
    ("args", "problem", "shown"),
    [
        ("", Problem.MISSING, ""),
        ("alice 55 66", Problem.TOO_MANY_ARGUMENTS, "66"),
        ("alice id:55", Problem.BAD_ID, "id:55"),
        ("alice -55", Problem.BAD_ID, "-55"),
        ("alice 0", Problem.BAD_ID, "0"),
        ("alice 5.5", Problem.BAD_ID, "5.5"),
        (f"alice {'9' * 19}", Problem.BAD_ID, "9" * 19),
        ("alice ５５", Problem.FOREIGN_DIGITS, "５５"),
        ("/x 55", Problem.BAD_SUB_CLIENT, "/x"),
    ],
)
def test_a_wrong_getinvoice_command_says_why(args: str, problem: Problem, shown: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_get_invoice(args)
    assert (caught.value.problem, caught.value.word) == (problem, shown)


def test_an_id_alone_is_read_like_the_one_of_getinvoice() -> None:
    assert parse_document_id(" 00055\n") == "55"
    for text, problem in (("", Problem.MISSING), ("x", Problem.BAD_ID), ("0", Problem.BAD_ID)):
        with pytest.raises(ParseError) as caught:
            parse_document_id(text)
        assert caught.value.problem is problem


@pytest.mark.parametrize(
    ("args", "wish"),
    [
        ("alice 7", GetAct(ALICE, num="7")),
        ("alice 007", GetAct(ALICE, num="007")),
        ("alice А-15/2026", GetAct(ALICE, num="А-15/2026")),
        ("alice id:0042", GetAct(ALICE, id="42")),
        ("id:101 id:42", GetAct(SubClient(id=101), id="42")),
        ("id:101 7", GetAct(SubClient(id=101), num="7")),
        ("7", ActOfChat(num="7")),
        ("А-15/2026", ActOfChat(num="А-15/2026")),
        ("alice №А-15", GetAct(ALICE, num="А-15")),
        ("alice НА-7", GetAct(ALICE, num="НА-7")),
        ("alice No-7", GetAct(ALICE, num="No-7")),
        ("7" * 64, ActOfChat(num="7" * 64)),
        ("ID:42", ActOfChat(id="42")),
    ],
)
def test_an_act_is_named_by_number_or_id_for_somebody_or_for_the_chat(args: str, wish: GetAct | ActOfChat) -> None:
    assert parse_act(args) == wish


@pytest.mark.parametrize(
    ("args", "problem", "shown"),
    [
        ("", Problem.MISSING, ""),
        ("alice А-15 / 2026", Problem.TOO_MANY_ARGUMENTS, "/"),
        ("alice id:x", Problem.BAD_ID, "id:x"),
        ("id:", Problem.BAD_ID, "id:"),
        ("id: 42", Problem.BAD_SUB_CLIENT_ID, "id:"),
        ("alice id:４２", Problem.FOREIGN_DIGITS, "id:４２"),
        ("alice ４２", Problem.FOREIGN_DIGITS, "４２"),
        ("alice А-٣", Problem.FOREIGN_DIGITS, "А-٣"),
        (f"alice {'n' * 65}", Problem.NUM_TOO_LONG, "n" * 64),
        ("7" * 65, Problem.NUM_TOO_LONG, "7" * 64),
        ("#7", Problem.NUM_OR_SUB_CLIENT, "#7"),
        ("#x", Problem.BAD_SUB_CLIENT_ID, "#x"),
        ("alice 7\u200b", Problem.HIDDEN_CHARACTERS, "7"),
        ("/alice id:x", Problem.BAD_SUB_CLIENT, "/alice"),
    ],
)
def test_a_wrong_act_command_says_why(args: str, problem: Problem, shown: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_act(args)
    assert (caught.value.problem, caught.value.word) == (problem, shown)


def test_the_act_of_a_chat_becomes_a_wish_once_the_sub_client_is_known() -> None:
    assert ActOfChat(num="7").of(ALICE) == GetAct(ALICE, num="7")
    assert ActOfChat(id="42").of(ALICE) == GetAct(ALICE, id="42")


def test_client_sets_shows_and_forgets() -> None:
    assert parse_client("alice") == ALICE
    assert parse_client("#101") == SubClient(id=101)
    assert parse_client(" \n") == Show()
    assert [parse_client(dash) for dash in ("-", "–", "—", "−")] == [Forget()] * 4


def test_client_takes_one_word() -> None:
    with pytest.raises(ParseError) as caught:
        parse_client("alice smith")
    assert (caught.value.problem, caught.value.word) == (Problem.TOO_MANY_ARGUMENTS, "smith")


def test_the_error_names_the_problem_for_the_log() -> None:
    assert repr(ParseError(Problem.BAD_ID, "x")) == "ParseError(<Problem.BAD_ID: 'bad_id'>, 'x')"
