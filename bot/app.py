"""The composition root: everything is built here and handed to what needs it."""

from dataclasses import dataclass
from datetime import timedelta

import httpx
from telegram.request import BaseRequest

from bot.access.admins import Admins
from bot.access.authorization import Doorkeeper
from bot.access.petition_cards import Cards
from bot.app_access import AccessParts, build_access
from bot.commands.menus import Menus
from bot.conversation.dialogue import Conversations
from bot.conversation.questions import Asking
from bot.delivery.outcomes import Delivery
from bot.delivery.status import StatusBoard
from bot.delivery.undelivered import UndeliveredNotes
from bot.documents.duplicates import Choice, Duplicates
from bot.documents.history import History as Documents
from bot.documents.requests import Service
from bot.documents.unknown_outcomes import Resolving
from bot.language.preferences import Tongues
from bot.language.translator import Translators
from bot.messaging.application import AnyApplication, PollingRequest, new_application, new_request
from bot.messaging.inbox import Inbox
from bot.messaging.messenger import Messenger
from bot.messaging.profiles import Directory
from bot.messaging.update_order import PerChatProcessor
from bot.process.database import open_database
from bot.process.retention import Retention
from bot.queue.changes import QueueChanges
from bot.queue.scheduler import Queue
from bot.queue.vendor import VendorCalls
from bot.runtime.clock import Clock
from bot.runtime.locks import Turns
from bot.settings import Settings
from bot.smscentre import SmsCentre, new_http_client
from db.engine import Database
from handlers import keyboards, prompts
from handlers.act import Act
from handlers.again import Again
from handlers.asks import Asks
from handlers.calls import Button
from handlers.client import Client
from handlers.conversation import Conversation
from handlers.duplicate import Duplicate
from handlers.errors import Errors
from handlers.gate import Gate
from handlers.getinvoice import GetInvoice
from handlers.history import PAGES, RESEND, History
from handlers.invoice import Invoice
from handlers.language import SPEAK, Language
from handlers.logins import Logins, Resume
from handlers.queue import Queue as QueueCommand
from handlers.register import Registration, Routes, together
from handlers.retry import Retry
from handlers.start import Start
from handlers.unknown import Unknown
from handlers.whoami import WhoAmI


@dataclass(frozen=True, slots=True)
class App:
    """The parts that live as long as the process."""

    settings: Settings
    clock: Clock
    database: Database
    application: AnyApplication
    polling: PollingRequest
    inbox: Inbox
    processor: PerChatProcessor
    queue: Queue
    delivery: Delivery
    board: StatusBoard
    admins: Admins
    notes: UndeliveredNotes
    cards: Cards
    retention: Retention
    errors: Errors
    menus: Menus


@dataclass(frozen=True, slots=True)
class Outside:
    """The ways out of the process: the database and the connections to SMS Center and to Telegram."""

    database: Database
    vendor: httpx.AsyncClient
    telegram: BaseRequest
    telegram_polling: BaseRequest


def open_outside(settings: Settings) -> Outside:
    """Make the real ones; each connects when it is first used."""
    # Once for all three: reading the certificate authorities takes as long as migrating.
    tls = httpx.create_ssl_context()
    return Outside(
        database=open_database(settings),
        vendor=new_http_client(settings.smsc_timeout, tls),
        telegram=new_request(connections=256, tls=tls),
        telegram_polling=new_request(connections=1, tls=tls),
    )


