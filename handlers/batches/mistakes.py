"""What to say of a file that cannot be used, and of a row that leads to nothing. Pure."""

from collections.abc import Callable, Mapping

from markupsafe import Markup

from bot.batches.headings import HEADINGS, Column
from bot.batches.rows import Mistake, RowProblem
from bot.batches.tables import MAX_FILE, MAX_ROW_NUMBER, MAX_ROWS, MAX_UNPACKED, CellProblem, FileProblem, FileRefusal
from bot.language.translator import Translator
from bot.parsing import ParseError, Problem
from handlers.usage import explain

_FORMS: Mapping[Column, str] = {
    Column.SUB_CLIENT: "sub_client",
    Column.USER_ID: "sub_client",
    Column.SUM: "sum",
    Column.SERVICE: "service",
    Column.ACT_NUMBER: "act_number",
    Column.ACT_ID: "number",
    Column.INVOICE_ID: "number",
}
_MEGABYTE = 1_000_000


def file_refused(t: Translator, refused: FileRefusal) -> Markup:
    """Say why a file is refused as a whole, and what to do."""
    return _FILES[refused.problem](t, refused.words)


def mistake_of_row(t: Translator, mistake: Mistake) -> str:
    """Say in one plain line what is wrong with a row."""
    problem = mistake.problem
    if isinstance(problem, RowProblem):
        text = _ROWS[problem](t, mistake.word)
    elif isinstance(problem, CellProblem):
        text = _CELLS[problem](t, mistake.word)
    else:
        text = _of_text(t, problem, mistake)
    heading = None if mistake.column is None else HEADINGS[t.language].get(mistake.column)
    if heading is not None:
        text = Markup("{}: {}").format(heading, text)
    return " ".join(text.striptags().split())


def _of_text(t: Translator, problem: Problem, mistake: Mistake) -> Markup:
    form = _FORMS.get(mistake.column or Column.SUM, "sum")
    return explain(t, ParseError(problem, mistake.word), form)


_Words = Callable[[Translator, str], Markup]

_ROWS: Mapping[RowProblem, _Words] = {
    RowProblem.NO_SUB_CLIENT: lambda t, _: t.say("The sub-client is missing."),
    RowProblem.TWO_SUB_CLIENTS: lambda t, word: t.say(
        "“{word}” is not the user ID in the other column: leave one of the two.", word=word
    ),
    RowProblem.OTHER_SUB_CLIENT: lambda t, word: t.say(
        "“{word}” and the user ID beside it are two sub-clients, as far as I know: leave one of the two.", word=word
    ),
    RowProblem.NOTHING_ASKED: lambda t, _: t.say("There is no sum, no act and no invoice."),
    RowProblem.SEVERAL_ASKED: lambda t, word: t.say(
        "More than one document is asked for (“{word}” is the second): make two rows of it.", word=word
    ),
    RowProblem.NO_HEADING: lambda t, word: t.say("“{word}” stands in a column without a heading.", word=word),
    RowProblem.NOT_WHOLE: lambda t, word: t.say("“{word}” is not a whole number.", word=word),
    RowProblem.MERGED: lambda t, _: t.say("A cell is merged with another row's: unmerge them."),
    RowProblem.COLUMN_NUMBERS: lambda t, _: t.say("These are the numbers of the columns, not a row to send."),
    RowProblem.TOTAL: lambda t, word: t.say("“{word}” is the row of a total, not a sub-client's.", word=word),
}

_CELLS: Mapping[CellProblem, _Words] = {
    CellProblem.DATE: lambda t, word: t.say(
        "“{word}” is a date. Format the cell as text and write it again.", word=word
    ),
    CellProblem.BOOLEAN: lambda t, word: t.say("“{word}” is a yes or no. Write a text or a number instead.", word=word),
    CellProblem.ERROR: lambda t, word: t.say(
        "The formula in this cell went wrong: {word}. Put it right, or write the value itself.", word=word
    ),
    CellProblem.NOT_CALCULATED: lambda t, _: t.say(
        "The file does not hold this formula's value: open it in Excel and save it."
    ),
    CellProblem.TOO_MANY_DIGITS: lambda t, word: t.say(
        "“{word}” has more digits than a sheet keeps. Format the cell as text and write it again.", word=word
    ),
    CellProblem.PERCENT: lambda t, word: t.say(
        "“{word}” is a percentage. Format the cell as a number or as text and write it again.", word=word
    ),
    CellProblem.SHOWN_OTHERWISE: lambda t, word: t.say(
        "The cell holds {word}, but its number format shows something else. "
        "Format it as a number or as text and write it again.",
        word=word,
    ),
}

