"""`docsbot queue`, `requests`, `unresolved`, `pause`, `resume` and `retry`: the queue from the command line."""

from collections.abc import Collection
from datetime import UTC, datetime, tzinfo

from bot.cli.output import Row, local, print_rows, printable
from bot.cli.waking import wake_bot
from bot.domain import State
from bot.process.database import existing_database
from bot.settings import DatabaseSettings
from db import audit, logins, requests
from db.audit import AuditAction
from db.engine import Database
from db.models import Request

_COLUMNS = ("request", "login", "kind", "user", "amount", "document", "state", "failure", "asked", "by", "chat")
_MAX_ROWS = 1000


async def queue(settings: DatabaseSettings, zone: tzinfo | None, *, as_json: bool) -> int:
    """Print what waits or runs, by login, in the order in which it goes out."""
    async with existing_database(settings) as database, database.read() as session:
        names = [login.login for login in await logins.everyone(session)]
        found = await requests.open_of_logins(session, names)
    rows = [_row(request, zone) for request in found]
    print_rows(_COLUMNS, rows, as_json=as_json, empty="Nothing waits.")
    return 0


async def listed(
    settings: DatabaseSettings,
    zone: tzinfo | None,
    *,
    user: str | None,
    state: State | None,
    since: datetime | None,
    as_json: bool,
) -> int:
    """Print requests, the newest first, at most a thousand."""
    async with existing_database(settings) as database, database.read() as session:
        found = await requests.find(session, user=user, state=state, since=since, limit=_MAX_ROWS)
    rows = [_row(request, zone) for request in found]
    print_rows(_COLUMNS, rows, as_json=as_json, empty="There are no such requests.")
    return 0


async def unresolved(settings: DatabaseSettings, zone: tzinfo | None, *, as_json: bool) -> int:
    """Print the invoices of which nobody knows whether they were made."""
    async with existing_database(settings) as database, database.read() as session:
        found = await requests.unresolved(session, _MAX_ROWS)
    print_rows(_COLUMNS, [_row(request, zone) for request in found], as_json=as_json, empty="There are none.")
    return 0


async def pause(settings: DatabaseSettings, name: str, configured: Collection[str] = ()) -> int:
    """Have a login start nothing more until `resume`; what runs goes on.

    `configured` are the logins of the settings, which the database may not know before the first run.
    """
    return await _switch(settings, name, configured, paused=True)


async def resume(settings: DatabaseSettings, name: str, configured: Collection[str] = ()) -> int:
    """Start a paused or resting login again; `configured` as for `pause`."""
    return await _switch(settings, name, configured, paused=False)


async def retry(settings: DatabaseSettings, request_id: int) -> int:
    """Have a request's outcome delivered once more; SMS Center is not asked."""
    async with existing_database(settings) as database, database.write() as session:
        request = await requests.get(session, request_id)
        if request is None:
            print(f"There is no request {request_id}.")
            return 1
        if request.state in {State.QUEUED, State.RUNNING}:
            print(f"Request {request_id} has no outcome yet.")
            return 1
        requests.deliver_again(request)
        audit.record(
            session, AuditAction.SEND_AGAIN, now=datetime.now(UTC), chat_id=request.chat_id, request_id=request_id
        )
    return await _tell(settings, f"The outcome of request {request_id} is delivered again.")


async def _switch(settings: DatabaseSettings, name: str, configured: Collection[str], *, paused: bool) -> int:
    now = datetime.now(UTC)
    async with existing_database(settings) as database:
        if name not in configured and not await _is_login(database, name):
            print(f"docsbot: there is no login {printable(name)}: docsbot check names them")
            return 2
        async with database.write() as session:
            if name in configured:
                await logins.ensure(session, [name], now)
            login = await logins.lock(session, name)
            switched = await (logins.pause(session, login, now, by="") if paused else logins.resume(session, login))
            if not switched:
                print(f"Login {name} is {'paused' if paused else 'working'} already.")
                return 0
            action = AuditAction.PAUSE_LOGIN if paused else AuditAction.RESUME_LOGIN
            audit.record(session, action, now=now, detail=name)
    return await _tell(settings, f"Login {name} is paused." if paused else f"Login {name} is working again.")


async def _is_login(database: Database, name: str) -> bool:
    async with database.read() as session:
        return any(login.login == name for login in await logins.everyone(session))


async def _tell(settings: DatabaseSettings, done: str) -> int:
    async with existing_database(settings) as database:
        awake = await wake_bot(settings, database)
    print(done if awake else f"{done} The bot does not run; it sees this when it starts.")
    return 0


def _row(request: Request, zone: tzinfo | None) -> Row:
    return {
        "request": request.id,
        "login": request.login,
        "kind": request.kind.value,
        "user": str(request.sub_client),
        "amount": None if request.amount is None else str(request.amount),
        "document": request.invoice_number or request.document_num or request.document_id,
        "state": request.state.value,
        "failure": None if request.failure is None else request.failure.value,
        "asked": local(request.created_at, zone),
        "by": request.requester_name,
        "chat": request.chat_id,
    }
