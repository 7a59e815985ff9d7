"""The composition root: everything is built here and handed to what needs it."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from telegram import Bot

from bot.access.admins import AdminNotes
from bot.access.allowlist import Allowlist
from bot.access.authorization import Authorization
from bot.access.doorstep import Doorstep
from bot.access.login_choice import LoginChoices
from bot.access.membership import Membership
from bot.access.move_notes import MoveNotes
from bot.access.petition_cards import PetitionCards
from bot.access.petitions import Petitions
from bot.access.stopping import Stopping
from bot.audit.announcements import RightsAnnouncements
from bot.audit.reading import AuditLog
from bot.batches.changes import BatchChanges
from bot.batches.control import BatchControl
from bot.batches.desk import BatchDesk
from bot.batches.workers import batch_workers
from bot.commands import catalogue
from bot.commands.menus import Menus
from bot.conversation.dialogue import Dialogues
from bot.conversation.questions import Questions
from bot.delivery.audience import Audience
from bot.delivery.outcomes import OutcomeDelivery
from bot.delivery.sending import SendingSigns
from bot.delivery.status import StatusMessages
from bot.delivery.undelivered import UndeliveredNotes
from bot.documents.admission import Admission
from bot.documents.confirmations import Confirmations
from bot.documents.doubts import Doubts
from bot.documents.duplicates import DuplicateGuard
from bot.documents.history import DocumentHistory
from bot.documents.limits import WaitingLimits
from bot.documents.requests import DocumentRequests
from bot.documents.sub_clients import SubClients
from bot.documents.unknown_outcomes import UnknownOutcomes
from bot.domain import ConfiguredLogins
from bot.language.preferences import LanguagePreferences
from bot.language.translator import Translators
from bot.messaging.application import AnyApplication, new_application
from bot.messaging.attachments import Attachments
from bot.messaging.budgets import Rank
from bot.messaging.calls import Calls
from bot.messaging.chat_moves import ChatMoves
from bot.messaging.courtesies import Courtesies
from bot.messaging.inbox import Inbox
from bot.messaging.messenger import Messenger, Moved
from bot.messaging.outbox import Outbox
from bot.messaging.polling import Poller, PollingRequest
from bot.messaging.profiles import Profiles
from bot.messaging.receiver import UpdateReceiver
from bot.messaging.reception import Reception
from bot.messaging.standby import SharedReceiver
from bot.messaging.update_order import UpdateDispatcher
from bot.metrics.counters import Metrics
from bot.outside import Outside
from bot.parsing import MoneyWords
from bot.process.retention import Retention
from bot.queue.changes import QueueChange, QueueChanges
from bot.queue.login_trouble import LoginTroubleNotes
from bot.queue.logins import Logins
from bot.queue.scheduler import Scheduler
from bot.queue.vendor import VendorCalls
from bot.repeats.parts import build_repeats
from bot.runtime.arrivals import Arrivals
from bot.runtime.clock import Clock
from bot.runtime.signals import Signal
from bot.runtime.worker import Worker
from bot.settings import Settings
from bot.smscentre import SmsCentre
from db.engine import Database
from handlers import routes
from handlers.access.membership import MembershipHandler
from handlers.failures import Failures
from handlers.features import UseCases, features
from handlers.gate import Gate


@dataclass(frozen=True, slots=True)
class App:
    """The parts that live as long as the process."""

    settings: Settings
    clock: Clock
    database: Database
    application: AnyApplication
    inbox: Inbox
    dispatcher: UpdateDispatcher
    receiver: UpdateReceiver
    reception: Reception
    posted: SharedReceiver | None
    """Of `Outside`."""
    poller: Poller
    scheduler: Scheduler
    workers: tuple[Worker, ...]
    queue_changes: QueueChanges
    serving: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while Telegram is listened to."""

    def look_again(self) -> None:
        """Look at the database once more: another process has changed it, such as `docsbot resume`."""
        logins = frozenset(account.login for account in self.settings.accounts)
        self.queue_changes.announce(QueueChange(touched=logins))
        for worker in self.workers:
            worker.look_again()


