"""What the vendor's answer means for a request and its login. Pure: it decides, and neither waits nor writes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import Failure, Hold, State
from bot.smscentre import Created, ErrorCode, NotSent, NoUsableAnswer, Refused, TooLarge, WrongSetting
from db.models import Login, Request

REST = timedelta(minutes=15)
"""How long all logins rest after error 4: going on with wrong requests prolongs the block of our address."""

MAX_THROTTLED = 15
MAX_UNUSABLE_ANSWERS = 3
UNREACHABLE_LIMIT = timedelta(minutes=10)

RETRYABLE = frozenset({Failure.NOT_CREATED, Failure.BUSY, Failure.UNREACHABLE, Failure.UNREADABLE, Failure.PDF_MISSING})
"""Failures after which the same request may well succeed: their message has a button for it."""

_FIRST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(minutes=1)

_FAILURES: dict[int, Failure] = {
    ErrorCode.PARAMETERS: Failure.PARAMETERS,
    ErrorCode.NOT_CREATED: Failure.NOT_CREATED,
    ErrorCode.NO_SUB_CLIENT: Failure.NO_SUB_CLIENT,
    ErrorCode.NO_DOCUMENT: Failure.NO_DOCUMENT,
    ErrorCode.TOO_SOON: Failure.BUSY,
}

Result = Created | bytes | Exception
"""What a call came to: an invoice, a PDF, or what went wrong."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to record of a call. State `queued` puts the request back to the head of its login's queue."""

    state: State
    failure: Failure | None = None
    code: int | None = None
    invoice_number: str | None = None
    pdf: bytes | None = None
    incomplete: bool = False
    """Whether the PDF is not whole."""
    throttled: bool = False
    unusable_answer: bool = False
    reached_vendor: bool = True
    """Whether the call may have counted at the vendor; one that never left uses nothing up."""
    hold: Hold | None = None
    hold_for: timedelta = timedelta(0)
    trouble: str | None = None
    """What the admins have to know of the hold."""
    pauses_login: bool = False
    answered: bool = False
    """Whether SMS Center itself answered: our address is not blocked, and that of the settings is right."""

    @property
    def troubles_admins(self) -> bool:
        """Whether only the admins can mend what the call met."""
        return self.pauses_login or (self.hold is not None and self.hold.is_common)


def judge(request: Request, login: Login, result: Result, now: datetime) -> Verdict:
    """Decide by the table of vendor's answers in the design; anything unforeseen counts as no usable answer."""
    match result:
        case Created(number=number, pdf=None):
            return Verdict(State.QUEUED, invoice_number=number, answered=True)
        case Created(number=number, pdf=pdf):
            return Verdict(State.DONE, invoice_number=number, pdf=pdf, answered=True)
        case bytes():
            return Verdict(State.DONE, pdf=result, answered=True)
        case NotSent():
            return _not_sent(request, login, now)
        case Refused(code=code):
            return _refused(request, code)
        case WrongSetting():
            return _wrong_setting(login, result, now)
        case TooLarge(number=number):
            return Verdict(State.FAILED, failure=Failure.TOO_LARGE, invoice_number=number, answered=True)
        case NoUsableAnswer(partial=partial):
            return no_usable_answer(request, partial)
        case _:
            return no_usable_answer(request)


def no_usable_answer(request: Request, partial: bytes | None = None) -> Verdict:
    """Decide for a request that was sent and whose answer is not known: a create is never sent again by itself.

    `partial` is what came of a document that is not whole: after the last try it is better than none.
    """
    if request.makes_invoice:
        return Verdict(State.UNKNOWN)
    if request.unusable_answers + 1 < MAX_UNUSABLE_ANSWERS:
        return Verdict(State.QUEUED, unusable_answer=True)
    if partial is not None:
        return Verdict(State.DONE, pdf=partial, incomplete=True, unusable_answer=True)
    return Verdict(State.FAILED, failure=_reading_failed(request), unusable_answer=True)


def _not_sent(request: Request, login: Login, now: datetime) -> Verdict:
    since = _since(login, Hold.UNREACHABLE, now)
    waited = now - max(since, request.created_at)
    if waited >= UNREACHABLE_LIMIT:
        return Verdict(State.FAILED, failure=Failure.UNREACHABLE, reached_vendor=False, hold=Hold.UNREACHABLE)
    # Waiting as long again as it has lasted so far doubles each pause.
    pause = min(max(now - since, _FIRST_PAUSE), _LONGEST_PAUSE)
    return Verdict(State.QUEUED, reached_vendor=False, hold=Hold.UNREACHABLE, hold_for=pause)


def _wrong_setting(login: Login, error: WrongSetting, now: datetime) -> Verdict:
    pause = min(max(now - _since(login, Hold.WRONG_SETTING, now), _LONGEST_PAUSE), REST)
    trouble = f"{error.setting}: {error.why}"
    return Verdict(State.QUEUED, hold=Hold.WRONG_SETTING, hold_for=pause, trouble=trouble)


def _since(login: Login, hold: Hold, now: datetime) -> datetime:
    """Return since when the login is held for this reason."""
    return login.unreachable_since or now if login.hold is hold else now


def _refused(request: Request, code: int) -> Verdict:
    match code:
        case ErrorCode.CREDENTIALS:
            return Verdict(State.QUEUED, code=code, pauses_login=True, answered=True)
        case ErrorCode.BLOCKED:
            return Verdict(State.QUEUED, code=code, hold=Hold.BLOCKED, hold_for=REST)
        case ErrorCode.TOO_SOON if request.throttled < MAX_THROTTLED:
            return Verdict(State.QUEUED, code=code, throttled=True, answered=True)
    failure = _FAILURES.get(code, Failure.REFUSED)
    if request.invoice_number is not None:
        if code != ErrorCode.TOO_SOON:
            return replace(no_usable_answer(request), answered=True)
        failure = Failure.PDF_MISSING
    return Verdict(State.FAILED, failure=failure, code=code, answered=True)


def _reading_failed(request: Request) -> Failure:
    return Failure.PDF_MISSING if request.invoice_number is not None else Failure.UNREADABLE
