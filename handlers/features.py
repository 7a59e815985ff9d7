"""All that people can do, feature by feature: which commands, buttons and replies lead to which use case."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial

from bot.access import petition_buttons
from bot.access.allowlist import Allowlist
from bot.access.login_buttons import USE
from bot.access.login_choice import LoginChoices
from bot.access.petitions import Petitions
from bot.access.policy import Action
from bot.audit.reading import AuditLog
from bot.batches import buttons as batch_buttons
from bot.batches.control import BatchControl
from bot.batches.desk import BatchDesk
from bot.conversation.dialogue import Dialogues
from bot.conversation.draft import DraftKind
from bot.conversation.questions import Questions
from bot.delivery import buttons as outcome_buttons
from bot.documents.confirmations import Confirmations
from bot.documents.doubts import ConfirmationAnswer
from bot.documents.history import DocumentHistory
from bot.documents.requests import DocumentRequests
from bot.documents.sub_clients import SubClients
from bot.documents.unknown_outcomes import UnknownOutcomes
from bot.domain import Decision
from bot.language.preferences import LanguagePreferences
from bot.messaging.attachments import Attachments
from bot.messaging.budgets import Rank
from bot.messaging.messenger import Messenger
from bot.messaging.profiles import Profiles
from bot.parsing import MoneyWords, parse_get_invoice, parse_invoice
from bot.queue.login_trouble import START_AGAIN
from bot.queue.logins import Logins
from bot.repeats import buttons as repeat_buttons
from bot.repeats.parts import RepeatParts
from bot.runtime.clock import Clock
from handlers import intake
from handlers.access import buttons as entry_buttons
from handlers.access.allow import AllowCommand, revoke_command
from handlers.access.browse import AllowlistBrowser
from handlers.access.cards import EntryCards
from handlers.access.petition import PetitionHandlers
from handlers.access.use import UseCommand
from handlers.access.whoami import show_whoami
from handlers.audit import AuditCommand
from handlers.batches.batch import BatchCommand
from handlers.batches.started import BatchButtons
from handlers.context import Button, Feature
from handlers.conversation import prompts
from handlers.conversation.dialogue import DialogueHandlers
from handlers.documents import buttons as document_buttons
from handlers.documents.act import ActCommand
from handlers.documents.client import client_command
from handlers.documents.confirmations import ConfirmationHandlers
from handlers.documents.history import PAGES, RESEND, HistoryCommand
from handlers.documents.invoice import DocumentCommand
from handlers.documents.retry import retry_command, try_again_button
from handlers.documents.unknown import UNKNOWN, UNRESOLVED, UnknownOutcomeHandlers
from handlers.help import show_help
from handlers.intake import Intake
from handlers.language import SPEAK, LanguageCommand
from handlers.lost_logins import LostLogins
from handlers.queue.logins import LOGINS, LoginsCommand, pause_command, resume_button, resume_command
from handlers.queue.waiting import WaitingCommand
from handlers.repeats.cards import RepeatCardButtons
from handlers.repeats.change import RepeatChangeHandlers
from handlers.repeats.listed import RepeatsCommand
from handlers.repeats.previews import RepeatPreviews
from handlers.repeats.repeat import RepeatCommand


@dataclass(frozen=True, slots=True)
class UseCases:
    """What people's commands and presses do, and what handlers need besides."""

    requests: DocumentRequests
    confirmations: Confirmations
    batches: BatchDesk
    batch_control: BatchControl
    attachments: Attachments
    repeats: RepeatParts
    unknown_outcomes: UnknownOutcomes
    history: DocumentHistory
    sub_clients: SubClients
    logins: Logins
    questions: Questions
    dialogues: Dialogues
    allowlist: Allowlist
    petitions: Petitions
    login_choices: LoginChoices
    audit: AuditLog
    languages: LanguagePreferences
    language_chosen: Callable[[], None]
    money: MoneyWords
    messenger: Messenger
    profiles: Profiles
    clock: Clock
    zone: tzinfo | None


