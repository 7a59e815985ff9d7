"""What people read about a batch: its dry run, its progress, its end. Pure."""

from collections.abc import Iterable
from datetime import datetime

from markupsafe import Markup

from bot.batches.desk import Preview
from bot.batches.forecast import Forecast
from bot.batches.preview import DryRun
from bot.batches.status import BatchStatus
from bot.domain import BatchPause, BatchState
from bot.language.translator import Translator
from db.batch_rows import RowCounts
from db.models import Request, StoredBatch

_SHOWN = 10
"""How many rows a message names; a file has all of them."""
_BAR = 12


def preview(t: Translator, shown: Preview, now: datetime) -> Markup:
    """Say what a file would lead to, and that nothing has been sent."""
    run = shown.run
    lines = [
        t.say("<b>Batch {id}</b>: this is what I read in the file.", id=shown.batch.id),
        *_asked(t, run),
        *_doubts(t, run, now),
        *_unseen(t, run),
    ]
    if shown.earlier is not None:
        lines.append(_earlier(t, shown.earlier, now))
    if run.rows:
        lines.append(_when(t, run.rows, shown.forecast, shown.batch.login, now))
    lines.append(t.say("Nothing has been sent to SMS Center."))
    return Markup("\n").join(lines)


def _asked(t: Translator, run: DryRun) -> Iterable[Markup]:
    if run.invoices:
        yield t.say("New invoices: {n}, {total} in all.", n=run.invoices, total=t.money(run.total))
    if run.acts:
        yield t.say("Acts to fetch: {n}.", n=run.acts)
    if run.fetched:
        yield t.say("Invoices to fetch: {n}.", n=run.fetched)
    if not run.rows:
        yield t.say("There is no row that I could send.")
    if run.mistakes:
        yield t.say_n("{n} row is wrong and is left out:", "{n} rows are wrong and are left out:", len(run.mistakes))
        for number, mistake in list(run.mistakes.items())[:_SHOWN]:
            yield t.say("· row {number}: {mistake}", number=number, mistake=mistake)
        if len(run.mistakes) > _SHOWN:
            yield t.say("and more. The file below has all of them.")


def _doubts(t: Translator, run: DryRun, now: datetime) -> Iterable[Markup]:
    if run.alike:
        yield t.say("Rows that ask for the same:")
        for group in run.alike[:_SHOWN]:
            yield t.say("· rows {numbers}", numbers=_numbers(group))
        if len(run.alike) > _SHOWN:
            yield t.say("and more.")
    if run.lately:
        yield t.say("Rows like an invoice of the last 24 hours:")
        for number, request in list(run.lately.items())[:_SHOWN]:
            yield _made(t, number, request, now)
        if len(run.lately) > _SHOWN:
            yield t.say("and more.")
    if run.waiting:
        yield t.say("Rows like one of another batch that waits:")
        for number, row in list(run.waiting.items())[:_SHOWN]:
            yield t.say(
                "· row {number}: batch {batch} of {name}, row {other}",
                number=number,
                batch=row.batch_id,
                name=row.requester_name,
                other=row.number,
            )
        if len(run.waiting) > _SHOWN:
            yield t.say("and more.")


def _made(t: Translator, number: int, request: Request, now: datetime) -> Markup:
    time = t.clock_time(request.created_at, now=now)
    if request.invoice_number is None:
        return t.say("· row {number}: {name}, {time}", number=number, name=request.requester_name, time=time)
    return t.say(
        "· row {number}: No. {invoice}, {name}, {time}",
        number=number,
        invoice=request.invoice_number,
        name=request.requester_name,
        time=time,
    )


def _unseen(t: Translator, run: DryRun) -> Iterable[Markup]:
    """Tell of what people may not see in their own file."""
    if run.hidden_rows:
        yield t.say("Hidden rows, read like the others: {numbers}.", numbers=_numbers(run.hidden_rows))
    if run.hidden_columns:
        yield t.say("Hidden columns, read like the others: {names}.", names=", ".join(run.hidden_columns))
    if run.empty_rows:
        yield t.say("Empty rows: {numbers}.", numbers=_numbers(run.empty_rows))


def _earlier(t: Translator, status: BatchStatus, now: datetime) -> Markup:
    """Say what became of the same rows: `/batches` lists them only in the chat that they came from."""
    earlier = status.batch
    id_, name = earlier.id, earlier.requester_name
    time = t.clock_time(earlier.started_at or earlier.created_at, now=now)
    if earlier.finished_at is None:
        said = t.say(
            "<b>The same rows are under way</b> as batch {id}, started by {name} ({time}), so they cannot start.",
            id=id_,
            name=name,
            time=time,
        )
    else:
        said = t.say(
            "<b>The same rows were sent before</b> as batch {id}, started by {name} ({time}). Start only if all of it "
            "shall be made once more.",
            id=id_,
            name=name,
            time=time,
        )
    return Markup("{} {}").format(said, _counted(t, status))


def _counted(t: Translator, status: BatchStatus) -> Markup:
    counts = status.counts
    text = t.say(
        "Done: {done}, failed: {failed}, unknown: {unknown}, left: {left}.",
        done=counts.done,
        failed=counts.failed,
        unknown=counts.unknown,
        left=counts.left,
    )
    return _with_closed(t, text, counts)


