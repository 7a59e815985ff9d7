"""What the columns of a table mean, by headings as people and accounting programs write them. Pure.

A heading is cut into words, each word stands for an idea (`клиента`, `customer`, `контрагент`: a sub-client), and it is
the ideas together that name a column: `№ акта`, `Act number` and `act_no` are the same. Nothing is guessed: a heading
with a word too many is unknown, and one that may mean several things is doubtful.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum


class Column(StrEnum):
    """What a column holds."""

    SUB_CLIENT = "sub_client"
    """A name, or a user ID as `#101`."""
    USER_ID = "user_id"
    SUM = "sum"
    SERVICE = "service"
    ACT_NUMBER = "act_number"
    ACT_ID = "act_id"
    INVOICE_ID = "invoice_id"
    REMARK = "remark"
    """Comments and row numbers: not read."""
    OUTCOME = "outcome"
    """What the bot itself wrote into a file that it sent back: not read, and replaced in the next one."""


NOT_READ = frozenset({Column.REMARK, Column.OUTCOME})
DOCUMENTS = (Column.SUM, Column.ACT_NUMBER, Column.ACT_ID, Column.INVOICE_ID)
"""What says which document is asked for: exactly one of them in a row."""


class Doubtful(StrEnum):
    """Why a heading names no column."""

    AMBIGUOUS = "ambiguous"
    """It may mean several columns, or is nearly the heading of one."""
    UNKNOWN = "unknown"


HEADINGS: Mapping[str, Mapping[Column, str]] = {
    "en": {
        Column.SUB_CLIENT: "Sub-client",
        Column.USER_ID: "User ID",
        Column.SUM: "Sum",
        Column.SERVICE: "Service",
        Column.ACT_NUMBER: "Act number",
        Column.ACT_ID: "Act ID",
        Column.INVOICE_ID: "Invoice ID",
        Column.REMARK: "Comment",
    },
    "ru": {
        Column.SUB_CLIENT: "Субклиент",
        Column.USER_ID: "ID субклиента",
        Column.SUM: "Сумма",
        Column.SERVICE: "Услуга",
        Column.ACT_NUMBER: "№ акта",
        Column.ACT_ID: "ID акта",
        Column.INVOICE_ID: "ID счёта",
        Column.REMARK: "Комментарий",
    },
}
"""The known headings as they are shown to people, in each language."""


def meaning(heading: str) -> Column | Doubtful:
    """Return what a column with this heading holds."""
    ideas: frozenset[str] = frozenset(_ideas(heading))
    column = _COLUMNS.get(ideas)
    if column is not None:
        return column
    return Doubtful.AMBIGUOUS if ideas in _AMBIGUOUS or _is_nearly_known(heading) else Doubtful.UNKNOWN


class _Idea(StrEnum):
    USER = "user"
    SUM = "sum"
    SERVICE = "service"
    ACT = "act"
    INVOICE = "invoice"
    NUMBER = "number"
    ID = "id"
    NAME = "name"
    LOGIN = "login"
    TO_PAY = "to pay"
    ROW = "row"
    REMARK = "remark"
    WRONG = "wrong"
    STATE = "state"
    DOCUMENT = "document"
    FILE = "file"
    TOTAL = "total"
    PRICE = "price"
    CURRENCY = "currency"


_WORDS: Mapping[_Idea, str] = {
    _Idea.USER: "user client subclient customer контрагент контрагента клиент клиента субклиент субклиента покупатель "
    "покупателя заказчик заказчика пользователь пользователя абонент абонента",
    _Idea.SUM: "sum amount сумма суммы",
    _Idea.SERVICE: "service services услуга услуги услуг номенклатура номенклатуры товар товары товара работа работы",
    _Idea.ACT: "act acts акт акта акты",
    _Idea.INVOICE: "invoice invoices счет счета",
    _Idea.NUMBER: "№ # no nr num number номер ном n",
    _Idea.ID: "id ид идентификатор айди",
    _Idea.NAME: "name имя наименование название",
    _Idea.LOGIN: "login логин sublogin сублогин",
    _Idea.TO_PAY: "payable оплате",
    _Idea.ROW: "row line строка строки п/п пп",
    _Idea.REMARK: "comment comments note notes remark комментарий комментарии примечание примечания заметка",
    _Idea.WRONG: "mistake error ошибка ошибки",
    _Idea.STATE: "state status состояние статус",
    _Idea.DOCUMENT: "document документ документа",
    _Idea.FILE: "file файл файла",
    _Idea.TOTAL: "total итого всего",
    _Idea.PRICE: "price цена стоимость",
    _Idea.CURRENCY: "руб рубль рубли рублей рублях р rub rur ruble rubles ₽",
}
_IDEA_OF = {word: idea for idea, words in _WORDS.items() for word in words.split()}
_SILENT = frozenset(("в", "к", "of", "the", "in"))

_I = _Idea
_COLUMNS: Mapping[frozenset[str], Column] = {
    frozenset(ideas): column
    for column, several in {
        Column.SUB_CLIENT: ({_I.USER}, {_I.LOGIN}, {_I.USER, _I.NAME}, {_I.USER, _I.LOGIN}),
        Column.USER_ID: ({_I.USER, _I.ID},),
        Column.SUM: (
            {_I.SUM},
            {_I.SUM, _I.CURRENCY},
            {_I.SUM, _I.TO_PAY},
            {_I.SUM, _I.TO_PAY, _I.CURRENCY},
            {_I.SUM, _I.INVOICE},
            {_I.SUM, _I.INVOICE, _I.CURRENCY},
        ),
        Column.SERVICE: ({_I.SERVICE}, {_I.SERVICE, _I.NAME}),
        Column.ACT_NUMBER: ({_I.ACT}, {_I.ACT, _I.NUMBER}),
        Column.ACT_ID: ({_I.ACT, _I.ID},),
        # SMS Center gives an invoice no number besides its ID.
        Column.INVOICE_ID: ({_I.INVOICE, _I.ID}, {_I.INVOICE, _I.NUMBER}),
        Column.REMARK: ({_I.REMARK}, {_I.ROW}, {_I.ROW, _I.NUMBER}),
        Column.OUTCOME: ({_I.WRONG}, {_I.STATE}, {_I.DOCUMENT, _I.NUMBER}, {_I.FILE}, {_I.FILE, _I.NAME}),
    }.items()
    for ideas in several
}
_AMBIGUOUS = frozenset(
    map(
        frozenset,
        (
            {_I.NUMBER},
            {_I.ID},
            {_I.NAME},
            {_I.INVOICE},
            {_I.DOCUMENT},
            {_I.DOCUMENT, _I.ID},
            {_I.TOTAL},
            {_I.SUM, _I.TOTAL},
            {_I.PRICE},
            {_I.SERVICE, _I.PRICE},
            {_I.SUM, _I.ACT},
            {_I.USER, _I.NUMBER},
            {_I.USER, _I.ID, _I.NAME},
            {_I.USER, _I.ID, _I.LOGIN},
        ),
    )
)

_ENDS_OF_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")  # `userId`
_WORD = re.compile(r"п/п|[№#₽]|[^\W\d_]+")
_LOOK_ALIKES = str.maketrans("aceopxykmhtb", "асеорхукмнтв")
_CYRILLIC = re.compile(r"[а-я]")
_JOINED = {
    "userid": "user id",
    "actid": "act id",
    "invoiceid": "invoice id",
    "actnum": "act num",
    "username": "user name",
}
_ONE_WORD = (
    ("sub-client", "subclient"),
    ("sub client", "subclient"),
    ("sub_client", "subclient"),
    ("суб-клиент", "субклиент"),
    ("sub-login", "sublogin"),
    ("sub login", "sublogin"),
    ("суб-логин", "сублогин"),
    ("what is wrong", "mistake"),
    ("что не так", "ошибка"),
)
_NEARLY = 0.8


def _ideas(heading: str) -> Iterable[str]:
    """Return the ideas of a heading, and the words that stand for none as they are."""
    for word in _words(heading):
        if word not in _SILENT:
            yield _IDEA_OF.get(word, word)


def _words(heading: str) -> list[str]:
    text = _ENDS_OF_WORDS.sub(" ", unicodedata.normalize("NFC", heading)).lower().replace("ё", "е")
    for written, word in _ONE_WORD:
        text = text.replace(written, word)
    # A digit is part of no known heading.
    found = _WORD.findall(text) + re.findall(r"\d+", text)
    words = [word.translate(_LOOK_ALIKES) if _CYRILLIC.search(word) else word for word in found]
    return [part for word in words for part in _JOINED.get(word, word).split()]


def _is_nearly_known(heading: str) -> bool:
    """Say whether each word is a known one, or one with a letter wrong."""
    words = [word for word in _words(heading) if word not in _SILENT]
    return bool(words) and all(difflib.get_close_matches(word, _IDEA_OF, 1, _NEARLY) for word in words)