def features(uses: UseCases) -> Sequence[Feature]:
    """Build all handlers, and return what they register."""
    asking = uses.messenger.of_rank(Rank.QUESTION)
    lost_logins = LostLogins(uses.login_choices, uses.messenger)
    intake_ = Intake(uses.requests, uses.confirmations, lost_logins, asking)
    previews = RepeatPreviews(uses.repeats.desk, lost_logins, uses.messenger)
    dialogues = DialogueHandlers(uses.dialogues, intake_, previews.show, asking)
    return (
        # What these ask last is answered before an older conversation goes on.
        _documents(uses, intake_, dialogues),
        _repeats(uses, previews, dialogues),
        _conversation(dialogues),
        _batches(uses, lost_logins),
        _queue(uses),
        _access(uses),
        _talk(uses),
    )


def _conversation(dialogues: DialogueHandlers) -> Feature:
    return Feature(
        commands={"cancel": dialogues.cancel},
        before=dialogues.leave,
        buttons=[
            *(Button(name, dialogues.saying(choice), ids=2) for choice, name in prompts.ACTIONS.items()),
            Button(prompts.PICK, dialogues.picked, ids=3),
        ],
        replies=[dialogues.said],
    )


def _documents(uses: UseCases, intake_: Intake, dialogues: DialogueHandlers) -> Feature:
    invoice = partial(parse_invoice, money=uses.money)
    act = ActCommand(intake_, uses.sub_clients, uses.questions, dialogues, uses.messenger)
    confirming = ConfirmationHandlers(uses.confirmations)
    history = HistoryCommand(uses.history, uses.clock)
    unknown = UnknownOutcomeHandlers(uses.unknown_outcomes, intake_, uses.questions, uses.messenger, uses.clock)
    return Feature(
        commands={
            "invoice": DocumentCommand(DraftKind.INVOICE, invoice, intake_, dialogues),
            "getinvoice": DocumentCommand(DraftKind.GET_INVOICE, parse_get_invoice, intake_, dialogues),
            "act": act,
            "client": client_command(uses.sub_clients),
            "history": history,
            "retry": retry_command(uses.history),
            "unresolved": unknown.listed,
        },
        buttons=[
            Button(outcome_buttons.TRY, try_again_button(uses.requests, intake_)),
            Button(outcome_buttons.EXISTS, unknown.exists),
            Button(UNRESOLVED, unknown.turned, 1, Action.MANAGE),
            Button(UNKNOWN, unknown.shown, 2, Action.MANAGE),
            Button(outcome_buttons.MISSING, unknown.missing),
            Button(outcome_buttons.CLOSE, unknown.close),
            Button(outcome_buttons.ANEW, history.anew),
            Button(document_buttons.CREATE, unknown.create),
            Button(document_buttons.BACK, unknown.back),
            Button(document_buttons.WHOSE, act.chosen, ids=2),
            Button(intake.CONFIRM, confirming.saying(ConfirmationAnswer.YES)),
            Button(intake.ANOTHER, confirming.saying(ConfirmationAnswer.YES)),
            Button(intake.SEND_THAT, confirming.saying(ConfirmationAnswer.SEND_THAT)),
            Button(intake.FORGET, confirming.saying(ConfirmationAnswer.NO)),
            Button(RESEND, history.again),
            Button(PAGES, history.turned, ids=2),
        ],
        replies=[act.replied, unknown.replied],
    )


def _batches(uses: UseCases, lost_logins: LostLogins) -> Feature:
    batch = BatchCommand(uses.batches, uses.attachments, uses.questions, lost_logins, uses.messenger, uses.clock)
    pressed = BatchButtons(uses.batches, uses.batch_control, uses.messenger, uses.clock)
    return Feature(
        commands={"batch": batch, "batches": pressed.listed},
        buttons=[
            Button(batch_buttons.START, pressed.starting(without_doubtful=False)),
            Button(batch_buttons.START_SURE, pressed.starting(without_doubtful=True)),
            Button(batch_buttons.EACH_PDF, pressed.choosing(each_pdf=True)),
            Button(batch_buttons.ONE_ZIP, pressed.choosing(each_pdf=False)),
            Button(batch_buttons.DISCARD, pressed.discard),
            Button(batch_buttons.PAUSE, pressed.pause),
            Button(batch_buttons.GO_ON, pressed.go_on),
            Button(batch_buttons.STOP, pressed.stop),
            Button(batch_buttons.AGAIN, pressed.again),
            Button(batch_buttons.FILES, pressed.files),
            Button(batch_buttons.UNKNOWN, pressed.unknown),
        ],
        files=batch.replied,
    )


