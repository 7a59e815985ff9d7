"""The SMS Center itself: its state and its rules, without I/O."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from sandbox.smscentre.answers import Answer, Created, Found, Invoice, Refusal, Visit
from sandbox.smscentre.calls import AddAccount, GetAccount, GetAct, parse
from sandbox.smscentre.changes import Changes
from sandbox.smscentre.clock import Clock, Moment, SystemClock
from sandbox.smscentre.faults import Faults
from sandbox.smscentre.journal import Journal, Outcome
from sandbox.smscentre.paperwork import act_paper, invoice_paper
from sandbox.smscentre.refusals import ErrorCode, Refused
from sandbox.smscentre.rules import Blocks, Rules
from sandbox.smscentre.world import Account, SubClient, World

FIRST_INVOICE = 9001


class SmsCentre:
    """What the vendor knows and does: `arrive`, then `handle` or `fail`, then `leave`, for each request.

    `rules`, `faults` and `world` may be changed at any time; `journal` and `invoices` are there to be read.
    """

    def __init__(self, world: World, rules: Rules | None = None, clock: Clock | None = None) -> None:
        self.world = world
        self.rules = rules or Rules()
        self.clock = clock or SystemClock()
        self.faults = Faults()
        self.journal = Journal()
        self.invoices: list[Invoice] = []
        self.blocks = Blocks()
        self._accepted_at: dict[str, float] = {}
        self._open: Counter[str] = Counter()
        self._changes = Changes()

    def arrive(self, arrived: Moment, ip: str, verb: str, query: Mapping[str, str], form: Mapping[str, str]) -> Visit:
        """Write a request down and see who sends it; `form` holds all parameters, `query` those of the URL."""
        account = self.world.sign_in(form, ip)
        login = account.login if account else form.get("login")
        if account:
            self._open[account.login] += 1
        entry = self.journal.open(arrived, ip, verb, login, query, form)
        self._changes.notify()
        return Visit(entry, account)

    def handle(self, visit: Visit) -> Answer:
        """Do what the request asks for, or refuse it. To be called once: an invoice is made on every call."""
        try:
            answer = self._answer(visit)
        except Refused as refused:
            answer = self._refuse(visit, refused.code)
            if refused.code in {ErrorCode.PARAMETERS, ErrorCode.CREDENTIALS}:
                self.blocks.count_wrong(visit.entry.ip, visit.entry.arrived.monotonic, self.rules)
        self._changes.notify()
        return answer

    def fail(self, visit: Visit, code: ErrorCode) -> Refusal:
        """Refuse the request with this error, whatever it asks for; it is not held against its sender."""
        if visit.account and code.uses_up_the_minute:
            self._accepted_at[visit.account.login] = visit.entry.arrived.monotonic
        return self._refuse(visit, code)

    def leave(self, visit: Visit, *, delivered: bool) -> None:
        """Note the end of a request, and whether its client was there for a whole answer."""
        visit.entry.ended = self.clock.now()
        visit.entry.delivered = delivered
        if visit.account:
            self._open[visit.account.login] -= 1
        self._changes.notify()

    def note_fault(self, visit: Visit, fault: str | None) -> None:
        """Note which mishap the request is going to meet."""
        visit.entry.fault = fault
        self._changes.notify()

    @contextmanager
    def holding(self, release: Callable[[], None]) -> Iterator[None]:
        """Let `faults.clear()` call `release` for as long as the context lasts."""
        self.faults.held.add(release)
        self._changes.notify()
        try:
            yield
        finally:
            self.faults.held.discard(release)

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever something happens to a request."""
        self._changes.listen(listener)

    async def wait_for(self, predicate: Callable[["SmsCentre"], bool], timeout: float = 5) -> None:
        """Return as soon as the predicate holds; raises TimeoutError, with the journal, after `timeout` seconds."""
        try:
            await self._changes.until(lambda: predicate(self), timeout)
        except TimeoutError:
            told = "; ".join(map(str, self.journal.entries)) or "no request came"
            raise TimeoutError(f"not within {timeout} s; the SMS Center's journal: {told}") from None

    def _answer(self, visit: Visit) -> Answer:
        account = self._let_in(visit)
        call = parse(visit.entry.parameters)
        sub_client = account.sub_client(visit.entry.parameters)
        if sub_client is None:
            raise Refused(ErrorCode.SUB_CLIENT)
        match call:
            case AddAccount():
                return self._create(visit, account, sub_client, call)
            case GetAccount():
                return self._find_invoice(visit, account, sub_client, call)
            case GetAct():
                return self._find_act(visit, sub_client, call)

    def _let_in(self, visit: Visit) -> Account:
        """Return the login that the request is accepted for; from here on its minute runs."""
        arrived, ip = visit.entry.arrived.monotonic, visit.entry.ip
        if self.rules.blocked:
            raise Refused(ErrorCode.BLOCKED)
        if self.blocks.is_blocked(ip, arrived):
            if visit.account is None or not _fits(visit.entry.parameters):
                self.blocks.count_wrong(ip, arrived, self.rules)
            raise Refused(ErrorCode.BLOCKED)
        if visit.account is None:
            raise Refused(ErrorCode.CREDENTIALS)
        login = visit.account.login
        before = self._accepted_at.get(login)
        too_soon = before is not None and arrived < before + self.rules.pace
        if too_soon or self._open[login] >= self.rules.concurrent:
            raise Refused(ErrorCode.TOO_SOON)
        self._accepted_at[login] = arrived
        return visit.account

    def _create(self, visit: Visit, account: Account, sub_client: SubClient, call: AddAccount) -> Created:
        if self.rules.creation_fails:
            raise Refused(ErrorCode.CREATION)
        number = FIRST_INVOICE + len(self.invoices)
        invoice = Invoice(number, account.login, sub_client, call.amount, call.service, visit.entry.arrived)
        self.invoices.append(invoice)
        visit.entry.outcome, visit.entry.invoice = Outcome.CREATED, number
        return Created(invoice, invoice_paper(self.world.seller, invoice))

    def _find_invoice(self, visit: Visit, account: Account, sub_client: SubClient, call: GetAccount) -> Found:
        for invoice in self.invoices:
            if (invoice.number, invoice.login, invoice.sub_client.id) == (call.id, account.login, sub_client.id):
                visit.entry.outcome, visit.entry.invoice = Outcome.FOUND, invoice.number
                return Found(invoice_paper(self.world.seller, invoice))
        raise Refused(ErrorCode.DOCUMENT)

    def _find_act(self, visit: Visit, sub_client: SubClient, call: GetAct) -> Found:
        for act in sub_client.acts:
            if call.num == act.num or call.id == act.id:
                visit.entry.outcome = Outcome.FOUND
                return Found(act_paper(self.world.seller, sub_client, act))
        raise Refused(ErrorCode.DOCUMENT)

    def _refuse(self, visit: Visit, code: ErrorCode) -> Refusal:
        visit.entry.outcome, visit.entry.error_code = Outcome.REFUSED, code
        return Refusal(code)


def _fits(parameters: Mapping[str, str]) -> bool:
    """Say whether the vendor would find no error in the parameters."""
    try:
        parse(parameters)
    except Refused:
        return False
    return True
