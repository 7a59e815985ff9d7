"""Who may press a button of a batch, as the allowlist stands at the press."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.access.policy import Action
from bot.domain import Denial, Person
from db.models import StoredBatch


async def denial_of_press(
    authorization: Authorization,
    session: AsyncSession,
    batch: StoredBatch,
    presser: Person,
    *,
    as_admin: bool,
    sends: bool,
) -> Denial | None:
    """Say why somebody may not press; None: they may.

    What sends rows to SMS Center, or files to the chat, takes the right to the batch's login: the presser's, and still
    its requester's. For what only stops or forgets, its requester must still be let in with that login; an admin may
    always.
    """
    if not sends:
        if as_admin:
            return None
        return await authorization.denial(session, presser.id, batch.chat_id, batch.login, Action.RECEIVE)
    for person_id in dict.fromkeys((presser.id, batch.requester_id)):
        denial = await authorization.denial(session, person_id, batch.chat_id, batch.login)
        if denial is not None:
            return denial
    return None
