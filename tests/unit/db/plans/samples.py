"""A call of each repository function, and of each way in which it makes its statement."""

import importlib
import inspect
import pkgutil
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

import db
from bot.domain import Decision, Destination, Failure, Person, PetitionKind, State, SubClient
from db import (
    allowlist,
    audit,
    batch_rows,
    batches,
    bots,
    chat_moves,
    documents,
    duplicates,
    inbox,
    lease,
    limits,
    logins,
    menus,
    metrics,
    origins,
    outcomes,
    petitions,
    preferences,
    questions,
    queue,
    repeats,
    requests,
    restored,
    status_messages,
    sub_client_names,
)
from db.models import AllowedPerson, AuditEntry, Base, Login, Petition, Request, StoredOccurrence
from tests.unit.db.plans.crowd import NOW

_Function = Callable[..., Awaitable[Any]]
_ANNA = Person(7, "Anna", "en")
_COMMAND = Destination(-7, reply_to=1_000_000)
_NAMED, _NUMBERED = SubClient(name="client7"), SubClient(id=10)
_PLACE = status_messages.StatusPlace(-7, None, "login1")
_LOGINS = ("login1", "login2", "login3")


@dataclass(frozen=True, slots=True)
class Row:
    """An argument that is a row of a table."""

    table: type[Base]
    key: Any


@dataclass(frozen=True, slots=True)
class Sample:
    """A call. `walks` says that it reads the newest rows until it has enough, whatever is asked of them."""

    function: _Function
    args: tuple[Any, ...]
    named: dict[str, Any] = field(default_factory=dict)
    walks: bool = False

    @property
    def name(self) -> str:
        return f"{self.function.__module__}.{self.function.__name__}"

    async def rows(self, session: AsyncSession) -> list[Any]:
        """Read the arguments that are rows."""
        return [await session.get_one(arg.table, arg.key) if isinstance(arg, Row) else arg for arg in self.args]


def _of(function: _Function, *args: Any, **named: Any) -> Sample:
    return Sample(function, args, named)


def _walk(function: _Function, *args: Any, **named: Any) -> Sample:
    return Sample(function, args, named, walks=True)


_WITHOUT_TABLES = {"bell", "migrate"}
"""Modules whose functions read no table of ours."""


def repository_functions() -> Iterator[_Function]:
    """Return every public function of the repositories: those whose first argument is the session."""
    for found in pkgutil.iter_modules(db.__path__):
        if found.name in _WITHOUT_TABLES:
            continue
        module = importlib.import_module(f"db.{found.name}")
        for name, function in inspect.getmembers(module, inspect.iscoroutinefunction):
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and next(iter(inspect.signature(function).parameters), None) == "session":
                yield function


_FIND = {"user": None, "state": None, "since": None, "limit": 50}

