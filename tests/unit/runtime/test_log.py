"""What reaches standard error: no secret in any notation, and no line that somebody in a chat has forged."""

import asyncio
import gc
import io
import json
import logging
import re
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, quote_plus, urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.runtime.log import Redactor, configure, install_excepthook
from tests.support.process_state import kept

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
PASSWORD = """pä ss/w%rd"'&+\\d€😀"""
SECRETS = ("short", PASSWORD, f"{PASSWORD}-and-more", "line\nbreak", "")

FORGED = "2026-11-22T13:51:49.123+00:00 INFO bot.queue: all paid"
LIBRARIES = ("httpx", "httpcore", "apscheduler", "telegram", "aiosqlite", "sqlalchemy")

log = logging.getLogger("bot.queue")


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Logging and the hooks are the process's, not the test's."""
    with kept():
        yield


def configured(
    log_format: Literal["text", "json"] = "text", level: str = "INFO", secrets: Sequence[str] = SECRETS
) -> io.StringIO:
    """Configure logging to a stream of the test's own, without pytest's handlers."""
    logging.getLogger().handlers.clear()
    stream = io.StringIO()
    configure(level, log_format, secrets, stream=stream)
    return stream


NOTATIONS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "quote": quote,
    "quote, no safe character": lambda secret: quote(secret, safe=""),
    "quote, lower case": lambda secret: re.sub(r"%..", lambda found: found[0].lower(), quote(secret)),
    "quote_plus": quote_plus,
    "quoted twice": lambda secret: quote(quote(secret, safe=""), safe=""),
    "form": lambda secret: urlencode({"x": secret}).removeprefix("x="),
    "httpx": lambda secret: str(httpx.URL("http://h/", params={"x": secret})).removeprefix("http://h/?x="),
    "json": lambda secret: json.dumps(secret)[1:-1],
    "json, not only ASCII": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "json in json": lambda secret: json.dumps(json.dumps(secret)[1:-1])[1:-1],
    "repr": lambda secret: repr(secret)[1:-1],
    "ascii": lambda secret: ascii(secret)[1:-1],
    "repr of a repr": lambda secret: repr(repr(secret)[1:-1])[1:-1],
    "bytes": lambda secret: repr(secret.encode())[2:-1],
    "unicode_escape": lambda secret: secret.encode("unicode_escape").decode(),
}


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("secret", [TOKEN, PASSWORD, "tab\tline\nbreak", "100%", "%2F", "\\\\n", "ключ", "a b"])
def test_a_secret_is_replaced_in_every_notation(notation: str, secret: str) -> None:
    written = NOTATIONS[notation](secret)
    assert Redactor([secret])(f"before<{written}>after") == "before<***>after"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10), st.sampled_from(list(NOTATIONS)))
def test_any_secret_is_replaced_in_every_notation(secret: str, notation: str) -> None:
    assert Redactor([secret])(NOTATIONS[notation](secret)) == "***"


def test_the_longest_secret_goes_first() -> None:
    assert Redactor(["abc", "abcdef", ""])("abcdef abc") == "*** ***"


def test_no_secrets_at_all_is_fine() -> None:
    assert Redactor([])("psw is nothing") == "psw is nothing"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (f"POST https://api.telegram.org/bot{TOKEN}/getMe", "POST https://api.telegram.org/bot***/getMe"),
        (f"/bot{quote(TOKEN, safe='')}/x", "/bot***/x"),
        (f"token {TOKEN}, refused", "token ***, refused"),
        ("psw=hidden&user=alice", "psw=***&user=alice"),
        ("login=a&apikey=hid%20den", "login=a&apikey=***"),
        ("?psw=a%26b&x=1", "?psw=***&x=1"),
        ("{'login': 'a', 'psw': 'hidden'}", "{'login': 'a', 'psw': ***'}"),
        ('{"apikey": "hidden"}', '{"apikey": ***"}'),
        ("SMSC_APIKEY=hidden", "SMSC_APIKEY=***"),
        ("12:30:15 99999999:tooshort", "12:30:15 99999999:tooshort"),
        ("capsw=1", "capsw=1"),
    ],
)
def test_what_looks_like_a_secret_is_replaced_unknown_as_it_is(text: str, redacted: str) -> None:
    assert Redactor([])(text) == redacted


def test_redaction_stays_fast_on_hostile_text() -> None:
    redact = Redactor([TOKEN, PASSWORD, "\\" * 20 + "x"])
    hostile = ("\\" * 30_000, "1" * 30_000, "%25" * 10_000, "psw" * 10_000, "psw" + " " * 30_000)
    begin = time.perf_counter()
    assert [len(redact(text)) for text in hostile] == [30_000, 30_000, 30_000, 30_000, 30_003]
    assert time.perf_counter() - begin < 5  # a fraction of a second; minutes if the time grew with the square


def test_a_text_line_has_time_level_logger_message_and_fields() -> None:
    stream = configured()
    log.info("claimed %s", 7, extra={"login": "acme", "note": "two words", "empty": ""})
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 INFO bot\.queue: "
        r'claimed 7 login=acme note="two words" empty=""\n',
        stream.getvalue(),
    )


def test_a_json_line_has_time_level_logger_message_and_fields() -> None:
    stream = configured("json")
    log.info("claimed %s", 7, extra={"login": "acme", "n": 3, "late": 0.5, "none": None, "nan": float("nan")})
    line = json.loads(stream.getvalue())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", str(line.pop("time")))
    assert line == {
        "level": "INFO",
        "logger": "bot.queue",
        "message": "claimed 7",
        "extra": {"login": "acme", "n": 3, "late": 0.5, "none": None, "nan": "nan"},
    }


@dataclass
class Carrier:
    """An object whose repr spills a secret."""

    password: str


def test_secrets_in_arguments_extra_and_chained_tracebacks_are_gone() -> None:
    stream = configured()
    spill_everywhere()
    written = stream.getvalue()
    assert PASSWORD not in written
    assert repr(PASSWORD)[1:-1] not in written
    assert "break" not in written
    assert "ValueError: cause ***\n" in written
    assert "RuntimeError: outer *** and ***\n" in written
    assert "failed with Carrier(password='***') and '***', *** field=*** " in written
    assert "The above exception was the direct cause" in written


def test_secrets_in_json_are_gone_and_the_json_is_sound() -> None:
    stream = configured("json")
    spill_everywhere()
    line = json.loads(stream.getvalue())
    everything = repr(line)
    assert PASSWORD not in everything
    assert json.dumps(PASSWORD)[1:-1] not in everything
    assert "w%rd" not in everything
    assert line["extra"] == {"field": "***", "nested": {"***": ["***", 1]}, "number": 1}
    assert line["message"] == "failed with Carrier(password='***') and '***', ***"
    assert "RuntimeError: outer *** and ***" in str(line["exception"])


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_secrets_in_the_names_of_loggers_and_fields_are_gone(log_format: Literal["text", "json"]) -> None:
    stream = configured(log_format)
    logging.getLogger("bot.short").warning("x", extra={"short_field": 1})
    assert "short" not in stream.getvalue()
    assert stream.getvalue().count("***") == 2


def spill_everywhere() -> None:
    try:
        try:
            raise ValueError(f"cause {PASSWORD}")
        except ValueError as error:
            raise RuntimeError(f"outer {PASSWORD}-and-more and line\nbreak") from error
    except RuntimeError:
        extra = {"field": PASSWORD, "nested": {"short": [PASSWORD, 1]}, "number": 1}
        log.exception("failed with %s and %r, line\nbreak", Carrier(PASSWORD), PASSWORD, extra=extra)


def test_a_password_that_is_a_json_key_does_not_break_the_line() -> None:
    stream = configured("json", "INFO", ["time", "e", "7"])
    log.info("the time", extra={"n": 7})
    line = json.loads(stream.getvalue())
    assert line["message"] == "th*** ***"
    assert line["extra"] == {"n": "***"}


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_nobody_forges_a_line_with_a_line_break(line_break: str) -> None:
    stream = configured()
    log.warning("name is %s", f"bob{line_break}{FORGED}", extra={"user": f"x{line_break}{FORGED}"})
    assert len(stream.getvalue().splitlines()) == 1


@pytest.mark.parametrize("sign", ["\x1b[2K", "\x00", "\x08", "\u202e", "\u2066", "\u200b", "\ufeff", "\ud800", "\x9b"])
def test_control_characters_are_escaped(sign: str) -> None:
    stream = configured()
    log.warning("name is %s", sign)
    assert stream.getvalue().removesuffix("\n").isprintable()
    assert f"name is {sign.encode('unicode_escape').decode()}\n" in stream.getvalue()


def test_lines_of_a_traceback_stay_lines_but_cannot_pass_for_log_lines() -> None:
    stream = configured()
    try:
        raise ValueError(f"bad\n{FORGED}\x1b[0m\u2028{FORGED}")
    except ValueError:
        log.exception("failed")
    first, *rest = stream.getvalue().splitlines()
    assert first.endswith("ERROR bot.queue: failed")
    assert len(rest) > 3
    assert all(line.startswith("    ") and line.isprintable() for line in rest)


def test_cyrillic_and_emoji_stay_readable() -> None:
    stream = configured()
    log.warning("акт %s 👍", "А-15/2026")
    assert "акт А-15/2026 👍\n" in stream.getvalue()


def test_json_is_ascii_one_object_a_line() -> None:
    stream = configured("json", "INFO", [])
    log.warning("акт\n%s\u2028\x1b", FORGED)
    written = stream.getvalue()
    assert written.isascii()
    assert written.removesuffix("\n").isprintable()


def test_a_line_that_cannot_be_formatted_is_reported_without_its_arguments() -> None:
    stream = configured()
    log.warning("%d for %s", PASSWORD, 1)
    written = stream.getvalue()
    assert "ERROR bot.queue: cannot log: '%d for %s'" in written
    assert "TypeError" in written
    assert PASSWORD not in written


def test_a_broken_stream_does_not_raise() -> None:
    stream = configured("text", "INFO", [])
    stream.close()
    log.warning("nobody hears this")


def test_there_is_one_handler_however_often_it_is_configured() -> None:
    logging.getLogger().addHandler(logging.StreamHandler(io.StringIO()))
    configure("INFO", "text", [])
    configure("INFO", "text", [])
    (handler,) = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    assert handler.stream is sys.stderr


@pytest.mark.parametrize(
    "name",
    [
        "httpx",
        "httpcore.http11",
        "apscheduler.scheduler",
        "telegram.ext.Application",
        "aiosqlite",
        "sqlalchemy.engine.Engine",
        "sqlalchemy.pool",
    ],
)
def test_chatty_libraries_are_quiet_even_at_debug(name: str) -> None:
    stream = configured("text", "DEBUG", [])
    library = logging.getLogger(name)
    library.debug("a PDF")
    library.info("parameters")
    assert stream.getvalue() == ""
    library.warning("trouble")
    assert "trouble" in stream.getvalue()


def test_the_level_holds_for_chatty_libraries_too() -> None:
    stream = configured("text", "ERROR", [])
    logging.getLogger("telegram").warning("trouble")
    log.warning("trouble")
    assert stream.getvalue() == ""


def test_warnings_become_log_lines() -> None:
    stream = configured()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"old {PASSWORD}", UserWarning, stacklevel=1)
    assert "WARNING py.warnings:" in stream.getvalue()
    assert "old ***" in stream.getvalue()
    assert len(stream.getvalue().splitlines()) == 1


def test_what_nobody_caught_is_logged_without_secrets() -> None:
    stream = configured()
    install_excepthook()
    error = ValueError(f"{PASSWORD} at large")
    sys.excepthook(ValueError, error, None)
    thread = threading.Thread(target=fail, args=(error,))
    thread.start()
    thread.join()
    assert stream.getvalue().count("CRITICAL bot: uncaught exception\n") == 2
    assert stream.getvalue().count("ValueError: *** at large") == 2


def test_what_a_finaliser_raised_is_logged_without_secrets() -> None:
    stream = configured()
    install_excepthook()
    Failing()
    gc.collect()
    assert "ERROR bot: exception ignored in <function Failing.__del__" in stream.getvalue()
    assert "ValueError: *** at large" in stream.getvalue()


async def test_what_a_task_raised_is_logged_without_secrets() -> None:
    stream = configured()
    asyncio.get_running_loop().call_soon(fail, ValueError(f"{PASSWORD} at large"))
    await asyncio.sleep(0)
    assert "ERROR asyncio: Exception in callback" in stream.getvalue()
    assert "ValueError: *** at large" in stream.getvalue()
    assert PASSWORD not in stream.getvalue()


def fail(error: Exception) -> None:
    raise error


class Failing:
    """Fails when it goes."""

    def __del__(self) -> None:
        raise ValueError(f"{PASSWORD} at large")
