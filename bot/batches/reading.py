"""A file's bytes into a table, whatever the file is called. Pure, but up to half a second of work: not for the loop."""

from bot.batches.csv_file import read_csv
from bot.batches.file_kinds import is_packed
from bot.batches.tables import MAX_FILE, FileProblem, FileRefused, Table
from bot.batches.xlsx_file import read_xlsx


def read_table(data: bytes) -> Table:
    """Read an XLSX or CSV file; raises `FileRefused`."""
    if len(data) > MAX_FILE:
        raise FileRefused(FileProblem.TOO_BIG)
    if not data.strip():
        raise FileRefused(FileProblem.EMPTY)
    table = read_xlsx(data) if is_packed(data) else read_csv(data)
    if not table.rows:
        raise FileRefused(FileProblem.EMPTY)
    return table
