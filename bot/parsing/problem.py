"""Why a command's arguments were refused, for the handlers to say in the person's language."""

from enum import StrEnum


class Problem(StrEnum):
    """One distinct mistake each; the sentences, with the right form, are in the message catalogue."""

    MISSING_ARGUMENTS = "missing_arguments"
    TOO_MANY_ARGUMENTS = "too_many_arguments"
    CONTROL_CHARACTERS = "control_characters"
    FOREIGN_DIGITS = "foreign_digits"
    BAD_SUB_CLIENT = "bad_sub_client"
    BAD_SUB_CLIENT_ID = "bad_sub_client_id"
    SUB_CLIENT_TOO_LONG = "sub_client_too_long"
    BAD_ID = "bad_id"
    NUM_TOO_LONG = "num_too_long"
    AMOUNT_NOT_A_NUMBER = "amount_not_a_number"
    AMOUNT_ZERO = "amount_zero"
    AMOUNT_NEGATIVE = "amount_negative"
    AMOUNT_PLUS_SIGN = "amount_plus_sign"
    AMOUNT_LEADING_ZERO = "amount_leading_zero"
    AMOUNT_EXPONENT = "amount_exponent"
    AMOUNT_TOO_MANY_DECIMALS = "amount_too_many_decimals"
    AMOUNT_TOO_LONG = "amount_too_long"
    AMOUNT_AMBIGUOUS_SEPARATOR = "amount_ambiguous_separator"
    """A separator that may divide thousands or decimals: `1,234`, `1.234,50`."""
    AMOUNT_AMBIGUOUS = "amount_ambiguous"
    """Digits of which nobody can say whether they belong to the sum: `1500 250`, `15 00`, `1500 ₽ 50 коп`."""
    AMOUNT_MULTIPLIER = "amount_multiplier"
    """A word for thousands or millions follows the sum: `15 тыс`."""
    AMOUNT_CURRENCY = "amount_currency"
    """A currency other than the rouble, or kopecks: `$15`, `15 EUR`, `50 коп`."""
    SERVICE_BEGINS_WITH_DIGIT = "service_begins_with_digit"
    SERVICE_BEGINS_WITH_SIGN = "service_begins_with_sign"
    SERVICE_TOO_LONG = "service_too_long"


class ParseError(Exception):
    """The arguments cannot be understood, or must not be guessed.

    `word` is what the problem is about, at most 64 characters of it, free of control characters; for
    `CONTROL_CHARACTERS` it is the character's code point (`U+200B`), for `MISSING_ARGUMENTS` it is empty.
    """

    def __init__(self, problem: Problem, word: str = "") -> None:
        self.problem = problem
        self.word = word[:64]
        super().__init__(problem, self.word)
