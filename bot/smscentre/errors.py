"""What can go wrong with a call of the vendor, cut down to the one thing that the queue has to know.

`str()` of each error is one short line for the log. No error carries a secret.
"""

from enum import IntEnum

_LONGEST_TEXT = 300
_LONGEST_WHY = 150


class ErrorCode(IntEnum):
    """The vendor's documented values of `error_code`; any other may come too."""

    PARAMETERS = 1
    CREDENTIALS = 2
    """The login, its password or key, or an address that is not on its list. Nothing was done."""
    BLOCKED = 4
    """Our address, for every login, because of too many bad requests."""
    NOT_CREATED = 5
    NO_SUB_CLIENT = 6
    NO_DOCUMENT = 7
    TOO_SOON = 9


class VendorError(Exception):
    """A call of the vendor brought no document."""


class NotSent(VendorError):
    """The request never reached the vendor, on any host; sending it again is safe."""

    def __init__(self, why: str) -> None:
        self.why = one_line(why)
        super().__init__(self.why)

    def __str__(self) -> str:
        return f"not sent: {self.why}"


class Refused(VendorError):
    """The vendor answered with an `error_code`, whether its page lists that code or not.

    Parameters that cannot be sent at all are refused by the client itself, with the vendor's code for them, 1.
    """

    def __init__(self, code: int, text: str) -> None:
        self.code = ErrorCode(code) if code in _DOCUMENTED else code
        self.text = one_line(text)
        super().__init__(int(code), self.text)

    def __str__(self) -> str:
        return f"refused with error {self.code}: {self.text}"


class WrongSetting(VendorError):
    """Who answered is not SMS Center's API, and said so: the request was not carried out.

    `setting` names the setting to look at, `why` says what its address answered.
    """

    def __init__(self, setting: str, why: str) -> None:
        self.setting = setting
        self.why = one_line(why, _LONGEST_WHY)
        super().__init__(self.setting, self.why)

    def __str__(self) -> str:
        return f"not carried out, wrong setting {self.setting}: {self.why}"


class TooLarge(VendorError):
    """The document exists and is larger than can be passed on. `number` is a new invoice's, if it was told."""

    def __init__(self, limit: int, number: str | None = None) -> None:
        self.limit = limit
        self.number = number
        super().__init__(limit, number)

    def __str__(self) -> str:
        return f"the document is larger than {self.limit} bytes"


class NoUsableAnswer(VendorError):
    """The request may have reached the vendor, but no answer came that tells what became of it.

    An invoice that was to be created may exist now; fetching a document may be tried again. `about` describes the
    answer (host, HTTP status, content type, length, first bytes), as far as there was one. `partial` is what came of
    the document that was asked for, if it is not whole.
    """

    def __init__(self, why: str, about: str = "", partial: bytes | None = None) -> None:
        self.why = one_line(why)
        self.about = one_line(about)
        self.partial = partial
        super().__init__(self.why, self.about)

    def __str__(self) -> str:
        return f"no usable answer: {self.why}" + (f" ({self.about})" if self.about else "")


_DOCUMENTED = frozenset(ErrorCode)


def one_line(text: str, limit: int = _LONGEST_TEXT) -> str:
    """Return the text on one line of printable characters, at most `limit` of them."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    # Half a surrogate pair from a JSON escape is not printable either: it would break whoever encodes the text.
    return "".join(character if character.isprintable() else " " for character in cut).strip()
