"""The logins at SMS Center: one in `SMSC_LOGIN`, or several as JSON in `SMSC_ACCOUNTS`."""

import json
import unicodedata

from bot.settings.errors import SettingsError
from bot.settings.sources import Variables
from bot.smscentre.credentials import Credentials

NAMES = ("SMSC_LOGIN", "SMSC_PASSWORD", "SMSC_APIKEY", "SMSC_ACCOUNTS")

_FORM = '{"first": {"password": "…"}, "second": {"apikey": "…"}}'


def read_accounts(variables: Variables) -> tuple[Credentials, ...]:
    """Return the accounts in their order, at least one; the first is the default. Raises `SettingsError`."""
    login, password, apikey, several = map(variables.get, NAMES)
    if several is not None:
        for name, value in (("SMSC_LOGIN", login), ("SMSC_PASSWORD", password), ("SMSC_APIKEY", apikey)):
            if value is not None:
                raise SettingsError(name, "is set and SMSC_ACCOUNTS too: set only one of the two")
        return _read_several(several)
    if login is None:
        raise SettingsError(
            "SMSC_LOGIN",
            "is not set: set it with SMSC_PASSWORD or SMSC_APIKEY, or set SMSC_ACCOUNTS for several logins",
        )
    if password is None and apikey is None:
        raise SettingsError("SMSC_PASSWORD", "is not set: SMSC_LOGIN needs either SMSC_PASSWORD or SMSC_APIKEY")
    if password is not None and apikey is not None:
        raise SettingsError("SMSC_PASSWORD", "is set and SMSC_APIKEY too: set only one of the two")
    _check_login("SMSC_LOGIN", "", login)
    _check_characters("SMSC_PASSWORD" if apikey is None else "SMSC_APIKEY", "", password or apikey or "")
    return (Credentials(login, password=password, apikey=apikey),)


def _read_several(text: str) -> tuple[Credentials, ...]:
    problem: str
    try:
        accounts = json.loads(text, object_pairs_hook=_members)
    except json.JSONDecodeError as error:
        problem = f"is not JSON at line {error.lineno}, column {error.colno}"
    except ValueError:
        problem = "holds a number that is too long"
    except _DuplicateError:
        problem = "names something twice"
    except RecursionError:
        problem = "is nested too deeply"
    else:
        if isinstance(accounts, dict) and accounts:
            return _distinct([_account(n, login, account) for n, (login, account) in enumerate(accounts.items(), 1)])
        problem = "names no login"
    raise SettingsError("SMSC_ACCOUNTS", f"{problem}: it must look like {_FORM}")


def _account(number: int, login: str, account: object) -> Credentials:
    where = f"at login {number} "
    match account:
        case {"password": str(secret), **others} if secret and not others:
            credentials = Credentials(login, password=secret)
        case {"apikey": str(secret), **others} if secret and not others:
            credentials = Credentials(login, apikey=secret)
        case _:
            raise SettingsError(
                "SMSC_ACCOUNTS", f'{where}must have either "password" or "apikey", as a string in quotes: {_FORM}'
            )
    _check_login("SMSC_ACCOUNTS", where, login)
    _check_characters("SMSC_ACCOUNTS", where, secret)
    return credentials


def _distinct(accounts: list[Credentials]) -> tuple[Credentials, ...]:
    # The vendor may count both spellings as one login, and two queues for it would be too fast.
    if len({account.login.casefold() for account in accounts}) < len(accounts):
        raise SettingsError("SMSC_ACCOUNTS", f"names a login twice: it must look like {_FORM}")
    return tuple(accounts)


def _check_login(name: str, where: str, login: str) -> None:
    if not login or login != login.strip():
        raise SettingsError(name, f"{where}must be a login's name without spaces around it")
    _check_characters(name, where, login)


def _check_characters(name: str, where: str, text: str) -> None:
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise SettingsError(name, f"{where}has line breaks or other control characters within: remove them")


class _DuplicateError(Exception):
    """The same member twice in one JSON object: one of the two would silently be lost."""


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _DuplicateError
    return members
