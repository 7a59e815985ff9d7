"""Why a command's arguments were refused, for the handlers to say in the person's language."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain import SubClient


class Problem(StrEnum):
    """One distinct mistake each; the sentences, with the right form, are in the message catalogue."""

    MISSING = "missing"
    TOO_MANY_ARGUMENTS = "too_many_arguments"
    SEVERAL_COMMANDS = "several_commands"
    """A line after the first begins with another command."""
    HIDDEN_CHARACTERS = "hidden_characters"
    """A name or a number with characters that cannot be seen."""
    FOREIGN_DIGITS = "foreign_digits"
    BAD_SUB_CLIENT = "bad_sub_client"
    BAD_SUB_CLIENT_ID = "bad_sub_client_id"
    SUB_CLIENT_TOO_LONG = "sub_client_too_long"
    BAD_ID = "bad_id"
    NUM_TOO_LONG = "num_too_long"
    NUM_OR_SUB_CLIENT = "num_or_sub_client"
    """`/act #7`: act number 7, or an act of sub-client #7."""
    AMOUNT_NOT_A_NUMBER = "amount_not_a_number"
    AMOUNT_ZERO = "amount_zero"
    AMOUNT_NEGATIVE = "amount_negative"
    AMOUNT_PLUS_SIGN = "amount_plus_sign"
    AMOUNT_LEADING_ZERO = "amount_leading_zero"
    AMOUNT_EXPONENT = "amount_exponent"
    AMOUNT_TOO_MANY_DECIMALS = "amount_too_many_decimals"
    AMOUNT_TOO_LONG = "amount_too_long"
    AMOUNT_AMBIGUOUS_SEPARATOR = "amount_ambiguous_separator"
    """A separator that may divide thousands or decimals: `1,234`."""
    AMOUNT_AMBIGUOUS = "amount_ambiguous"
    """Digits of which nobody can say whether they belong to the sum: `1500 250`, `15 00`, `1500 ₽ 50 коп`."""
    AMOUNT_MULTIPLIER = "amount_multiplier"
    """A word for thousands or millions follows the sum: `15 тыс`."""
    AMOUNT_CURRENCY = "amount_currency"
    """A currency other than the account's, or a hundredth of one: `$15`, `15 EUR`, `50 коп`."""
    SERVICE_BEGINS_WITH_DIGIT = "service_begins_with_digit"
    SERVICE_BEGINS_WITH_SIGN = "service_begins_with_sign"
    SERVICE_TOO_LONG = "service_too_long"
    UNKNOWN_WORD = "unknown_word"
    USERNAME = "username"
    """`@name` for whom to allow: usernames change hands, and a bot cannot look them up."""
    BAD_DATE = "bad_date"
    WRONG_KIND_OF_ID = "wrong_kind_of_id"
    """A negative number is a group's, a positive one a person's."""
    SAID_TWICE = "said_twice"
    GROUP_HAS_NO_ROLE = "group_has_no_role"
    GROUP_HAS_ONE_LOGIN = "group_has_one_login"
    PERSON_IS_NOT_EVERYONE = "person_is_not_everyone"
    NO_FREQUENCY = "no_frequency"
    """Nothing says how often: "monthly", "ежемесячно"."""
    NO_DAY = "no_day"
    BAD_DAY = "bad_day"
    """A day that does not go with how often, or that no month has."""
    BAD_TIME = "bad_time"
    BAD_TIMES = "bad_times"
    """How many times is from 1 to 999."""
    NEVER = "never"
    """It ends before it could begin."""
    UNKNOWN_PLACEHOLDER = "unknown_placeholder"


class Missing(StrEnum):
    """The first argument that is missing."""

    SUB_CLIENT = "sub_client"
    SUM = "sum"
    SERVICE = "service"
    NUMBER = "number"
    ACT_NUMBER = "act_number"
    LOGIN = "login"
    DATE = "date"
    WHEN = "when"


@dataclass(frozen=True, slots=True)
class Understood:
    """What a command said before something was missing."""

    sub_client: SubClient | None = None
    amount: Decimal | None = None
    service: str | None = None
    document: str | None = None
    """An invoice's ID."""
    when: str | None = None
    """Words that say when something repeats, perhaps not all that it takes."""


class ParseError(Exception):
    """The arguments cannot be understood, or must not be guessed.

    `word` is what the problem is about, at most 64 characters of it, all of them visible; it may be empty. `missing`
    and `understood` are there if, and only if, the problem is `MISSING`.
    """

    def __init__(self, problem: Problem, word: str = "") -> None:
        self.problem = problem
        self.word = word[:64]
        self.missing: Missing | None = None
        self.understood = Understood()
        super().__init__(problem, self.word)

    @classmethod
    def lacking(cls, missing: Missing, understood: Understood | None = None) -> "ParseError":
        """Return the error for an argument that is not there."""
        error = cls(Problem.MISSING)
        error.missing, error.understood = missing, understood or Understood()
        return error