_FileWords = Callable[[Translator, tuple[str, ...]], Markup]

_FILES: Mapping[FileProblem, _FileWords] = {
    FileProblem.TOO_BIG: lambda t, _: t.say(
        "The file is larger than {n} MB. Send it in parts.", n=MAX_FILE // _MEGABYTE
    ),
    FileProblem.UNPACKS_TOO_BIG: lambda t, _: t.say(
        "Unpacked, the file is larger than {n} MB. Copy the rows into a new sheet, without pictures and formats.",
        n=MAX_UNPACKED // _MEGABYTE,
    ),
    FileProblem.EMPTY: lambda t, _: t.say("There is no row in the file. /batch sends a template."),
    FileProblem.XLS: lambda t, _: t.say("This is an old or binary Excel file. Save it as XLSX and send that."),
    FileProblem.ODS: lambda t, _: t.say("This is an OpenDocument file. Save it as XLSX or CSV and send that."),
    FileProblem.PDF: lambda t, _: t.say("This is a PDF. Send the table itself, as XLSX or CSV."),
    FileProblem.ENCRYPTED: lambda t, _: t.say("The file has a password. Save it without one and send it again."),
    FileProblem.NOT_A_TABLE: lambda t, _: t.say("This is no table. Send an XLSX or CSV file."),
    FileProblem.BROKEN: lambda t, _: t.say("The file is broken. Open it, save it as XLSX and send it again."),
    FileProblem.UNKNOWN_ENCODING: lambda t, _: t.say(
        "I cannot read the letters in this file. Save it as “CSV UTF-8” or as XLSX."
    ),
    FileProblem.BROKEN_QUOTES: lambda t, words: t.say(
        "A quotation mark in row {row} is not closed, so I cannot tell the cells apart. Put it right, or send XLSX.",
        row=_joined(words),
    ),
    FileProblem.SEVERAL_SHEETS: lambda t, words: t.say(
        "Several sheets hold something: {names}. Leave one of them, and send each in a file of its own.",
        names=_joined(words),
    ),
    FileProblem.FAR_CELL: lambda t, words: t.say(
        "Something stands far away from the table, in {cell}. Delete it; I read {n} rows at most.",
        cell=_joined(words),
        n=MAX_ROW_NUMBER,
    ),
    FileProblem.TOO_MANY_ROWS: lambda t, _: t.say("The file has more than {n} rows. Send it in parts.", n=MAX_ROWS),
    FileProblem.UNKNOWN_HEADINGS: lambda t, words: t.say(
        "I do not know these headings: {words}. Those that I know: {known}.", words=_joined(words), known=_known(t)
    ),
    FileProblem.DOUBTFUL_HEADINGS: lambda t, words: t.say(
        "These headings may mean several things: {words}. Those that I know: {known}.",
        words=_joined(words),
        known=_known(t),
    ),
    FileProblem.HEADING_TWICE: lambda t, words: t.say(
        "Two columns mean the same: {words}. Leave one of them.", words=_joined(words)
    ),
    FileProblem.HEADINGS_BELOW_ROWS: lambda t, words: t.say(
        "Row {row} stands above the headings and looks like one to send. Put the headings first.", row=_joined(words)
    ),
    FileProblem.NO_SUB_CLIENT_COLUMN: lambda t, _: t.say(
        "There is no column with sub-clients. The headings that I know: {known}.", known=_known(t)
    ),
    FileProblem.NO_DOCUMENT_COLUMN: lambda t, _: t.say(
        "There is no column with sums, acts or invoices. The headings that I know: {known}.", known=_known(t)
    ),
}


def _joined(words: tuple[str, ...]) -> str:
    return ", ".join(word if len(word) <= 40 else word[:39] + "…" for word in words[:10])


def _known(t: Translator) -> str:
    return ", ".join(HEADINGS[t.language].values())