def _with_closed(t: Translator, text: Markup, counts: RowCounts) -> Markup:
    """Add the rows of which nobody knew and that a person has closed, where there are any."""
    return Markup("{} {}").format(text, t.say("Closed by a person: {n}.", n=counts.closed)) if counts.closed else text


def _when(t: Translator, rows: int, forecast: Forecast, login: str, now: datetime) -> Markup:
    if forecast.ends_at is None:
        return t.say("The login <b>{login}</b> is paused, so all would wait.", login=login)
    minutes = max(1, round((forecast.ends_at - now).total_seconds() / 60))
    text = t.say_n(
        "{n} request with the login <b>{login}</b>, about {minutes} min, until {time}.",
        "{n} requests with the login <b>{login}</b>, about {minutes} min, until {time}.",
        rows,
        login=login,
        minutes=minutes,
        time=t.clock_time(forecast.ends_at, now=now),
    )
    if not forecast.ahead:
        return text
    before = t.say_n("{n} request waits before it.", "{n} requests wait before it.", forecast.ahead)
    return Markup("{} {}").format(text, before)


def progress(t: Translator, status: BatchStatus, now: datetime) -> Markup:
    """Say how far a batch has come."""
    batch, counts = status.batch, status.counts
    lines = [
        t.say("<b>Batch {id}</b>, {name}: {state}", id=batch.id, name=batch.requester_name, state=_state(t, batch)),
        Markup("<code>{}</code> {}").format(
            _bar(counts.ended, counts.all), t.say("{done} of {all}", done=counts.ended, all=counts.all)
        ),
        _counted(t, status),
    ]
    forecast = status.forecast
    if batch.state is BatchState.RUNNING and forecast is not None and forecast.ends_at is not None:
        lines.append(t.say("It ends at about {time}.", time=t.clock_time(forecast.ends_at, now=now)))
    if counts.unknown:
        lines.append(t.say("Each unknown row has a message of its own, with buttons to settle it."))
    return Markup("\n").join(lines)


def line(t: Translator, status: BatchStatus, now: datetime) -> Markup:
    """Say in one line how far a batch has come, for the queue."""
    counts = status.counts
    text = t.say(
        "Batch {id} ({name}): {done} of {all}, {state}",
        id=status.batch.id,
        name=status.batch.requester_name,
        done=counts.ended,
        all=counts.all,
        state=_state(t, status.batch),
    )
    if status.batch.state is not BatchState.RUNNING or status.forecast is None or status.forecast.ends_at is None:
        return text
    return Markup("{}, {}").format(
        text, t.say("until about {time}", time=t.clock_time(status.forecast.ends_at, now=now))
    )


def paused(t: Translator, batch: StoredBatch) -> Markup:
    """Say that a batch does not go on, and why, where nobody pressed for it."""
    match batch.pause:
        case BatchPause.LOGIN_PAUSED:
            return t.say(
                "Batch {id} is paused, as its login <b>{login}</b> is. The admins know; press Go on once it works.",
                id=batch.id,
                login=batch.login,
            )
        case BatchPause.RESTORED:
            return t.say(
                "Batch {id} is paused: a backup of mine was restored, and I do not know which rows have gone out since "
                "it was made. Look into SMS Center's cabinet first: Go on sends all that are left here.",
                id=batch.id,
            )
        case BatchPause.UNKNOWN_OUTCOMES:
            return t.say(
                "Batch {id} is paused: of the last three rows nobody knows whether their invoices were made. Look into "
                "SMS Center's cabinet first.",
                id=batch.id,
            )
        case _:
            # Whoever reads this may use it again: others are not told why.
            return t.say(
                "Batch {id} was stopped, as {name} was not allowed to use me, or its login, any more.",
                id=batch.id,
                name=batch.requester_name,
            )


def stopped(t: Translator, batch: StoredBatch) -> Markup:
    """Say no more than that a batch is stopped: who reads it may not know the rest any more."""
    return t.say("Batch {id} is stopped.", id=batch.id)


def finished(t: Translator, status: BatchStatus) -> Markup:
    """Say what became of a batch, under its files."""
    counts = status.counts
    head = (
        t.say("<b>Batch {id}</b> was stopped.", id=status.batch.id)
        if status.batch.state is BatchState.STOPPED
        else t.say("<b>Batch {id}</b> is done.", id=status.batch.id)
    )
    text = t.say(
        "Done: {done}, failed: {failed}, unknown: {unknown}.",
        done=counts.done,
        failed=counts.failed,
        unknown=counts.unknown,
    )
    return Markup("{} {}").format(head, _with_closed(t, text, counts))


def _state(t: Translator, batch: StoredBatch) -> Markup:
    match batch.state:
        case BatchState.RUNNING:
            return t.say("under way")
        case BatchState.PAUSED:
            return t.say("paused")
        case BatchState.STOPPED:
            return t.say("stopped")
        case _:
            return t.say("done")


def _bar(ended: int, all_: int) -> str:
    full = _BAR * ended // all_ if all_ else _BAR
    return "▓" * full + "░" * (_BAR - full)


def _numbers(numbers: Iterable[int]) -> str:
    """Name rows, as ranges where they follow one another, and not more than a line takes."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    shown = [str(first) if first == last else f"{first}–{last}" for first, last in ranges]
    return ", ".join(shown[:_SHOWN]) + (", …" if len(shown) > _SHOWN else "")