def build(settings: Settings, clock: Clock, outside: Outside) -> App:
    """Make all parts and hand each what it needs; opens no connection."""
    pace = timedelta(seconds=settings.smsc_interval)
    names = [account.login for account in settings.accounts]

    database = outside.database
    vendor = SmsCentre(
        outside.vendor, url=settings.smsc_url, backup_url=settings.smsc_backup_url, timeout=settings.smsc_timeout
    )
    changes = QueueChanges()
    queue = Queue(
        database,
        clock,
        VendorCalls(vendor, settings.accounts),
        changes,
        names=names,
        pace=pace,
    )
    duplicates = Duplicates(database, clock, changes, window=timedelta(minutes=settings.duplicate_minutes))
    service = Service(database, clock, changes, duplicates, names=names, pace=pace)
    translators = Translators(default=settings.language, zone=settings.timezone, currency=settings.currency)

    inbox = Inbox(database, clock)
    processor = PerChatProcessor(inbox)
    polling = PollingRequest(outside.telegram_polling, clock)
    application = new_application(
        token=settings.telegram_token.get_secret_value(),
        api_url=settings.telegram_api_url,
        request=outside.telegram,
        polling=polling,
        inbox=inbox,
        processor=processor,
    )
    processor.handle_with(application.process_update)

    messenger = Messenger(application.bot, moved=service.move_chat)
    doorkeeper = Doorkeeper(settings.admin_ids, clock)
    tongues = Tongues(database, clock, translators)
    admins = Admins(database, clock, messenger, tongues, doorkeeper)
    chat_turns = Turns()
    board = StatusBoard(database, clock, messenger, translators, chat_turns, pace=pace)
    notes = UndeliveredNotes(database, clock, admins)
    delivery = Delivery(
        database, clock, messenger, translators, doorkeeper, notes, chat_turns, buttons=keyboards.of_outcome
    )
    for listener in (board.on_turn, delivery.on_turn, admins.on_turn):
        changes.listen(listener)

    gate = Gate(database, clock, doorkeeper, messenger, tongues)
    errors = Errors(processor, gate, messenger, tongues, clock)
    menus = Menus(database, application.bot, doorkeeper, translators)
    uses = _UseCases(
        service=service,
        duplicates=duplicates,
        resolving=Resolving(database, clock, changes),
        asking=Asking(database, clock),
        conversations=Conversations(database, clock),
        documents=Documents(database, clock, changes, names=names),
        tongues=tongues,
        menus=menus,
    )
    access = build_access(
        database=database,
        clock=clock,
        messenger=messenger,
        directory=Directory(application.bot),
        tongues=tongues,
        doorkeeper=doorkeeper,
        admins=admins,
        settings=settings,
    )
    access.changes.listen(lambda _: menus.refresh())
    _register(application, gate, messenger, uses, access, clock)
    application.add_error_handler(errors)
    return App(
        settings=settings,
        clock=clock,
        database=database,
        application=application,
        polling=polling,
        inbox=inbox,
        processor=processor,
        queue=queue,
        delivery=delivery,
        board=board,
        admins=admins,
        notes=notes,
        cards=access.cards,
        retention=Retention(database, clock, keep_documents=timedelta(days=settings.retention_days)),
        errors=errors,
        menus=menus,
    )


@dataclass(frozen=True, slots=True)
class _UseCases:
    """What people's commands and presses do."""

    service: Service
    duplicates: Duplicates
    resolving: Resolving
    asking: Asking
    conversations: Conversations
    documents: Documents
    tongues: Tongues
    menus: Menus


def _register(
    application: AnyApplication,
    gate: Gate,
    messenger: Messenger,
    uses: _UseCases,
    access: AccessParts,
    clock: Clock,
) -> None:
    service = uses.service
    asks = Asks(service, uses.duplicates, messenger)
    conversation = Conversation(uses.conversations, asks, messenger)
    duplicate = Duplicate(uses.duplicates, messenger)
    start, queue = Start(messenger), QueueCommand(service, messenger, clock)
    act = Act(asks, service, uses.asking, conversation, messenger)
    history = History(uses.documents, asks, messenger, clock)
    language = Language(uses.tongues, messenger, uses.menus.refresh)
    unknown = Unknown(uses.resolving, uses.asking, asks, messenger, clock)
    Registration(gate, messenger, service).register(
        application,
        Routes(
            commands={
                "start": start,
                "help": start,
                "invoice": Invoice(asks, conversation),
                "getinvoice": GetInvoice(asks, conversation),
                "act": act,
                "client": Client(asks, service, messenger),
                "queue": queue,
                "history": history,
                "retry": Retry(service, messenger),
                "language": language,
                "whoami": WhoAmI(messenger),
                **access.commands,
            },
            for_admins={
                "logins": Logins(service, messenger, clock),
                "resume": Resume(service, messenger),
                "unresolved": unknown.listed,
                **access.for_admins,
            },
            about_everybody=access.about_everybody,
            contact=access.contact,
            membership=access.membership,
            buttons=together(
                access.buttons,
                {action: Button(conversation.saying(choice), ids=2) for choice, action in prompts.ACTIONS.items()},
                {
                    keyboards.TRY: Button(Again(service, messenger)),
                    keyboards.CANCEL: Button(queue.cancel),
                    keyboards.WHOSE: Button(act.chosen, ids=2),
                    keyboards.EXISTS: Button(unknown.exists),
                    keyboards.MISSING: Button(unknown.missing),
                    keyboards.CREATE: Button(unknown.create),
                    keyboards.BACK: Button(unknown.back),
                    keyboards.CLOSE: Button(unknown.close),
                    keyboards.SEND_THAT: Button(duplicate.saying(Choice.SEND_THAT)),
                    keyboards.ANOTHER: Button(duplicate.saying(Choice.CREATE_ANOTHER)),
                    keyboards.FORGET: Button(duplicate.saying(Choice.CANCEL)),
                    keyboards.ANEW: Button(history.anew),
                    RESEND: Button(history.again),
                    SPEAK: Button(language.chosen),
                    PAGES: Button(history.turned, ids=2),
                    prompts.PICK: Button(conversation.picked, ids=3),
                },
            ),
            replies=[act.replied, unknown.replied, conversation.said],
            first=conversation.leave,
        ),
    )
