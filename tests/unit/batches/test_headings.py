"""Headings as people and accounting programs write them; none is guessed."""

import pytest

from bot.batches.headings import HEADINGS, Column, Doubtful, meaning


@pytest.mark.parametrize(
    ("column", "headings"),
    [
        (
            Column.SUB_CLIENT,
            "Контрагент|КЛИЕНТ|Заказчик|Субклиент|суб-клиент|Логин|Логин клиента|Покупатель|Контрагент.Наименование",
        ),
        (
            Column.SUB_CLIENT,
            "user|User name|username|login|Client|customer|sub-client|Sub client|sub_client|Sublogin|Sub-login",
        ),
        (Column.USER_ID, "user_id|userId|User ID|ID субклиента|ид клиента|Client ID"),
        (
            Column.SUM,
            "Сумма|сумма, руб.|Сумма (₽)|СУММА,\nруб.|Сумма в рублях|Сумма к оплате|Сумма счёта, руб.|Cумма| Сумма:",
        ),
        (
            Column.SUM,
            "sum|Сумма счёта|Amount|amount, RUB|Sum (rub.)",
        ),
        (Column.SERVICE, "Услуга|Услуги|Номенклатура|Наименование услуги|Товары (работы, услуги)|Service|service name"),
        (Column.ACT_NUMBER, "№ акта|Номер акта|акт №|Акт|N акта|act|Act No.|act_num|actNumber|Act #|№акта"),
        (Column.ACT_ID, "ID акта|id_акта|акт ID|act id|actId|ACT_ID|Ид. акта"),
        (Column.INVOICE_ID, "ID счёта|ID счета|№ счёта|Счет №|invoice id|invoice_id|Invoice number|invoiceId"),
        (Column.REMARK, "Комментарий|Примечание|№ п/п|п/п|Comment|Notes|Row"),
        (Column.OUTCOME, "Что не так|What is wrong|Состояние|State|Номер документа|Document number|Файл|File"),
        (
            Doubtful.AMBIGUOUS,
            "№|Номер|ID|Имя|Наименование|Счёт|Invoice|Документ|Итого|Цена|Стоимость услуги|Сумма акта",
        ),
        (
            Doubtful.AMBIGUOUS,
            "Услуга, руб.|Сума|Контрогент|Amoumt",
        ),
        (
            Doubtful.UNKNOWN,
            "|Дата|Сумма с НДС|Сумма без НДС|Сумма, USD|Сумма 2|Сумма, тыс. руб.|ИНН|Организация|alice|1500|!",
        ),
    ],
)
def test_what_headings_mean(column: Column | Doubtful, headings: str) -> None:
    assert {heading: meaning(heading) for heading in headings.split("|")} == dict.fromkeys(headings.split("|"), column)


def test_the_headings_that_are_shown_are_understood() -> None:
    for headings in HEADINGS.values():
        assert {column: meaning(heading) for column, heading in headings.items()} == {c: c for c in headings}
