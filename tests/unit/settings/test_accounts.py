"""The logins at SMS Center: one or several, each with exactly one secret."""

import pytest

from bot.settings import SettingsError, load
from bot.smscentre.credentials import Credentials

TOKEN = {"TELEGRAM_TOKEN": "123456789:AAF-example_token"}


@pytest.mark.parametrize(
    ("environ", "accounts"),
    [
        ({"SMSC_LOGIN": "acme", "SMSC_PASSWORD": "p"}, (Credentials("acme", password="p"),)),
        ({"SMSC_LOGIN": "acme", "SMSC_APIKEY": "k"}, (Credentials("acme", apikey="k"),)),
        (
            {"SMSC_ACCOUNTS": '{"beta": {"apikey": "k"}, "acme": {"password": "пароль"}}'},
            (Credentials("beta", apikey="k"), Credentials("acme", password="пароль")),
        ),
    ],
)
def test_accounts_keep_their_order(environ: dict[str, str], accounts: tuple[Credentials, ...]) -> None:
    assert load(TOKEN | environ).accounts == accounts


@pytest.mark.parametrize(
    ("environ", "name", "begin"),
    [
        ({}, "SMSC_LOGIN", "is not set: "),
        ({"SMSC_PASSWORD": "hidden"}, "SMSC_LOGIN", "is not set: "),
        ({"SMSC_LOGIN": "acme"}, "SMSC_PASSWORD", "is not set: "),
        ({"SMSC_LOGIN": "acme", "SMSC_PASSWORD": "hidden", "SMSC_APIKEY": "hidden"}, "SMSC_PASSWORD", "is set and "),
        ({"SMSC_LOGIN": " acme", "SMSC_PASSWORD": "hidden"}, "SMSC_LOGIN", "must be a login's name"),
        ({"SMSC_LOGIN": "ac\tme", "SMSC_PASSWORD": "hidden"}, "SMSC_LOGIN", "has line breaks or "),
        ({"SMSC_LOGIN": "acme", "SMSC_PASSWORD": "hidden\nx"}, "SMSC_PASSWORD", "has line breaks or "),
        ({"SMSC_LOGIN": "acme", "SMSC_APIKEY": "hidden\x00"}, "SMSC_APIKEY", "has line breaks or "),
        ({"SMSC_LOGIN": "a", "SMSC_ACCOUNTS": '{"b": {"password": "hidden"}}'}, "SMSC_LOGIN", "is set and "),
        ({"SMSC_APIKEY": "hidden", "SMSC_ACCOUNTS": '{"b": {"password": "hidden"}}'}, "SMSC_APIKEY", "is set and "),
    ],
)
def test_one_login_has_exactly_one_secret(environ: dict[str, str], name: str, begin: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(TOKEN | environ)
    assert caught.value.name == name
    assert caught.value.sentence.startswith(begin)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "begin"),
    [
        ("hidden", "is not JSON at line 1, column 1: "),
        ('{"a": {"password": "hidden"}', "is not JSON at line 1, column 29: "),
        ('{"a": {"password": "hidden"},\n "a": {"password": "hidden"}}', "names something twice: "),
        ('{"a": {"password": "hidden", "password": "hidden2"}}', "names something twice: "),
        ('{"a": {"password": "hidden"}, "A": {"password": "hidden"}}', "names a login twice: "),
        ("{}", "names no login: "),
        ("[]", "names no login: "),
        ('"hidden"', "names no login: "),
        ("[" * 50_000, "is nested too deeply: "),
        ("9" * 5000, "holds a number that is too long: "),
        ('{"a": "hidden"}', "at login 1 must have either "),
        ('{"a": {"password": "hidden"}, "b": {}}', "at login 2 must have either "),
        ('{"a": {"password": 12345}}', "at login 1 must have either "),
        ('{"a": {"password": ""}}', "at login 1 must have either "),
        ('{"a": {"psw": "hidden"}}', "at login 1 must have either "),
        ('{"a": {"password": "hidden", "apikey": "hidden"}}', "at login 1 must have either "),
        ('{"a": {"password": "hidden", "url": "x"}}', "at login 1 must have either "),
        ('{"": {"password": "hidden"}}', "at login 1 must be a login's name"),
        ('{"a ": {"password": "hidden"}}', "at login 1 must be a login's name"),
        ('{"a": {"password": "hidden\\n"}}', "at login 1 has line breaks or "),
        ('{"a": {"password": "hidden\\ud800"}}', "at login 1 has line breaks or "),
    ],
)
def test_what_is_wrong_with_several_accounts_is_said_without_showing_them(text: str, begin: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(TOKEN | {"SMSC_ACCOUNTS": text})
    assert caught.value.name == "SMSC_ACCOUNTS"
    assert caught.value.sentence.startswith(begin)
    assert "hidden" not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert caught.value.__context__ is None
