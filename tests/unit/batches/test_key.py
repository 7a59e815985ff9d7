"""The key of a batch: the same for the same rows, however the file was written, and for no others."""

import pytest

from bot.batches.key import key_of
from bot.batches.reading import read_table
from bot.batches.rows import read_batch
from tests.unit.batches.workbooks import MONEY

_SAME = [
    "Клиент;Сумма;Услуга\nalice;1500;SMS\nbob;15 тыс;\n",
    "user\tamount\tservice\nalice\t1 500,00\tSMS\nbob\t15 тыс\n",
    "Отчёт\n\nСумма, руб.;Контрагент;Номенклатура;№ п/п\n15 тыс;bob;;1\n\n1500.00;alice;SMS;2\n",
    "user;sum;service;What is wrong;note\nalice;1500 ₽;  SMS ;;x\nbob;15  тыс;;wrong!\n",
    "alice;1500;SMS\nbob;15 тыс\n",
]
_OTHERS = [
    "Клиент;Сумма;Услуга\nalice;1500;SMS\n",
    "Клиент;Сумма;Услуга\nalice;1500;SMS\nalice;1500;SMS\nbob;15 тыс;\n",
    "Клиент;Сумма;Услуга\nalice;1501;SMS\nbob;15 тыс;\n",
    "Клиент;Сумма;Услуга\nalice;1500;sms\nbob;15 тыс;\n",
    "Клиент;Сумма;Услуга\nalice;1500;SMS\nbob;16 тыс;\n",
    "ID клиента;Сумма;Услуга\n1;1500;SMS\nbob;15 тыс;\n",
    "Клиент;Сумма;Услуга\n1;1500;SMS\nbob;15 тыс;\n",
    "Клиент;№ акта\nalice;1500\nbob;15\n",
    "Клиент;ID акта\nalice;1500\nbob;15\n",
    "Клиент;ID счёта\nalice;1500\nbob;15\n",
]


def _key(text: str, encoding: str) -> str:
    return key_of(read_batch(read_table(text.encode(encoding)), MONEY))


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "utf-16"])
def test_the_same_rows_have_one_key(encoding: str) -> None:
    texts = [text for text in _SAME if encoding != "windows-1251" or "₽" not in text]
    assert len({_key(text, encoding) for text in texts}) == 1


def test_other_rows_have_other_keys() -> None:
    keys = [_key(text, "utf-8") for text in [_SAME[0], *_OTHERS]]
    assert len(set(keys)) == len(keys)
