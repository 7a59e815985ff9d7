"""What messages have led to. Repository functions never commit."""

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import Destination
from db.engine import bot_of
from db.models import Question, Request

_LED_TO_ANYTHING = select(
    or_(
        *(
            exists().where(
                table.bot_id == bindparam("bot_id"),
                table.origin_chat_id == bindparam("chat_id"),
                table.origin_message_id == bindparam("message_id"),
            )
            for table in (Request, Question)
        )
    )
)


async def led_to_anything(session: AsyncSession, origin: Destination) -> bool:
    """Say whether a message has led to a request or to a question before: its update may be handled twice."""
    message = {"bot_id": bot_of(session), "chat_id": origin.chat_id, "message_id": origin.reply_to or 0}
    return bool(await session.scalar(_LED_TO_ANYTHING, message))