def _repeats(uses: UseCases, previews: RepeatPreviews, dialogues: DialogueHandlers) -> Feature:
    read = partial(dialogues.read, DraftKind.REPEAT)
    repeat = RepeatCommand(uses.repeats.desk, uses.repeats.control, previews, read, uses.money, uses.clock)
    listed = RepeatsCommand(uses.repeats.control, uses.repeats.desk)
    change = RepeatChangeHandlers(uses.repeats.editing, uses.repeats.control, uses.questions)
    return Feature(
        commands={"repeat": repeat, "repeats": listed},
        buttons=[
            Button(repeat_buttons.BEGIN, repeat.beginning(sure=False)),
            Button(repeat_buttons.BEGIN_SURE, repeat.beginning(sure=True)),
            Button(repeat_buttons.DROP, repeat.drop),
            Button(repeat_buttons.SPEAK_IN, repeat.speak, 2),
            *listed.buttons,
            *RepeatCardButtons(uses.repeats.runs, uses.repeats.desk, change).buttons,
            *change.buttons,
        ],
        replies=[change.replied],
    )


def _queue(uses: UseCases) -> Feature:
    logins = LoginsCommand(uses.logins, uses.clock)
    waiting = WaitingCommand(uses.logins, uses.requests, uses.batch_control, uses.clock)
    return Feature(
        commands={
            "queue": waiting,
            "logins": logins,
            "pause": pause_command(uses.logins),
            "resume": resume_command(uses.logins),
        },
        buttons=[
            *waiting.buttons,
            Button(LOGINS, logins.turned, 1, Action.MANAGE),
            Button(START_AGAIN, resume_button(uses.logins, uses.allowlist.names), 1, Action.MANAGE),
        ],
    )


def _access(uses: UseCases) -> Feature:
    cards = EntryCards(uses.allowlist, uses.clock, uses.zone)
    browser = AllowlistBrowser(uses.allowlist, uses.petitions, cards, uses.clock, uses.zone)
    allow = AllowCommand(uses.allowlist, cards, uses.profiles, uses.clock, uses.zone)
    petitions = PetitionHandlers(uses.petitions, cards, uses.clock, uses.allowlist.names)
    use = UseCommand(uses.login_choices)
    return Feature(
        commands={
            "access": browser,
            "allow": allow,
            "revoke": revoke_command(uses.allowlist),
            "use": use,
            "whoami": show_whoami,
        },
        buttons=[
            *browser.buttons,
            Button(entry_buttons.LET_IN, allow.let_in, 2, Action.MANAGE),
            Button(entry_buttons.LET_IN_SURE, allow.let_in_as_admin, 1, Action.MANAGE),
            Button(USE, use.chosen),
            Button(petition_buttons.ASK_FOR_ACCESS, petitions.asked, 1, Action.PETITION),
            Button(petition_buttons.SHOW, petitions.shown, 1, Action.READ_LISTS),
            Button(petition_buttons.AS_MANAGER, petitions.saying(Decision.MANAGER), 1, Action.MANAGE),
            Button(petition_buttons.AS_ADMIN, petitions.as_admin, 1, Action.MANAGE),
            Button(petition_buttons.AS_ADMIN_SURE, petitions.as_admin_sure, 1, Action.MANAGE),
            Button(petition_buttons.REFUSE, petitions.saying(Decision.REFUSED), 1, Action.MANAGE),
            Button(petition_buttons.LEAVE, petitions.saying(Decision.REFUSED), 1, Action.MANAGE),
            Button(petition_buttons.ALLOW_GROUP, petitions.group_allowed, 2, Action.MANAGE),
        ],
        contact=allow.contact,
    )


def _talk(uses: UseCases) -> Feature:
    """What is about the bot itself: help, language, and who did what."""
    language = LanguageCommand(uses.languages, uses.language_chosen)
    audit = AuditCommand(uses.audit, uses.messenger, uses.clock, uses.zone)
    return Feature(
        commands={"help": show_help, "start": show_help, "language": language, "audit": audit},
        buttons=[Button(SPEAK, language.chosen), *audit.buttons],
    )
