"""The buttons under previews, repeats and cards."""

from collections.abc import Sequence

from bot.domain import RepeatState, RunState
from bot.language.translator import LANGUAGES, Translator
from bot.messaging.keyboards import Keyboard, Row, keyboard, pages
from bot.repeats.control import RepeatPage, RepeatView
from bot.repeats.desk import RepeatPreview
from bot.repeats.runs import RunView
from bot.schedules.placeholders import speaks

BEGIN = "rbegin"
BEGIN_SURE = "rbeginsure"
DROP = "rdrop"
SPEAK_IN = "rspeak"
SHOW = "rshow"
LIST = "rlist"
LIST_ALL = "rlistall"
RUN_NOW = "rnow"
SKIP_ONCE = "rskip"
PAUSE = "rpause"
GO_ON = "rgo"
BY_ITSELF = "rself"
END = "rend"
END_SURE = "rendsure"
CREATE = "rmake"
CREATE_SURE = "rmakesure"
SKIP = "rleave"
CHANGE = "rchange"
EDIT = "redit"
EDIT_SURE = "reditsure"
EDIT_DROP = "reditdrop"

_LANGUAGE_NAMES = {"en": "English", "ru": "Русский"}


def of_preview(t: Translator, shown: RepeatPreview, *, sure: bool = False) -> Keyboard | None:
    """Return what may be done with a preview; `sure` below the question whether a doubtful one is meant."""
    repeat = shown.repeat
    label, name = (t.say("Create it all the same"), BEGIN_SURE) if sure else (t.say("Create"), BEGIN)
    rows: list[Row] = [[(label.unescape(), f"{name}:{repeat.id}"), (t.say("Cancel").unescape(), f"{DROP}:{repeat.id}")]]
    if speaks(repeat.service):
        others = [(index, one) for index, one in enumerate(LANGUAGES) if one != repeat.language]
        rows.append([(_LANGUAGE_NAMES[one], f"{SPEAK_IN}:{repeat.id}:{index}") for index, one in others])
    return keyboard(rows)


def of_repeat(t: Translator, view: RepeatView) -> Keyboard | None:
    """Return what may be done with a repeat that was created."""
    repeat = view.repeat
    if repeat.is_over:
        return None
    rows: list[Row] = [[(t.say("Run now").unescape(), f"{RUN_NOW}:{repeat.id}")]]
    if repeat.state is RepeatState.ACTIVE:
        if view.dates:
            rows[0].append((t.say("Skip once").unescape(), f"{SKIP_ONCE}:{repeat.id}:{view.dates[0].number}"))
        rows.append([(t.say("Pause").unescape(), f"{PAUSE}:{repeat.id}")])
    else:
        rows.append([(t.say("Go on").unescape(), f"{GO_ON}:{repeat.id}")])
    mode = t.say("Ask before each one") if repeat.by_itself else t.say("Run by itself")
    rows.append([(mode.unescape(), f"{BY_ITSELF}:{repeat.id}:{int(not repeat.by_itself)}")])
    rows[1].append((t.say("End it").unescape(), f"{END}:{repeat.id}"))
    rows[-1].append((t.say("Change").unescape(), f"{EDIT}:{repeat.id}"))
    return keyboard(rows)


def of_change(t: Translator, question_id: int) -> Keyboard | None:
    """Return the answers to the preview of a change."""
    sure = (t.say("Change it so").unescape(), f"{EDIT_SURE}:{question_id}")
    return keyboard([[sure, (t.say("Cancel").unescape(), f"{EDIT_DROP}:{question_id}")]])


def of_choice(repeat_ids: Sequence[int]) -> Keyboard | None:
    """Return a button for each of some repeats, to change it."""
    numbers = [(str(one), f"{EDIT}:{one}") for one in repeat_ids]
    return keyboard([numbers[at : at + 5] for at in range(0, len(numbers), 5)])


def of_end(t: Translator, repeat_id: int) -> Keyboard | None:
    """Return the answers to the question whether to end a repeat."""
    sure = (t.say("Yes, end it").unescape(), f"{END_SURE}:{repeat_id}")
    return keyboard([[sure, (t.say("Back").unescape(), f"{SHOW}:{repeat_id}")]])


def of_page(t: Translator, page: RepeatPage, *, everywhere: bool) -> Keyboard | None:
    """Return a button for each repeat of a page, and the way to other pages."""
    numbers = [(str(view.repeat.id), f"{SHOW}:{view.repeat.id}") for view in page.entries]
    turns = pages(t, LIST_ALL if everywhere else LIST, page.number, page.more)
    return keyboard([numbers[:5], numbers[5:], turns])


def of_run(t: Translator, view: RunView, *, sure: bool = False) -> Keyboard | None:
    """Return the answers to a card; `sure` once it has shown what is doubtful."""
    run = view.run
    if run.state is not RunState.ASKED or not view.dues:
        return None
    label, name = (t.say("Create all the same"), CREATE_SURE) if sure else (t.say("Create"), CREATE)
    row = [(label, name), (t.say("Skip"), SKIP), (t.say("Change"), CHANGE)]
    return keyboard([[(words.unescape(), f"{one}:{run.id}:{run.turn}") for words, one in row]])
