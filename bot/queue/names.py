"""Which name and which number are one sub-client: what was asked for under both is one document of one of them."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.parsing import folded
from db import sub_client_names
from db.models import Request


async def learn(session: AsyncSession, request: Request) -> None:
    """Learn from a document that came if somebody named its sub-client the other way before."""
    ours = request.sub_client
    for theirs in await sub_client_names.of_same_document(session, request):
        name, number = ours.name or theirs.name, ours.id or theirs.id
        if name is not None and number is not None:
            await sub_client_names.learn(session, request.login, folded(name), number)