def build(settings: Settings, clock: Clock, outside: Outside, metrics: Metrics | None = None) -> App:
    """Make all parts and hand each what it needs; opens no connection. What happens is counted in `metrics`."""
    database = outside.database
    configured = ConfiguredLogins(
        names=tuple(account.login for account in settings.accounts), pace=timedelta(seconds=settings.smsc_interval)
    )
    queue_changes = QueueChanges()
    access_changes: Signal[None] = Signal()

    # What talks to the outside.
    vendor = SmsCentre(
        outside.vendor,
        url=settings.smsc_url,
        backup_url=settings.smsc_backup_url,
        timeout=settings.smsc_timeout,
        may_send=outside.may_call_vendor,
    )
    inbox, arrivals, polling = Inbox(database, clock), Arrivals(), PollingRequest(outside.telegram_polling)
    application = new_application(
        token=settings.telegram_token.get_secret_value(),
        api_url=settings.telegram_api_url,
        request=outside.telegram,
        polling=polling,
        arrivals=arrivals,
    )
    dispatcher = UpdateDispatcher(
        inbox, arrivals, application.bot, shared=outside.posted is not None, in_crowds=catalogue.IN_CROWDS
    )
    reception = Reception(dispatcher, arrivals, Doorstep(database, clock, settings.admin_ids).sort, clock)
    receiver = UpdateReceiver(reception, settings.bot_id)
    chat_moves = ChatMoves(database, clock)
    outbox = Outbox(outside.budgets, begins_to_wait=arrivals.pass_on)
    messenger, courtesies = _speaking(application.bot, outbox, chat_moves.follow)
    notes_messenger, profiles = messenger.of_rank(Rank.NOTE), Profiles(application.bot)

    # Whom it talks to, and how.
    translators = Translators(default=settings.language, zone=settings.timezone, currency=settings.currency)
    languages = LanguagePreferences(database, clock, translators)
    authorization = Authorization(database, clock, settings.admin_ids, configured)
    admins = AdminNotes(database, notes_messenger, languages, authorization)

    # The queue, and what brings its outcomes to people.
    stopping = Stopping(authorization, clock)
    stopping.stops.listen(lambda stopped: queue_changes.announce(QueueChange.of_cancelled(stopped.cancelled)))
    calls = VendorCalls(vendor, settings.accounts, outside.may_call_vendor)
    scheduler = Scheduler(
        database,
        clock,
        metrics.metered(calls) if metrics else calls,
        stopping.may_go,
        queue_changes,
        configured,
    )
    signs = SendingSigns(courtesies)
    status = StatusMessages(database, clock, courtesies, translators, pace=configured.pace)
    chat_moves.followed.listen(status.on_moved)
    undelivered, login_trouble = UndeliveredNotes(database, clock, admins), LoginTroubleNotes(database, clock, admins)
    delivery = OutcomeDelivery(
        database,
        clock,
        messenger.of_rank(Rank.OUTCOME),
        translators,
        Audience(database, authorization),
        undelivered,
    )
    delivery.recorded.listen(status.on_delivered)
    for listener in (status.on_change, signs.on_change, delivery.on_change, login_trouble.on_change):
        queue_changes.listen(listener)
    _count(metrics, queue_changes, scheduler, delivery, outbox)

    # Access, and what shows it.
    petitions = Petitions(database, clock, access_changes, only_login=configured.only)
    petition_cards = PetitionCards(
        database, clock, notes_messenger, profiles, languages, authorization, admins, logins=configured.names
    )
    move_notes = MoveNotes(database, clock, admins)
    chat_moves.followed.listen(lambda _: move_notes.wake())
    menus, announcements = (
        Menus(database, application.bot, authorization, translators),
        RightsAnnouncements(database, clock, admins, settings.timezone),
    )
    for shows_access in (petition_cards, menus, announcements):
        access_changes.listen(shows_access.on_signal)

    money, duplicates = (
        MoneyWords(settings.currency),
        DuplicateGuard(clock, window=timedelta(minutes=settings.duplicate_minutes)),
    )
    doubts = Doubts(
        clock,
        duplicates,
        ask_after=timedelta(minutes=settings.ask_after_minutes),
        confirm_above=settings.confirm_above,
    )
    limits = WaitingLimits(of_person=settings.max_waiting_per_person, of_chat=settings.max_waiting_per_chat)
    admission = Admission(clock, queue_changes, scheduler, doubts, limits, arrivals)
    batch_changes, common = BatchChanges(), (database, clock, messenger, translators, authorization, configured)
    repeats = build_repeats(common, settings, admins, duplicates, queue_changes, batch_changes)
    uses = UseCases(
        batches=BatchDesk(database, clock, batch_changes, authorization, configured, money),
        batch_control=BatchControl(database, clock, batch_changes, authorization, configured),
        repeats=repeats,
        attachments=Attachments(application.bot),
        requests=DocumentRequests(database, clock, queue_changes, admission, authorization, configured),
        confirmations=Confirmations(database, clock, authorization, admission),
        unknown_outcomes=UnknownOutcomes(database, clock, queue_changes, admission, authorization),
        history=DocumentHistory(database, clock, queue_changes, authorization, limits),
        sub_clients=SubClients(database, clock),
        logins=Logins(database, clock, queue_changes, access_changes, configured),
        questions=Questions(database, clock),
        dialogues=Dialogues(database, clock, money, settings.timezone),
        allowlist=Allowlist(
            database, clock, access_changes, stopping, admin_ids=settings.admin_ids, names=configured.names
        ),
        petitions=petitions,
        login_choices=LoginChoices(database, clock),
        audit=AuditLog(database, clock, settings.timezone),
        languages=languages,
        language_chosen=menus.wake,
        money=money,
        messenger=messenger,
        profiles=profiles,
        clock=clock,
        zone=settings.timezone,
    )
    membership = Membership(database, clock, authorization, petitions, profiles, access_changes)
    gate = Gate(clock, authorization, messenger, languages, admin_seen=petition_cards.admin_seen, told=reception.told)
    failures = Failures(dispatcher, gate, messenger, languages, clock)
    routes.register(
        application,
        gate,
        features(uses),
        membership=MembershipHandler(membership, languages),
        moved=chat_moves.follow,
    )
    application.add_error_handler(failures)
    dispatcher.handle_with(application.process_update, give_up=failures.apologise)

    return App(
        settings=settings,
        clock=clock,
        database=database,
        application=application,
        inbox=inbox,
        dispatcher=dispatcher,
        receiver=receiver,
        reception=reception,
        posted=outside.posted,
        poller=Poller(application.bot, polling, receiver, clock),
        scheduler=scheduler,
        workers=(
            *(delivery, status, signs, login_trouble, undelivered),
            *batch_workers(common, admins, queue_changes, access_changes, batch_changes),
            *repeats.workers,
            Retention(database, clock, keep_documents=timedelta(days=settings.retention_days)),
            *(petition_cards, move_notes, menus, admins, announcements, reception),
        ),
        queue_changes=queue_changes,
    )


def _speaking(bot: Bot, outbox: Outbox, moved: Moved) -> tuple[Messenger, Courtesies]:
    """Make what speaks to people, all of it through one outbox."""
    calls = Calls(bot)
    return Messenger(calls, outbox, moved), Courtesies(calls, outbox, moved)


def _count(
    metrics: Metrics | None, changes: QueueChanges, scheduler: Scheduler, delivery: OutcomeDelivery, outbox: Outbox
) -> None:
    if metrics is None:
        return
    changes.listen(metrics.on_change)
    scheduler.started_late.listen(metrics.on_start)
    delivery.recorded.listen(metrics.on_delivery)
    metrics.ask_outbox(outbox.waiting)
