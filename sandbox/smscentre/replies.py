"""From the rules' answers, and from mishaps, to bytes on HTTP."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.smscentre.answers import Answer, Created, Found, Refusal
from sandbox.smscentre.dialect import Dialect
from sandbox.smscentre.faults import Page
from sandbox.smscentre.refusals import DESCRIPTIONS


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer; `midway` is an offset amid its PDF, or amid the body where there is no PDF."""

    body: bytes
    content_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def midway(self) -> int:
        """Return where a cut leaves the JSON part whole and half of the PDF missing."""
        begin = max(self.body.find(b"%PDF-"), 0)
        return (begin + len(self.body)) // 2


def reply_to(answer: Answer, pdf: bytes, dialect: Dialect) -> Reply:
    """Return the vendor's answer; `pdf` is the paper of the answer, empty for a refusal."""
    match answer:
        case Refusal(code):
            told = {"error": DESCRIPTIONS[code], "error_code": int(code)}
            return Reply(json.dumps(told, indent=1).encode(), dialect.error_type)
        case Created(invoice):
            body = dialect.multipart(invoice.number, invoice.amount, pdf)
            return Reply(body, dialect.content_type)
        case Found():
            return Reply(pdf, "application/pdf")


def reply_with(page: Page) -> Reply:
    """Return the page of a mishap."""
    headers = {"Location": page.location} if page.location else {}
    return Reply(page.body.encode(), page.content_type, page.status, headers)
