"""What can go wrong with a call of the vendor, cut down to the one thing that the queue has to know.

`str()` of each error is one short line for the log. No error carries a secret.
"""

_LONGEST_TEXT = 300


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
        self.code = code
        self.text = one_line(text)
        super().__init__(code, self.text)

    def __str__(self) -> str:
        return f"refused with error {self.code}: {self.text}"


class NoUsableAnswer(VendorError):
    """The request may have reached the vendor, but no answer came that tells what became of it.

    An invoice that was to be created may exist now; fetching a document may be tried again. `about` describes the
    answer (host, HTTP status, content type, length, first bytes), as far as there was one.
    """

    def __init__(self, why: str, about: str = "") -> None:
        self.why = one_line(why)
        self.about = one_line(about)
        super().__init__(self.why, self.about)

    def __str__(self) -> str:
        return f"no usable answer: {self.why}" + (f" ({self.about})" if self.about else "")


def one_line(text: str, limit: int = _LONGEST_TEXT) -> str:
    """Return the text on one line of printable characters, at most `limit` of them."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    # Half a surrogate pair from a JSON escape is not printable either: it would break whoever encodes the text.
    return "".join(character if character.isprintable() else " " for character in cut).strip()
