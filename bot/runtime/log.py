"""Logs that hold no secret, and in which nobody can forge a line.

Libraries log what they like: httpx whole URLs with the bot token in them, tracebacks the values they failed on. So
secrets are taken out where a line is finished, in every notation that a library may have given them.
"""

import contextlib
import json
import logging
import math
import re
import sys
import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal, TextIO

from bot.runtime.trace import trace

MASK = "***"

_QUIET = ("httpx", "httpcore", "apscheduler", "telegram", "aiosqlite", "sqlalchemy", "alembic", "tornado")
"""Libraries that below WARNING log URLs, whole updates, documents or SQL parameters."""

_SAID_BY_US = ("telegram.request.BaseRequest",)
"""Parts of python-telegram-bot that log with a traceback what `bot.messenger` says in a line."""

_LIKELY_SECRET = re.compile(
    r"(?<![^\W_])(?P<name>psw|apikey)(?P<is>\s*=\s*|\\{0,4}['\"]\s*:\s*)['\"]?[^&\s'\"]+"
    r"|\d{6,20}(?::|%3a)[\w-]{30,}",  # a bot token, as in https://api.telegram.org/bot<token>/getMe
    re.ASCII | re.IGNORECASE,
)
_STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Redactor:
    """Replaces secrets by `***`, and whatever looks like a bot token or like a vendor's `psw` or `apikey`."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = "|".join(_any_notation(secret) for secret in sorted(set(secrets), key=len, reverse=True) if secret)
        self._known = re.compile(known) if known else None

    def __call__(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(MASK, text)
        return _LIKELY_SECRET.sub(lambda found: f"{found['name'] or ''}{found['is'] or ''}{MASK}", text)


class TextFormatter(logging.Formatter):
    """`2026-11-22T13:51:49.123+00:00 INFO bot.queue: message key=value`; a traceback follows on indented lines."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        message = self._redact(record.getMessage())
        fields = "".join(f" {key}={_quoted(self._redact(str(value)))}" for key, value in _extra(record).items())
        head = f"{_time(record)} {record.levelname} {record.name}: {message}{fields}"
        details = self._redact(_details(self, record))
        lines = [head, *(line for line in details.split("\n") if line)]
        # Once more on the whole: the logger and the names of fields are in it too.
        return self._redact("\n    ".join(map(_printable, lines)))


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and where there are any, update, request, exception, extra.

    `update` and `request` are the ids of what is worked on (`bot/runtime/trace.py`).
    """

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        # Each string is redacted before JSON quotes it: a password like `time` must not break the object.
        line: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": self._redact(record.name),
            "message": self._redact(record.getMessage()),
            **trace(),
        }
        if details := _details(self, record):
            line["exception"] = self._redact(details)
        if extra := _extra(record):
            line["extra"] = self._plain(extra)
        return json.dumps(line, ensure_ascii=True, allow_nan=False)

    def _plain(self, value: object, depth: int = 8) -> object:
        if depth and isinstance(value, Mapping):
            return {self._redact(str(key)): self._plain(item, depth - 1) for key, item in value.items()}
        if depth and isinstance(value, (list, tuple, set, frozenset)):
            return [self._plain(item, depth - 1) for item in value]
        text = str(value)
        redacted = self._redact(text)
        if redacted == text and (value is None or isinstance(value, (bool, int))):
            return value
        if redacted == text and isinstance(value, float) and math.isfinite(value):
            return value
        return redacted


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is logging's
        """Log that a record could not be logged; logging itself would print its arguments, secrets and all."""
        failure = logging.LogRecord(
            record.name, logging.ERROR, record.pathname, record.lineno, "cannot log: %r", (record.msg,), sys.exc_info()
        )
        with contextlib.suppress(Exception):
            self.stream.write(self.format(failure) + self.terminator)
            self.flush()


def configure(
    level: str,
    log_format: Literal["text", "json"],
    secrets: Iterable[str],
    *,
    stream: TextIO | None = None,
) -> None:
    """Log to `stream` (standard error by default) and nowhere else, without the secrets; may be called again.

    Python's warnings become log lines too. Loggers that would spill documents or parameters stay at WARNING, whatever
    the level.
    """
    redact = Redactor(secrets)
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(redact) if log_format == "json" else TextFormatter(redact))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))
    for name in _SAID_BY_US:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.captureWarnings(capture=True)


def install_excepthook() -> None:
    """Send what nobody caught, in any thread or finaliser, to the log instead of straight to standard error.

    asyncio's own exception handler already logs, so it needs nothing.
    """
    logger = logging.getLogger("bot")

    def uncaught(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        logger.critical("uncaught exception", exc_info=(kind, value, trace))

    def uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            uncaught(args.exc_type, args.exc_value, args.exc_traceback)

    def unraisable(args: "sys.UnraisableHookArgs") -> None:
        logger.error("exception ignored in %r", args.object, exc_info=args.exc_value)

    sys.excepthook = uncaught
    threading.excepthook = uncaught_in_thread
    sys.unraisablehook = unraisable


def _any_notation(secret: str) -> str:
    """Return a pattern for the secret with each character raw, percent-encoded, or escaped as JSON or repr do.

    Character by character, because libraries differ in what they encode; and an escape may have been escaped again.
    """
    return "".join(_any_notation_of(run[0]) for run in re.finditer(r"\\+|.", secret, re.DOTALL))


def _any_notation_of(part: str) -> str:
    """Return the pattern for one character, or for a run of backslashes (each of them alone would backtrack)."""
    encoded = "".join(f"%(?:25){{0,2}}{octet:02x}" for octet in part.encode("utf-8", "surrogatepass"))
    if part[0] == "\\":
        return rf"(?:\\{{{len(part)},{4 * len(part)}}}|(?i:{encoded}))"
    octets, units = part.encode("utf-8", "surrogatepass"), part.encode("utf-16-be", "surrogatepass")
    escapes = [
        f"u{units.hex()}" if len(units) == 2 else rf"u{units[:2].hex()}\\{{1,4}}u{units[2:].hex()}",
        r"\\{1,4}".join(f"x{octet:02x}" for octet in octets),
        f"U{ord(part):08x}",
    ]
    if ord(part) < 0x100:
        escapes.append(f"x{ord(part):02x}")
    if part in "\b\f\n\r\t":
        escapes.append(json.dumps(part)[2])
    plus = r"|\+" if part == " " else ""
    # The raw character last: a raw `%` must not take the first sign of `%25` and leave the rest.
    return rf"(?:(?i:{encoded}|\\{{1,4}}(?:{'|'.join(escapes)}))|\\{{0,4}}{re.escape(part)}{plus})"


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _extra(record: logging.LogRecord) -> dict[str, object]:
    return {key: value for key, value in vars(record).items() if key not in _STANDARD_FIELDS}


def _details(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    """Return the traceback and the stack, as far as the record has them."""
    trace = formatter.formatException(record.exc_info) if record.exc_info and record.exc_info[0] else record.exc_text
    stack = formatter.formatStack(record.stack_info) if record.stack_info else None
    return "\n".join(part for part in (trace, stack) if part)


def _quoted(value: str) -> str:
    return value if value and not re.search(r"[\s=\"]", value) else json.dumps(value, ensure_ascii=False)


def _printable(text: str) -> str:
    r"""Return the text with each line break, escape, invisible or direction-changing character as `\n`, `\x1b`, …"""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
