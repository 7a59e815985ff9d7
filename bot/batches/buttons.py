"""The buttons under a batch."""

from telegram import InlineKeyboardMarkup

from bot.batches.desk import StartChoices
from bot.batches.status import BatchStatus
from bot.domain import BatchState
from bot.language.translator import Translator
from bot.messaging.keyboards import Row, keyboard

START = "bstart"
START_SURE = "bsure"
EACH_PDF = "beach"
ONE_ZIP = "bzip"
DISCARD = "bdiscard"
PAUSE = "bpause"
GO_ON = "bgo"
STOP = "bstop"
AGAIN = "bagain"
FILES = "bfiles"
UNKNOWN = "bunknown"


def of_preview(t: Translator, choices: StartChoices) -> InlineKeyboardMarkup | None:
    """Return what may be done with a file that was read."""
    batch, rows, sure = choices.batch, choices.rows, choices.rows - choices.doubtful
    starts: list[Row] = []
    if rows and not choices.blocked:
        starts.append([(t.say("Start ({n})", n=rows).unescape(), f"{START}:{batch.id}")])
        if 0 < sure < rows:
            label = t.say("Start without the doubtful ({n})", n=sure).unescape()
            starts.append([(label, f"{START_SURE}:{batch.id}")])
        if batch.each_pdf:
            starts.append([(t.say("Send the PDFs in one ZIP instead").unescape(), f"{ONE_ZIP}:{batch.id}")])
        else:
            starts.append([(t.say("Send each PDF as it comes").unescape(), f"{EACH_PDF}:{batch.id}")])
    return keyboard([*starts, [(t.say("Cancel").unescape(), f"{DISCARD}:{batch.id}")]])


def of_progress(t: Translator, status: BatchStatus) -> InlineKeyboardMarkup | None:
    """Return what may be done with a batch that was started."""
    batch = status.batch
    pause = (t.say("Pause").unescape(), f"{PAUSE}:{batch.id}")
    go_on = (t.say("Go on").unescape(), f"{GO_ON}:{batch.id}")
    stop = (t.say("Stop the rest").unescape(), f"{STOP}:{batch.id}")
    rows: list[Row] = []
    if batch.state is BatchState.RUNNING:
        rows.append([pause, stop])
    elif batch.state is BatchState.PAUSED:
        rows.append([go_on, stop])
    if status.counts.unknown:
        label = t.say("Show the unknown rows ({n})", n=status.counts.unknown).unescape()
        rows.append([(label, f"{UNKNOWN}:{batch.id}")])
    if status.retryable:
        label = t.say("Try the failed again ({n})", n=status.retryable).unescape()
        rows.append([(label, f"{AGAIN}:{batch.id}")])
    if batch.delivered_at is not None:
        rows.append([(t.say("Send the files again").unescape(), f"{FILES}:{batch.id}")])
    return keyboard(rows)
