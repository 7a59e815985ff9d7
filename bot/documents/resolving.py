"""Recording what a person found out about an unknown outcome."""

import logging
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import Person, Resolution
from db import audit
from db.audit import AuditAction
from db.models import Request

_log = logging.getLogger(__name__)

_RESOLVED = {
    Resolution.EXISTS: AuditAction.RESOLVE_EXISTS,
    Resolution.CREATE_AGAIN: AuditAction.RESOLVE_CREATE_AGAIN,
    Resolution.CLOSED: AuditAction.RESOLVE_CLOSED,
}


def resolve(
    session: AsyncSession, request: Request, resolution: Resolution, person: Person, now: datetime, detail: str = ""
) -> None:
    """Record a person's word, and that it was theirs; what follows from it is the caller's, in the same transaction."""
    request.resolution, request.resolved_at = resolution, now
    request.resolved_by_id, request.resolved_by = person.id, person.name
    audit.record_request(session, _RESOLVED[resolution], request, now=now, actor=person, detail=detail)
    _log.info("request %d: person %d says %s", request.id, person.id, resolution)
