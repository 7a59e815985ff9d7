"""Which names and numbers are one sub-client. Repository functions never commit."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import Kind, State, SubClient
from db.models import Request, SubClientName

_MOST = 20
"""How many names and numbers of one sub-client are looked for; a few would be many."""
_NUMBERS_OF_NAME = (
    select(SubClientName.user_id)
    .where(SubClientName.login == bindparam("login"), SubClientName.name == bindparam("name"))
    .limit(_MOST)
)


async def of_same_document(session: AsyncSession, request: Request) -> Sequence[SubClient]:
    """Return the sub-clients to whom SMS Center gave, or made, the document that it gave to this request.

    An invoice's number and an act's ID are one document's within a login, whose sub-client is one.
    """
    number = request.document_id or request.invoice_number
    if number is None:
        return []
    fetched = select(Request.user_name, Request.user_id).where(
        Request.document_id == number,
        Request.login == request.login,
        Request.kind == (Kind.GET_ACT if request.kind is Kind.GET_ACT else Kind.GET_INVOICE),
        Request.state == State.DONE,
    )
    made = select(Request.user_name, Request.user_id).where(
        Request.invoice_number == number, Request.login == request.login, Request.kind == Kind.CREATE_INVOICE
    )
    found = fetched.distinct() if request.kind is Kind.GET_ACT else union(fetched, made)
    return [SubClient(name=name, id=number) for name, number in await session.execute(found.limit(_MOST))]


async def learn(session: AsyncSession, login: str, name: str, user_id: int) -> None:
    """Remember that a name, as names are compared, and a number are one sub-client."""
    await session.merge(SubClientName(login=login, name=name, user_id=user_id))


async def learn_many(session: AsyncSession, login: str, pairs: Collection[tuple[str, int]]) -> None:
    """Remember many names, as names are compared, and the numbers that are one sub-client with each."""
    found = await of_many(session, login, {name for name, _ in pairs}, {number for _, number in pairs})
    new = set(pairs) - {(known.name, known.user_id) for known in found}
    session.add_all(SubClientName(login=login, name=name, user_id=number) for name, number in new)
    await session.flush()


async def others(session: AsyncSession, login: str, sub_client: SubClient, name: str) -> Sequence[SubClientName]:
    """Return the names and numbers that are one with a sub-client's; `name` is its name as names are compared."""
    if sub_client.id is None:
        numbers = (await session.scalars(_NUMBERS_OF_NAME, {"login": login, "name": name})).all()
    else:
        numbers = [sub_client.id]
    if not numbers:
        return []
    one = select(SubClientName).where(SubClientName.login == login, SubClientName.user_id.in_(numbers))
    return (await session.scalars(one.limit(_MOST))).all()


async def of_many(
    session: AsyncSession, login: str, names: Collection[str], numbers: Collection[int]
) -> Sequence[SubClientName]:
    """Return what is known of many names and numbers."""
    known = select(SubClientName).where(
        SubClientName.login == login, or_(SubClientName.name.in_(names), SubClientName.user_id.in_(numbers))
    )
    return (await session.scalars(known)).all()
