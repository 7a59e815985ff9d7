"""What the vendor's answer means for a request and its login. Pure: it decides, and neither waits nor writes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import Failure, Hold, State
from bot.smscentre import Created, NotSent, Refused
from db.models import Login, Request

REST = timedelta(minutes=15)
"""How long a login rests after error 4: going on with wrong requests prolongs the block of our address."""

MAX_THROTTLED = 15
MAX_UNUSABLE_ANSWERS = 3
UNREACHABLE_LIMIT = timedelta(minutes=10)

RETRYABLE = frozenset({Failure.NOT_CREATED, Failure.BUSY, Failure.UNREACHABLE, Failure.UNREADABLE, Failure.PDF_MISSING})
"""Failures after which the same request may well succeed: their message has a button for it."""

_FIRST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(minutes=1)

_FAILURES = {
    1: Failure.PARAMETERS,
    2: Failure.LOGIN_REFUSED,
    5: Failure.NOT_CREATED,
    6: Failure.NO_SUB_CLIENT,
    7: Failure.NO_DOCUMENT,
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
    throttled: bool = False
    unusable_answer: bool = False
    reached_vendor: bool = True
    """Whether the call may have counted at the vendor; one that never left uses nothing up."""
    hold: Hold | None = None
    hold_for: timedelta = timedelta(0)
    pauses_login: bool = False


def judge(request: Request, login: Login, result: Result, now: datetime) -> Verdict:
    """Decide by the table of vendor's answers in the design; anything unforeseen counts as no usable answer."""
    match result:
        case Created(number=number, pdf=None):
            return Verdict(State.QUEUED, invoice_number=number)
        case Created(number=number, pdf=pdf):
            return Verdict(State.DONE, invoice_number=number, pdf=pdf)
        case bytes():
            return Verdict(State.DONE, pdf=result)
        case NotSent():
            return _not_sent(request, login, now)
        case Refused(code=code):
            return _refused(request, code)
        case _:
            return no_usable_answer(request)


def no_usable_answer(request: Request) -> Verdict:
    """Decide for a request that was sent and whose answer is not known: a create is never sent again by itself."""
    if request.makes_invoice:
        return Verdict(State.UNKNOWN)
    if request.unusable_answers + 1 < MAX_UNUSABLE_ANSWERS:
        return Verdict(State.QUEUED, unusable_answer=True)
    return Verdict(State.FAILED, failure=_reading_failed(request), unusable_answer=True)


def _not_sent(request: Request, login: Login, now: datetime) -> Verdict:
    since = login.unreachable_since or now
    waited = now - max(since, request.created_at)
    if waited >= UNREACHABLE_LIMIT:
        return Verdict(State.FAILED, failure=Failure.UNREACHABLE, reached_vendor=False, hold=Hold.UNREACHABLE)
    # Waiting as long again as it has lasted so far doubles each pause.
    pause = min(max(now - since, _FIRST_PAUSE), _LONGEST_PAUSE)
    return Verdict(State.QUEUED, reached_vendor=False, hold=Hold.UNREACHABLE, hold_for=pause)


def _refused(request: Request, code: int) -> Verdict:
    if code == 4:
        return Verdict(State.QUEUED, code=code, hold=Hold.BLOCKED, hold_for=REST)
    if code == 9 and request.throttled < MAX_THROTTLED:
        return Verdict(State.QUEUED, code=code, throttled=True)
    invoice_exists = request.invoice_number is not None
    if invoice_exists and code not in {2, 9}:
        return no_usable_answer(request)
    failure = Failure.BUSY if code == 9 else _FAILURES.get(code, Failure.REFUSED)
    return Verdict(
        State.FAILED,
        failure=Failure.PDF_MISSING if invoice_exists else failure,
        code=code,
        pauses_login=code == 2,
    )


def _reading_failed(request: Request) -> Failure:
    return Failure.PDF_MISSING if request.invoice_number is not None else Failure.UNREADABLE
