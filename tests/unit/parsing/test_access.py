"""The words of `/allow` and `/revoke`, in any order."""

from datetime import date

import pytest

from bot.domain import Role
from bot.parsing import ParseError, Problem
from bot.parsing.access import Allow, Whom, parse_allow, parse_whom

LOGINS = ("acme", "beta")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ("", Allow(Whom())),
        ("1002", Allow(Whom(id=1002))),
        ("user 1002", Allow(Whom(id=1002))),
        ("admin 1002", Allow(Whom(id=1002), Role.ADMIN)),
        ("1002 Admin", Allow(Whom(id=1002), Role.ADMIN)),
        ("менеджер", Allow(Whom(), Role.MANAGER)),
        ("1002 until 2027-01-31", Allow(Whom(id=1002), until=date(2027, 1, 31))),
        ("до 31.01.2027 1002 beta", Allow(Whom(id=1002), logins=("beta",), until=date(2027, 1, 31))),
        ("1002 login beta login acme beta", Allow(Whom(id=1002), logins=("beta", "acme"))),
        ("1002 default forever", Allow(Whom(id=1002), logins=(), forever=True)),
        ("-1001234", Allow(Whom(group=True, id=-1001234))),
        ("–1001234 everyone", Allow(Whom(group=True, id=-1001234), everyone=True)),
        ("chat -1001234 listed acme", Allow(Whom(group=True, id=-1001234), logins=("acme",), everyone=False)),
        ("группа", Allow(Whom(group=True))),
        ("1002 1002", Allow(Whom(id=1002))),
    ],
)
def test_what_is_understood(args: str, said: Allow) -> None:
    assert parse_allow(args, LOGINS) == said


@pytest.mark.parametrize(
    ("args", "problem", "word"),
    [
        ("@anna", Problem.USERNAME, "@anna"),
        ("1002 boss", Problem.UNKNOWN_WORD, "boss"),
        ("1002 login gamma", Problem.UNKNOWN_WORD, "gamma"),
        ("1002 login", Problem.MISSING, ""),
        ("1002 until", Problem.MISSING, ""),
        ("1002 until 2027-02-30", Problem.BAD_DATE, "2027-02-30"),
        ("1002 until 9999-12-31", Problem.BAD_DATE, "9999-12-31"),
        ("-1002 until 31.12.9999", Problem.BAD_DATE, "31.12.9999"),
        ("1002 until tomorrow", Problem.BAD_DATE, "tomorrow"),
        ("1002 1003", Problem.SAID_TWICE, "1003"),
        ("1002 admin manager", Problem.SAID_TWICE, "manager"),
        ("chat 1002", Problem.WRONG_KIND_OF_ID, "1002"),
        ("0", Problem.WRONG_KIND_OF_ID, "0"),
        ("1" * 19, Problem.UNKNOWN_WORD, "1" * 19),
        ("-1001234 admin", Problem.GROUP_HAS_NO_ROLE, "admin"),
        ("-1001234 acme beta", Problem.GROUP_HAS_ONE_LOGIN, "acme beta"),
        ("1002 everyone", Problem.PERSON_IS_NOT_EVERYONE, "everyone"),
        ("١٠٠٢", Problem.UNKNOWN_WORD, "١٠٠٢"),
    ],
)
def test_what_is_not(args: str, problem: Problem, word: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_allow(args, LOGINS)
    assert (caught.value.problem, caught.value.word) == (problem, word)


@pytest.mark.parametrize(
    ("args", "whom"),
    [
        ("", Whom()),
        ("1002", Whom(id=1002)),
        ("user 1002", Whom(id=1002)),
        ("chat -100", Whom(group=True, id=-100)),
        ("чат", Whom(group=True)),
    ],
)
def test_whom_to_revoke(args: str, whom: Whom) -> None:
    assert parse_whom(args) == whom


@pytest.mark.parametrize("args", ["admin", "1002 1003", "1002 until 2027-01-31", "chat 7"])
def test_what_revoke_does_not_take(args: str) -> None:
    with pytest.raises(ParseError):
        parse_whom(args)
