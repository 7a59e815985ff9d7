"""The vendor's client: one method per call of SMS Center's documents API."""

from bot.smscentre.answers import Created
from bot.smscentre.client import SmsCentre, new_http_client
from bot.smscentre.credentials import Credentials
from bot.smscentre.errors import NotSent, NoUsableAnswer, Refused, VendorError

__all__ = [
    "Created",
    "Credentials",
    "NoUsableAnswer",
    "NotSent",
    "Refused",
    "SmsCentre",
    "VendorError",
    "new_http_client",
]
