"""The vendor's client: one method per call of SMS Center's documents API."""

from bot.smscentre.answers import Created
from bot.smscentre.client import SmsCentre, new_http_client
from bot.smscentre.credentials import Credentials
from bot.smscentre.errors import (
    ErrorCode,
    NotSent,
    NoUsableAnswer,
    Refused,
    TooLarge,
    VendorError,
    WrongSetting,
)

__all__ = [
    "Created",
    "Credentials",
    "ErrorCode",
    "NoUsableAnswer",
    "NotSent",
    "Refused",
    "SmsCentre",
    "TooLarge",
    "VendorError",
    "WrongSetting",
    "new_http_client",
]
