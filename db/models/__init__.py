"""The tables. Every change here needs a migration; a test holds the two equal."""

from db.models.access import AllowedChat, AllowedPerson, MovedChat, Petition, PetitionCard
from db.models.audit import AuditEntry, AuditReader
from db.models.base import Base
from db.models.batches import StoredBatch, StoredBatchRow
from db.models.delivery import ShownMenu, StatusMessage
from db.models.preferences import ChatSettings, LoginChoice, PersonSettings
from db.models.process import BotAtWork, Lease
from db.models.repeats import RepeatRun, StoredOccurrence, StoredRepeat
from db.models.requests import ENDED, NOT_DONE, OPEN, QUEUED, RUNNING, Document, Login, Request, SubClientName, in_state
from db.models.updates import InboxUpdate, Question

__all__ = [
    "ENDED",
    "NOT_DONE",
    "OPEN",
    "QUEUED",
    "RUNNING",
    "AllowedChat",
    "AllowedPerson",
    "AuditEntry",
    "AuditReader",
    "Base",
    "BotAtWork",
    "ChatSettings",
    "Document",
    "InboxUpdate",
    "Lease",
    "Login",
    "LoginChoice",
    "MovedChat",
    "PersonSettings",
    "Petition",
    "PetitionCard",
    "Question",
    "RepeatRun",
    "Request",
    "ShownMenu",
    "StatusMessage",
    "StoredBatch",
    "StoredBatchRow",
    "StoredOccurrence",
    "StoredRepeat",
    "SubClientName",
    "in_state",
]
