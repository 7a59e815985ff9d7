"""Words for money: the account's own are taken, every other is refused, however it is written."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from babel import Locale
from babel.numbers import get_currency_name
from hypothesis import given
from hypothesis import strategies as st

from bot.parsing import MoneyWords, ParseError, Problem, parse_invoice

_MONEY_PROBLEMS = {Problem.AMOUNT_CURRENCY, Problem.AMOUNT_MULTIPLIER, Problem.AMOUNT_AMBIGUOUS}
_ACCOUNTS = {code: MoneyWords(code) for code in ("RUB", "KZT", "USD", "EUR", "UAH", "BYN", "CAD", "SEK")}
_SAME_SIGNS = {"CAD": {"$"}, "RUB": {"р."}, "BYN": {"р."}}
"""Signs that a country shares with another currency: where the account is, they mean its own."""


def names(code: str) -> Iterator[str]:
    """All that CLDR calls a currency after a number, in both languages."""
    for language in ("en", "ru"):
        locale = Locale(language)
        if code in locale.currencies:
            yield locale.currencies[code]
            yield from (get_currency_name(code, count, locale=locale) for count in (1, 2, 5, Decimal("1.5")))
        yield locale.currency_symbols.get(code, code)
    yield code


CODES = sorted({*Locale("en").currencies, *Locale("ru").currencies})
ALL_NAMES = [(code, name) for code in CODES for name in sorted(set(names(code)))]
CASES = st.sampled_from([str, str.upper, str.lower, str.title, str.swapcase])
GAPS = st.sampled_from(["", " ", "\N{NO-BREAK SPACE}", "\u2009", "\n", " (", " - ", " за "])
_TWINS = str.maketrans("аесорхукмтАЕСОРХУКМТ", "aecopxykmtAECOPXYKMT")
LETTERS = st.sampled_from([str, lambda text: text.translate(_TWINS), lambda text: text.replace("о", "o")])
_MULTIPLIERS = (
    "т. р.|тыс|тыс.|ТЫС|тысяч|тысячи|тысячами|тыщ|тыщи|тыщонок|k|K|к|К|kk|кк|млн|млн.|млнов|миллионов|миллиона|МИЛЛИОН|"
    "лям|лямов|лимонов|сотен|сотни|hundred|thousand|Thousands|million|millions|mln|bn|billion|grand|т.р.|т.р|тр|"
    "тысруб|тыс.руб.|krub|kUSD|k$|к₽|косарей|штук|тыcяч|tys|dozen|дюжин"
)
SERVICES = st.sampled_from(["", " SMS", " за май", " package 2026", ", SMS"])


def read(money: MoneyWords, text: str) -> tuple[Decimal, str | None]:
    wish = parse_invoice(f"alice {text}", money)
    return wish.amount, wish.service


@given(
    account=st.sampled_from(sorted(_ACCOUNTS)),
    named=st.sampled_from(ALL_NAMES),
    case=CASES,
    letters=LETTERS,
    gap=GAPS,
    service=SERVICES,
)
def test_another_currency_is_never_accepted(
    account: str,
    named: tuple[str, str],
    case: Callable[[str], str],
    letters: Callable[[str], str],
    gap: str,
    service: str,
) -> None:
    code, name = named
    if name in set(names(account)) | _SAME_SIGNS.get(account, set()):
        return
    with pytest.raises(ParseError) as caught:
        read(_ACCOUNTS[account], f"1500{gap}{letters(case(name))}{service}")
    assert caught.value.problem in _MONEY_PROBLEMS, code


@pytest.mark.parametrize("account", sorted(_ACCOUNTS))
def test_every_name_of_every_other_currency_is_refused(account: str) -> None:
    own = set(names(account)) | _SAME_SIGNS.get(account, set())
    accepted = []
    for code, name in ALL_NAMES:
        for text in (f"1500 {name}", f"1500{name} SMS", f"1500 {name.upper()}"):
            if name not in own:
                try:
                    accepted.append((code, read(_ACCOUNTS[account], text)))
                except ParseError as error:
                    assert error.problem in _MONEY_PROBLEMS, (code, name)  # noqa: PT017
    assert accepted == []


@given(
    cents=st.integers(1, 10**10),
    account=st.sampled_from(sorted(_ACCOUNTS)),
    case=CASES,
    letters=LETTERS,
    gap=st.sampled_from(["", " ", "\N{NO-BREAK SPACE}", "\u2009", "\n"]),
    first=st.booleans(),
    data=st.data(),
)
def test_the_accounts_own_currency_is_taken_and_dropped(
    cents: int,
    account: str,
    case: Callable[[str], str],
    letters: Callable[[str], str],
    gap: str,
    first: bool,  # noqa: FBT001
    data: st.DataObject,
) -> None:
    amount = Decimal(cents).scaleb(-2)
    name = letters(case(data.draw(st.sampled_from(sorted(set(names(account)))))))
    if name.isascii() and name.isalpha() and len(name) == 1:
        return
    text = f"{name}{gap}{amount:f}" if first else f"{amount:f}{gap}{name}"
    assert read(_ACCOUNTS[account], f"{text} SMS") == (amount, "SMS")
    assert read(_ACCOUNTS[account], text) == (amount, None)


@given(named=st.sampled_from(ALL_NAMES), case=CASES, gap=GAPS)
def test_without_a_currency_all_words_for_money_are_refused(
    named: tuple[str, str], case: Callable[[str], str], gap: str
) -> None:
    with pytest.raises(ParseError) as caught:
        read(MoneyWords(None), f"1500{gap}{case(named[1])}")
    assert caught.value.problem in _MONEY_PROBLEMS


@pytest.mark.parametrize(
    ("currency", "texts"),
    [
        (
            "₽",
            (
                "1500 руб|1500р.|1500 Р|1500 рублями|1500 рублях|1500 RUB.|1500 roubles|1500 rubles|1500 рублей РФ|"
                "1500 p|1500 руб. РФ|1500 рубасов"
            ),
        ),
        (
            "RUB",
            (
                "1500₽|₽1500|1500 российских рублей|1500 рублей российских|1500 PУБ|1500 pyблeй|"
                "1500 (руб.)|1500 Russian rubles"
            ),
        ),
        ("руб.", "1500 руб.|1500₽|1500 RUB|1500 рублей"),
        ("₸", "1500 тенге|1500тг|1500 тг.|1500 ₸|1500 KZT|1500 казахских тенге|1500 казахского тенге|1500 Tenge"),
        ("KZT", "1500 ₸|1500 тенге"),
        (
            "$",
            "$1500|1500$|1500 USD|1500 dollars|1500 долларов США|US$1500|1500 баксов|1500 dollars US|1500 U.S. dollars",
        ),
        ("USD", "1500 долл. США|1500 дол США|1500 USD США|1500 $ США|1500 долларов Эквадора"),
        ("₽", "1500 р. РФ|1500 руб. России"),
        (
            "CAD",
            "1500 CAD|1500 $|CA$1500|1500 долларов|1500 dollars Canadian|1500 канадскими долларами",
        ),
        ("€", "1500 EUR|1500€|1500 euros|1500 евро|€1500|1500 еuro"),
        ("£", "1500 фунтов стерлингов|1500 pounds|1500 pounds sterling|£1500"),
        ("UAH", "1500 грн|1500 гривен|1500 гривнами|1500₴|1500 гривень"),
        ("BYN", "1500 руб.|1500 белорусских рублей|1500 рублей белорусских|1500 рублей РБ|1500 BYN"),
        ("kr", "1500 kr|1500 крон"),
        ("UZS", "1500 сум|1500 so'm|1500 сўм|1500 узбекских сумов"),
        ("credits", "1500 credits|1500CREDITS"),
    ],
)
def test_own_words(currency: str, texts: str) -> None:
    money = MoneyWords(currency)
    for text in texts.split("|"):
        assert read(money, text) == (Decimal(1500), None), text
        assert read(money, f"{text} SMS package") == (Decimal(1500), "SMS package"), text


@pytest.mark.parametrize(
    ("currency", "texts"),
    [
        (
            "₽",
            (
                "1500 тенге|1501 EURO|1502 евриков|1503 у.е.|1503 у. е.|1504 гривен|1505 ye|1506 bucks|"
                "1507 долл.|1508 USDT"
            ),
        ),
        (
            "₽",
            (
                "1500 белорусских рублей|1500 рублей белорусских|1500 бел. руб.|1500 бел руб|"
                "1500 рублей РБ|1500 BYN|1500 руб USD"
            ),
        ),
        ("$", "1500 долл. Канады|1500 долларов Австралии|1500 дол. РФ|1500 $ Гонконга"),
        ("₽", "1500 р. РБ|1500 руб. Беларуси|1500 ₽ Казахстана|1500 р США"),
        (
            "₽",
            "1500 американских долларов|1500 австралийскими долларами|1500 канад. долл.|1500 Canadian dollars|1500 C$",
        ),
        (
            "₽",
            (
                "1500 U.S. dollars|1500 U.S.D.|1500 U S D|1500 us-dollars|1500 $US|1500 (USD)|1500 /EUR/|1500, евро|"
                "1500 «EUR»|1500 _usd_|1500 💵"
            ),
        ),
        ("₽", "1500 USD package|1500 usd-package|1500USD|USD 1500|€1500|1500＄|1500 ￥|1500 ЕUR|1500 еврo|1500 ЕВРО!"),
        (
            "₽",
            (
                "1500 (SMS) USD|1500 в долларах|1500 в рублях|1500 копеек|50 центов|1500 pence|"
                "1500 руб центов|1500 руб. тенге"
            ),
        ),
        ("₸", "1600 руб|1600 рублей|1600р.|1600 ₽|1600 р|1600 RUB|1600 рублики|1600 pyб"),
        (
            "$",
            (
                "1500 CAD|1500 A$|1500 Canadian dollars|1500 dollars Canadian|1500 австралийских долларов|"
                "1500 HK$|1500 евро"
            ),
        ),
        ("kr", "1500 SEK|1500 шведских крон|1500 Danish kroner|1500 kr DKK|1500 kroner NOK"),
        ("credits", "1500 USD|1500 руб|1500 $|1500 крон"),
        ("₸", "1600 р.SMS|1600р.SMS|1600 р.за май|1600 р,SMS|1600 у.е.SMS|1600 руб. РФ"),
        ("₽", "1500 тг.SMS|1500 к.SMS|15 т.р|15т.р.|2 mille"),
        (None, "1500 ₽|1500 руб|1500р.|1500 USD|$1500|1500 тенге|1500 рублей за SMS|1500 kr"),
    ],
)
def test_other_money(currency: str | None, texts: str) -> None:
    money = MoneyWords(currency)
    for text in texts.split("|"):
        with pytest.raises(ParseError) as caught:
            read(money, text)
        assert caught.value.problem in _MONEY_PROBLEMS | {Problem.AMOUNT_NOT_A_NUMBER}, text


@pytest.mark.parametrize("gap", ["", " ", "\N{NO-BREAK SPACE}", " (", "-", ". "])
@pytest.mark.parametrize(
    "word",
    _MULTIPLIERS.split("|"),
)
def test_multipliers(word: str, gap: str) -> None:
    for currency in ("₽", "KZT", None):
        money = MoneyWords(currency)
        for text in (f"15{gap}{word}", f"15{gap}{word} SMS", f"15{gap}{word} руб."):
            with pytest.raises(ParseError):
                read(money, text)


@pytest.mark.parametrize(
    "text",
    [
        "1 500,00 (Одна тысяча пятьсот) рублей 00 копеек",
        "1500 (Одна тысяча пятьсот рублей 00 копеек)",
        "1500 Одна тысяча пятьсот рублей",
        "1500 (one thousand five hundred) dollars",
        "1500 руб. (Одна тысяча пятьсот) 00 коп.",
        "1500 рублей 00 копеек",
        "1500 рублей и 50 копеек",
        "15 руб тысяч",
        "15 рублей к",
        "1500 руб-пакет",
        "1500 (руб SMS)",
    ],
)
def test_sums_of_papers_are_never_misread(text: str) -> None:
    for currency in ("₽", "₸", None):
        with pytest.raises(ParseError):
            read(MoneyWords(currency), text)


@pytest.mark.parametrize(
    "service",
    [
        "SMS package",
        "SMS USD package",
        "SMS за май",
        "Тариф Евро",
        "Пакет тысяча",
        "Пополнение в рублях",
        "реклама",
        "рубрика",
        "Рассылка 1000 сообщений",
        "копирование",
        "клей",
        "центр",
        "e-mail",
        "г.Москва",
        "А.Б.Иванов",
        "в рассрочку",
        "за SMS",
        "российских номеров",
        "US SMS",
        "два пакета",
        "(пакет)",
        "Московский офис",
        "все услуги",
        "тариф",
        "маркетинг",
        "кредит",
        "баланс",
        "Monthly fee",
        "Advertising",
        "for services",
        "bulk messages",
        "Viber",
        "WhatsApp",
        "Refill",
    ],
)
def test_services_that_only_look_like_money(service: str) -> None:
    for currency in ("₽", "₸", "$", None):
        assert read(MoneyWords(currency), f"1500 {service}") == (Decimal(1500), service)


def test_what_follows_the_currency_may_begin_with_anything_but_money() -> None:
    money = MoneyWords("₽")
    for service in ("к договору 12", "2026 год", "- аванс", "в рассрочку", "50 SMS", "т 5"):
        assert read(money, f"1500 ₽ {service}") == (Decimal(1500), service)


def test_a_long_text_is_read_at_once() -> None:
    money = MoneyWords("₽")
    for service in ("белорусских " * 300, "и.о." * 1000, "(" * 4000, "$" * 4000, "1 " * 2000, "к" * 4000):
        for gap in ("", " "):
            with pytest.raises(ParseError):
                read(money, f"1500{gap}{service}")


def test_a_country_that_is_said_to_have_no_money_is_a_service() -> None:
    for service in ("Казахстан", "Россия, май", "РБ-рассылка", "USA", "в Казахстан"):
        assert read(MoneyWords("₽"), f"1500 руб. {service}") == (Decimal(1500), service)
