"""How long a file takes from its bytes to its checked rows: `python -m benchmarks.batch_file`.

The largest batch allowed, 500 rows, as XLSX and as CSV: read, understood, compared with one another, its key reckoned.
The goal is half a second, so that a person has the preview before they wonder. It is the processor's time: all of it is
reckoning, and what else the machine does is not in it.
"""

import csv
import io
import statistics
import time

from bot.batches.headings import HEADINGS, Column
from bot.batches.key import key_of
from bot.batches.layout import Layout
from bot.batches.reading import read_table
from bot.batches.rows import alike, read_batch
from bot.batches.tables import MAX_ROWS, Row
from bot.batches.workbook import result
from bot.parsing import MoneyWords

_GOAL_S = 0.5
_TIMES = 20
_MONEY = MoneyWords("₽")
_COLUMNS = (Column.SUB_CLIENT, Column.SUM, Column.SERVICE)


def main() -> None:
    headings = tuple(HEADINGS["ru"][column] for column in _COLUMNS)
    rows = [(f"client{n}", f"{n + 1} 500,50", f"Рассылка SMS по договору {n}, ноябрь 2026") for n in range(MAX_ROWS)]
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([headings, *rows])
    layout = Layout(dict(enumerate(_COLUMNS)), headings)
    xlsx = result(layout, [Row(number, cells) for number, cells in enumerate(rows, 2)], {}, "ru")
    for kind, data in (("XLSX", xlsx), ("CSV, windows-1251", text.getvalue().encode("windows-1251"))):
        spent = [_seconds(data) for _ in range(_TIMES)]
        print(
            f"{kind}: {MAX_ROWS} rows in {statistics.median(spent):.3f} s (worst {max(spent):.3f} s), "
            f"goal {_GOAL_S} s: {'reached' if max(spent) <= _GOAL_S else 'missed'}"
        )


def _seconds(data: bytes) -> float:
    begin = time.process_time()
    batch = read_batch(read_table(data), _MONEY)
    alike(batch.wishes())
    key_of(batch)
    if len(batch.wishes()) != MAX_ROWS:
        raise ValueError(f"only {len(batch.wishes())} rows were understood")
    return time.process_time() - begin


if __name__ == "__main__":
    main()
