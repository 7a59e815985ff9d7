"""Sums of money in Russian words, as invoices and acts have to state them."""

from decimal import Decimal

_MASCULINE = ("", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять")
_FEMININE = ("", "одна", "две", *_MASCULINE[3:])
_TEENS = (
    "десять",
    "одиннадцать",
    "двенадцать",
    "тринадцать",
    "четырнадцать",
    "пятнадцать",
    "шестнадцать",
    "семнадцать",
    "восемнадцать",
    "девятнадцать",
)
_TENS = (
    *("", "", "двадцать", "тридцать", "сорок", "пятьдесят"),
    *("шестьдесят", "семьдесят", "восемьдесят", "девяносто"),
)
_HUNDREDS = (
    *("", "сто", "двести", "триста", "четыреста", "пятьсот"),
    *("шестьсот", "семьсот", "восемьсот", "девятьсот"),
)
_SCALES = (
    (10**9, ("миллиард", "миллиарда", "миллиардов"), _MASCULINE),
    (10**6, ("миллион", "миллиона", "миллионов"), _MASCULINE),
    (10**3, ("тысяча", "тысячи", "тысяч"), _FEMININE),
)
_LIMIT = 10**12


def plural(number: int, one: str, few: str, many: str) -> str:
    """Return the form that Russian uses after `number`: 1 рубль, 2 рубля, 5 рублей, 11 рублей, 21 рубль."""
    if number % 100 in range(11, 15):
        return many
    if number % 10 == 1:
        return one
    return few if number % 10 in {2, 3, 4} else many


def rubles_in_words(amount: Decimal) -> str:
    """Return e.g. «Одна тысяча пятьсот рублей 50 копеек»: rubles in words, kopecks as two digits.

    Raises ValueError below zero, from 10**12 rubles on, and where there are fractions of a kopeck.
    """
    kopecks = amount * 100
    if not (amount.is_finite() and 0 <= amount < _LIMIT and kopecks == int(kopecks)):
        raise ValueError(f"not a sum that can be put in words: {amount}")
    rubles, rest = divmod(int(kopecks), 100)
    words = f"{_number(rubles)} {plural(rubles, 'рубль', 'рубля', 'рублей')}"
    return f"{words[0].upper()}{words[1:]} {rest:02} {plural(rest, 'копейка', 'копейки', 'копеек')}"


def _number(number: int) -> str:
    """Say a number below 10**12 in the masculine, the gender of a ruble."""
    if number == 0:
        return "ноль"
    words: list[str] = []
    for scale, forms, units in _SCALES:
        count, number = divmod(number, scale)
        if count:
            words += [*_below_thousand(count, units), plural(count, *forms)]
    return " ".join([*words, *_below_thousand(number, _MASCULINE)])


def _below_thousand(number: int, units: tuple[str, ...]) -> list[str]:
    hundreds, number = divmod(number, 100)
    if number in range(10, 20):
        words = [_HUNDREDS[hundreds], _TEENS[number - 10]]
    else:
        words = [_HUNDREDS[hundreds], _TENS[number // 10], units[number % 10]]
    return [word for word in words if word]
