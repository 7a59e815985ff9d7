"""The vendor's documented errors."""

from enum import IntEnum


class ErrorCode(IntEnum):
    """The values of `error_code`, named after what the vendor's table says of them."""

    PARAMETERS = 1
    CREDENTIALS = 2
    BLOCKED = 4
    CREATION = 5
    SUB_CLIENT = 6
    DOCUMENT = 7
    TOO_SOON = 9

    @property
    def uses_up_the_minute(self) -> bool:
        """Whether the next request has to wait although this one got nothing; undocumented, so: it has to."""
        return self not in {ErrorCode.CREDENTIALS, ErrorCode.BLOCKED, ErrorCode.TOO_SOON}


DESCRIPTIONS = {
    ErrorCode.PARAMETERS: "error in parameters",
    ErrorCode.CREDENTIALS: "invalid login or password",
    ErrorCode.BLOCKED: "IP address is temporarily blocked",
    ErrorCode.CREATION: "account creation error",
    ErrorCode.SUB_CLIENT: "sublogin not found",
    ErrorCode.DOCUMENT: "document not found",
    ErrorCode.TOO_SOON: "duplicate request, wait a minute",
}


class Refused(Exception):
    """The rules refuse the request with this code."""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__(DESCRIPTIONS[code])
        self.code = code