SAMPLES: tuple[Sample, ...] = (
    _of(allowlist.person, 7),
    _of(allowlist.known, 7, -7),
    _of(allowlist.speaker, 7, -7),
    _of(allowlist.chat, -7),
    _of(allowlist.people_among, {7, 8, 9}),
    _of(allowlist.chats_among, {-7, -8}),
    _of(allowlist.id_now, -7),
    _of(allowlist.people),
    _of(allowlist.chats),
    _of(allowlist.admins),
    _of(allowlist.admins, to_change=True),
    _of(allowlist.put, AllowedPerson(user_id=7, name="Anna", role="admin", logins=[], added_at=NOW)),
    _of(allowlist.remove_person, 7),
    _of(allowlist.remove_chat, -7),
    _of(allowlist.move_chat, -7, -1_000_007),
    _walk(audit.newest),
    _of(audit.place_of, "rights"),
    _of(audit.read_up_to, "rights", 7),
    _of(audit.has_unattended, 19_000, 19_500),
    _of(audit.after, 19_000, limit=10),
    _of(audit.has_unattended, 19_000, 19_500),
    _of(audit.find, newest=19_000, limit=11),
    _of(audit.find, person=7, newest=19_000, limit=11),
    _of(audit.find, person=-7, newest=19_000, skip=10, limit=11),
    _of(audit.find, number=10, newest=19_000, limit=11),
    _of(audit.find, name="client7", newest=19_000, limit=11),
    _of(audit.requests_of, [AuditEntry(request_id=7), AuditEntry(request_id=8)]),
    _of(audit.names_of, [7, 900_000_001]),
    _of(batches.get, 7),
    _of(batches.lock, 7),
    _of(batches.of_origin, -7, 7),
    _of(batches.with_key, "login1", "key7", but=7),
    _of(batches.active),
    _of(batches.active, ["login1"]),
    _of(batches.active_of_chat, -7),
    _of(batches.to_deliver),
    _of(batches.undeliverable_untold),
    _of(batches.of_chat, -7, None, limit=10),
    _of(batches.pause_restored),
    _of(batches.of_chat, -7, _LOGINS, limit=10),
    _of(batches.queued_of_login, "login1"),
    _of(batch_rows.rows, 7),
    _of(batch_rows.counts, [7]),
    _of(batch_rows.waiting_count, 7),
    _of(batch_rows.waiting_of_running, ["login1"]),
    _of(batch_rows.with_rows_left, [7]),
    _of(batch_rows.next_row, 7),
    _of(batch_rows.startable, 7),
    _of(batch_rows.sure_invoices, 7),
    _of(batch_rows.unsent_pdfs, 7, limit=10),
    _of(batch_rows.set_pdfs_unsent, 7),
    _of(batch_rows.set_waiting, 7, without_doubtful=True),
    _of(batch_rows.failed_counts, [7], [Failure.NO_SUB_CLIENT]),
    _of(batch_rows.set_failed_waiting, 7, [Failure.NO_SUB_CLIENT]),
    _of(batch_rows.go_along, Row(Request, 7)),
    _of(batch_rows.unresolved, 7, limit=5),
    _of(batch_rows.drop_waiting, 7),
    _of(batch_rows.row_of, 7),
    _of(batch_rows.batches_of, [7]),
    _of(batch_rows.last_states, 7, NOW, limit=5),
    _of(batch_rows.end_deliveries, 7, NOW),
    _of(batches.forget_previews, NOW + timedelta(milliseconds=1), limit=1),
    _of(batches.move_chat, -7, -1_000_007),
    _of(chat_moves.move_chat, -7, -1_000_007, NOW),
    _of(chat_moves.untold),
    _of(documents.sizes, [7, 8]),
    _of(documents.pdfs, [7, 8]),
    _of(documents.pdf, 7),
    _of(documents.with_pdf, 7),
    _of(documents.is_kept, Row(Request, 7)),
    _of(documents.just_copied, Row(Request, 7), _COMMAND, since=NOW),
    _of(documents.history, -7, None, None, offset=6, limit=6),
    _of(documents.history, -7, _NAMED, None, offset=0, limit=6),
    _of(documents.history, -7, _NUMBERED, _LOGINS, offset=0, limit=6),
    _of(documents.count_history, -7, None, None, up_to=301),
    _of(documents.count_history, -7, _NAMED, _LOGINS, up_to=301),
    _of(documents.drop, before=NOW, limit=10),
    _of(duplicates.waiting_rows_like, ["like7"], "login1", but_batch=7),
    _of(duplicates.like_any, ["likeness7", "likeness8"], "login1", since=NOW),
    _of(duplicates.first_like, ["likeness7", "likeness8"], "login1", since=NOW, other_than=7, after=8),
    _walk(bots.take_over, NOW),
    _of(inbox.keep, {4_000: "{}", 1_000_000: "{}"}, NOW),
    _of(inbox.open_ids, after=-1, limit=10),
    _of(inbox.named, [4_998, 4_999]),
    _of(inbox.begin, 4_999),
    _of(inbox.take_back, [4_998, 4_999]),
    _of(inbox.set_aside, 4_999, "{}", "why", NOW),
    _of(inbox.set_aside, None, "null", "why", NOW),
    _of(inbox.end, [4_999, 5_001], NOW),
    _of(inbox.forget, NOW - timedelta(milliseconds=1), limit=10),
    _of(inbox.forget_of_others, NOW, limit=10),
    _of(lease.is_free),
    _of(lease.holder),
    _of(lease.take, "host", timedelta(seconds=30)),
    _of(lease.hold, 1),
    _of(lease.renew, 1, timedelta(seconds=30)),
    _of(lease.give_up, 1),
    _of(limits.waiting, 7, -7, most_of_person=50, most_of_chat=50),
    _of(logins.ensure, [*_LOGINS, "new"], NOW),
    _of(logins.lock, "login1"),
    _of(logins.lock_with_queue, "login1"),
    _of(logins.everyone),
    _of(logins.in_untold_trouble, NOW),
    _of(logins.take_due, NOW, 10, trial=timedelta(minutes=1)),
    _of(logins.next_due),
    _of(logins.refresh_all_due),
    _of(logins.refresh_due, Row(Login, "login1")),
    _of(logins.cap_waits, NOW, timedelta(minutes=1), timedelta(minutes=15)),
    _of(logins.named, _LOGINS),
    _of(logins.pause, Row(Login, "login1"), NOW, by="Olga"),
    _of(logins.resume, Row(Login, "login1")),
    _of(logins.rest_like, Row(Login, "login1"), NOW),
    _of(logins.end_common_rest),
    _of(metrics.read, _LOGINS),
    _of(origins.led_to_anything, _COMMAND),
    _of(outcomes.note_delivery, Row(Request, 7), {"delivered_at": NOW, "file_id": "file7"}),
    _of(outcomes.note_delivery, Row(Request, 7), {"delivered_at": NOW}, along=[8, 9]),
    _of(outcomes.stopped_along, Row(Request, 7), limit=100),
    _of(outcomes.oldest_undelivered),
    _of(outcomes.undeliverable_untold),
    _of(outcomes.undelivered, None, limit=500),
    _of(outcomes.undelivered, outcomes.Undelivered(7, -7, NOW), limit=500),
    _of(petitions.get, 7),
    _of(petitions.get, 7, to_decide=True),
    _of(petitions.latest, PetitionKind.PERSON, 7),
    _of(petitions.count, PetitionKind.PERSON, since=NOW + timedelta(seconds=4_900)),
    _of(petitions.count, PetitionKind.PERSON, since=NOW + timedelta(seconds=4_900), asker_id=7),
    _of(petitions.ask_again, 1),
    _of(petitions.unreached),
    _of(petitions.before, Row(Petition, 4_950), since=NOW + timedelta(seconds=4_900), limit=5),
    _of(petitions.open_page, offset=10, limit=11),
    _of(petitions.unfinished),
    _of(petitions.cards, 7),
    _of(petitions.card_shown, 7, 1),
    _of(petitions.settle, PetitionKind.PERSON, 7, Decision.ALLOWED, by=_ANNA, now=NOW),
    _of(petitions.follow_chat, -7, -1_000_007, NOW),
    _of(preferences.sub_client, -7),
    _of(preferences.set_sub_client, -7, _NAMED),
    _of(preferences.set_sub_client, -7, None),
    _of(preferences.login, -7, 7),
    _of(preferences.choose_login, -7, 7, "login2"),
    _of(preferences.forget_logins, 7),
    _of(preferences.of_person, 7),
    _of(preferences.of_people, [7, 8]),
    _of(preferences.ensure_person, 1_000_000),
    _of(preferences.speak_of_requests, 7, "ru"),
    _of(preferences.move_chat, -7, -1_000_007),
    _of(queue.open_page, chat_id=None, offset=8, limit=9),
    _of(queue.open_page, chat_id=-7, offset=8, limit=9),
    _of(queue.running_of, _LOGINS),
    _of(queue.open_counts, _LOGINS),
    _of(queue.cancelled_untold, 7, by=7, limit=100),
    _of(queue.waiting_of, 7, limit=100),
    _of(questions.ask, "dialogue", asker_id=7, destination=_COMMAND, payload={}, now=NOW),
    _of(questions.of_origin, "duplicate", -7, 14),
    _of(questions.all_of_origin, ["duplicate"], -7, 14),
    _of(questions.get, 7),
    _of(questions.of_message, "duplicate", 7, -7, 15, heard=16),
    _of(questions.of_copy, "duplicate", 7, -7, 16),
    _of(questions.latest_of, "duplicate", 7, -7),
    _of(questions.asked_last, ("draft", "whose_act"), 7, -7),
    _of(questions.open_before, "duplicate", 7, _COMMAND),
    _of(questions.close_of_chat, -7, NOW),
    _of(questions.drop, []),
    _of(questions.forget, NOW + timedelta(milliseconds=1), limit=10),
    _of(repeats.get, 7),
    _of(repeats.of_origin, -7, 7),
    _of(repeats.alike, "likeness7", "login1", but=7),
    _of(repeats.page, -7, None, offset=10, limit=11),
    _of(repeats.page, -7, _LOGINS, offset=0, limit=11),
    _walk(repeats.page, None, None, offset=10, limit=11),
    _of(repeats.due, NOW, limit=50),
    _walk(repeats.next_time),
    _of(repeats.untold_pauses, limit=50),
    _of(repeats.forget_previews, NOW + timedelta(milliseconds=1), limit=10),
    _of(repeats.occurrence, 7, date(2026, 11, 1)),
    _of(repeats.run, 7),
    _of(repeats.agreed, NOW, limit=50),
    _of(repeats.unblock, NOW),
    _of(repeats.any_blocked),
    _of(repeats.unshown, 0, limit=50),
    _of(repeats.of_run, 7),
    _of(repeats.started, 7),
    _of(repeats.repeats_at_work, 4_000, limit=50),
    _of(repeats.waiting, 7),
    _of(repeats.latest, 7, limit=3),
    _of(repeats.of_requests, [7, 8]),
    _of(repeats.batch_row, Row(StoredOccurrence, (57, date(2026, 11, 1)))),
    _of(repeats.started_since, "login1", NOW),
    _of(repeats.ask_anew),
    _of(repeats.forget_messages),
    _of(repeats.move_chat, -7, -1_000_007),
    _of(requests.get, 7),
    _of(requests.at_its_login, 7),
    _walk(requests.latest_id),
    _of(requests.of_origin, -7, 7),
    _of(requests.start_heads, _LOGINS, NOW),
    _of(requests.waiting_about, -7, limit=100),
    _of(requests.running),
    _of(requests.queued_of, _LOGINS),
    _of(requests.open_of_logins, _LOGINS),
    _of(requests.unresolved, limit=20),
    _of(requests.unresolved, limit=20, skip=10, chat_id=-7),
    _walk(requests.find, **_FIND),
    _walk(requests.find, **_FIND | {"state": State.DONE}),
    *(_of(requests.find, **_FIND | {"state": state}) for state in State if state is not State.DONE),
    *(_of(requests.find, **_FIND | {"user": user}) for user in ("client7", "#10")),
    _of(requests.find, **_FIND | {"since": NOW + timedelta(seconds=19_000)}),
    _of(requests.find, **_FIND | {"user": "client7", "state": State.DONE, "since": NOW}),
    _of(requests.lately_used_sub_clients, -7, 6),
    _of(requests.move_chat, -7, -1_000_007),
    _of(menus.shown, [0, 7]),
    _of(menus.note, "chat", 7, "", "digest"),
    _of(menus.note, "chat", 7, "", None),
    _of(menus.forget_all),
    _of(menus.differing, {"en": "digest", "ru": "other"}, but=[9], after=3, limit=100),
    _of(menus.chosen_languages, [7, 8]),
    _of(restored.settle, NOW),
    _of(status_messages.everything),
    _of(status_messages.find, _PLACE, 7),
    _of(status_messages.add, _PLACE, {"message_id": 7, "sent_at": NOW, "newest_id": 7, "waiting": 1, "delay": "none"}),
    _of(status_messages.change, 7, {"waiting": 2}),
    _of(status_messages.forget, 7),
    _of(status_messages.forget_chat, -7),
    _of(status_messages.ends, "login1"),
    _of(status_messages.waits_before, "login1", 19_900),
    _of(status_messages.places_since, "login1", 19_900),
    _of(status_messages.place_of, 7),
    _of(status_messages.waiting_in, "login1", [-7, -8]),
    _of(status_messages.is_open, _PLACE),
    _of(sub_client_names.of_same_document, Row(Request, 7)),
    _of(sub_client_names.of_same_document, Row(Request, 9)),
    _of(sub_client_names.learn, "login1", "client7", 1_000_000),
    _of(sub_client_names.learn_many, "login1", [("client7", 1_000_000)]),
    _of(sub_client_names.others, "login1", _NAMED, "client7"),
    _of(sub_client_names.others, "login1", _NUMBERED, ""),
    _of(sub_client_names.of_many, "login1", ["client7"], [10]),
)
