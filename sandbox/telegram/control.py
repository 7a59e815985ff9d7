"""The sandbox's own HTTP surface, `/sandbox/...`: what `Telegram` does in Python, for other processes. JSON in and out.

Acting: `POST /sandbox/<act>` with the arguments of the method of `Telegram` that has this name, as a JSON object.
Users, chats and bots are given by id or username, a message by its id together with its `chat` (and `bot`, if there
are several and it is a private chat). The answer is what the method returns: a message, a user, a chat, a query.

    POST /sandbox/add_user    {"user_id": 100, "first_name": "Anna", "language_code": "ru"}
    POST /sandbox/add_group   {"chat_id": -1001, "title": "Team", "members": [100], "bots": ["docsbot_bot"]}
    POST /sandbox/say         {"user": 100, "chat": -1001, "text": "/act alice 7", "reply_to": 5}
    POST /sandbox/edit        {"chat": 100, "message": 3, "text": "/act alice 8"}
    POST /sandbox/press       {"user": 100, "chat": 100, "message": 4, "button": "Cancel"}
    POST /sandbox/attach      {"user": 100, "chat": 100, "name": "a.csv", "content": "YWxpY2U=", "caption": "/batch"}
    POST /sandbox/forward     {"user": 100, "chat": -1001, "message": 5, "to": 100}
    POST /sandbox/pin         {"user": 100, "chat": 100, "pinned": 3, "accessible": false}
    POST /sandbox/inject      {"update": {"my_chat_member": {}}}
    and likewise delete, share_contact, block, unblock, deactivate, add_channel, add_to_group, remove_from_group,
    set_admin, restrict, upgrade, add_topic, delete_topic, forward_post, redeliver

A file's `content` is in base64. `say`, `attach` and `share_contact` also take `reply_to`, `thread_id`, `as_chat` (to
write as a channel or as an anonymous admin) and `via_bot`. `inject` takes any JSON for an update.

Trouble: `POST /sandbox/faults {"kind": "cut", "method": "sendDocument", "accepted": true}`; `kind` is a method of
`Faults`, the rest its arguments. `GET` lists what is still to come, `DELETE` forgets it.

Reading:

    GET /sandbox/chats                               all chats
    GET /sandbox/chats/<chat>/messages               as a person sees them; `markup` has every kind of keyboard
    GET /sandbox/chats/<chat>/next?after=4&timeout=5 the bot's next message, 504 if none comes in time
    GET /sandbox/chats/<chat>/actions                "typing" and the like
    GET /sandbox/chats/<chat>/menu?user=100          the commands offered to a person
    GET /sandbox/files/<file_id>                     a document's bytes
    GET /sandbox/queries/<id>                        a press, and its answer once there is one
    GET /sandbox/journal?since=0&method=sendMessage  the calls from that index on; method `file` is a download

What a person can't do is answered with 409, a wrong argument with 400: `{"error": "..."}`.
"""

import base64
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from sandbox.server import AsciiJson, ClientGone, Hang, unless_gone
from sandbox.telegram import wire
from sandbox.telegram.acting import BotRef, ChatRef, Impossible, UserRef
from sandbox.telegram.faults import Fault, Faults
from sandbox.telegram.journal import Journal
from sandbox.telegram.state import CallbackQuery, Chat, ChatAction, Json, Message, User
from sandbox.telegram.updates import Update
from sandbox.telegram.world import World

ACTS = frozenset(
    {
        "add_user",
        "add_group",
        "add_channel",
        "say",
        "attach",
        "share_contact",
        "forward",
        "pin",
        "edit",
        "delete",
        "press",
        "block",
        "unblock",
        "deactivate",
        "add_to_group",
        "remove_from_group",
        "set_admin",
        "restrict",
        "upgrade",
        "add_topic",
        "delete_topic",
        "forward_post",
        "redeliver",
        "inject",
    }
)
FAULTS = frozenset({"too_many_requests", "server_error", "refuse", "unauthorized", "cut", "hang", "garble"})

Handler = Callable[[Request], Awaitable[Response]]


class Controlled(Protocol):
    """What the surface needs of a Telegram, besides the methods that `ACTS` names."""

    world: World
    faults: Faults
    journal: Journal

    def chat(self, ref: ChatRef, bot: BotRef | None = None) -> Chat:
        """Return a chat by id."""

    def message(self, chat: ChatRef, message_id: int, bot: BotRef | None = None) -> Message:
        """Return a message by its id."""

    def actions(self, chat: ChatRef, bot: BotRef | None = None) -> list[ChatAction]:
        """Return what bots were seen to do in a chat."""

    def menu(self, user: UserRef, chat: ChatRef, bot: BotRef | None = None) -> list[Json]:
        """Return the commands that a person is offered."""

    async def next_message(self, chat: ChatRef, *, after: Message | int | None = None, timeout: float = 5.0) -> Message:
        """Wait for a bot's next message."""


def mount(telegram: Controlled) -> BaseRoute:
    """Return the control surface of one Telegram."""
    desk = _Desk(telegram)
    chat = "/chats/{chat}"
    return Mount(
        "/sandbox",
        routes=[
            Route("/chats", _polite(desk.chats)),
            Route(f"{chat}/messages", _polite(desk.messages)),
            Route(f"{chat}/next", _polite(desk.next)),
            Route(f"{chat}/actions", _polite(desk.actions)),
            Route(f"{chat}/menu", _polite(desk.menu)),
            Route("/files/{file_id}", _polite(desk.file)),
            Route("/queries/{query_id}", _polite(desk.query)),
            Route("/journal", _polite(desk.journal)),
            Route("/faults", _polite(desk.faults), methods=["GET", "POST", "DELETE"]),
            Route("/{act}", _polite(desk.act), methods=["POST"]),
        ],
    )


def shown(message: Message) -> dict[str, Any]:
    """Return a message with what people see and bots do not get: keyboards of every kind."""
    return wire.message(message) | {"markup": message.markup}


class _Desk:
    def __init__(self, telegram: Controlled) -> None:
        self._telegram = telegram

    async def act(self, request: Request) -> Response:
        if request.path_params["act"] not in ACTS:
            return _error(404, "there is no such act")
        arguments = await request.json()
        act = getattr(self._telegram, request.path_params["act"])
        self._resolve_messages(arguments)
        if "content" in arguments:
            arguments["content"] = base64.b64decode(arguments["content"], validate=True)
        inspect.signature(act).bind(**arguments)
        return AsciiJson(_described(act(**arguments)))

    def _resolve_messages(self, arguments: dict[str, Any]) -> None:
        chat, bot = arguments.get("chat"), arguments.get("bot")
        for name in {"message", "reply_to"} & arguments.keys():
            if chat is None:
                raise Impossible(f"{name!r} needs its chat")
            arguments[name] = self._telegram.message(chat, arguments[name], bot)
        if "message" in arguments:
            arguments.pop("chat")
            arguments.pop("bot", None)

    async def chats(self, _: Request) -> Response:
        world = self._telegram.world
        return AsciiJson([wire.chat(chat) for chat in [*world.private.values(), *world.chats.values()]])

    async def messages(self, request: Request) -> Response:
        return AsciiJson([shown(message) for message in self._chat(request).visible()])

    async def next(self, request: Request) -> Response:
        chat, query = self._chat(request), request.query_params
        after, timeout = int(query.get("after", 0)), float(query.get("timeout", 5))
        wait = self._telegram.next_message(chat, after=after, timeout=timeout)
        try:
            return AsciiJson(shown(await unless_gone(request, wait)))
        except TimeoutError as late:
            return _error(504, str(late))
        except ClientGone:
            return Hang()

    async def actions(self, request: Request) -> Response:
        actions = self._telegram.actions(self._chat(request))
        described = [{"action": one.action, "thread_id": one.thread_id, "at": one.at} for one in actions]
        return AsciiJson(described)

    async def menu(self, request: Request) -> Response:
        person = int(request.query_params["user"])
        return AsciiJson(self._telegram.menu(person, self._chat(request), request.query_params.get("bot")))

    async def file(self, request: Request) -> Response:
        for bot in self._telegram.world.bots.values():
            document = bot.files.get(request.path_params["file_id"])
            if document is not None:
                return Response(document.content, media_type=document.mime_type)
        return _error(404, "there is no such file")

    async def query(self, request: Request) -> Response:
        query = self._telegram.world.queries.get(request.path_params["query_id"])
        return _error(404, "there is no such query") if query is None else AsciiJson(_described(query))

    async def journal(self, request: Request) -> Response:
        since, method = int(request.query_params.get("since", 0)), request.query_params.get("method")
        calls = self._telegram.journal.calls[since:]
        return AsciiJson([call.describe() for call in calls if method in {None, call.method}])

    async def faults(self, request: Request) -> Response:
        faults = self._telegram.faults
        if request.method == "DELETE":
            faults.clear()
        if request.method == "POST":
            arguments = await request.json()
            kind = arguments.pop("kind", None)
            if kind not in FAULTS:
                return _error(400, f"kind is one of {sorted(FAULTS)}")
            fault: Fault = getattr(faults, kind)(**arguments)
            return AsciiJson(fault.describe())
        return AsciiJson([fault.describe() for fault in faults.coming()])

    def _chat(self, request: Request) -> Chat:
        return self._telegram.chat(int(request.path_params["chat"]), request.query_params.get("bot"))


def _polite(handler: Handler) -> Handler:
    """Turn what a handler complains of into an answer."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except Impossible as impossible:
            return _error(409, str(impossible))
        except (TypeError, ValueError, KeyError) as wrong:
            return _error(400, str(wrong))

    return handle


def _error(status: int, why: str) -> Response:
    return AsciiJson({"error": why}, status)


def _described(result: Any) -> Any:
    match result:
        case Message():
            return shown(result)
        case User():
            return wire.user(result)
        case Chat():
            return wire.chat(result) | {"topics": result.topics}
        case CallbackQuery(id=query_id, data=data, answer=answer):
            said = None if answer is None else {"text": answer.text, "alert": answer.alert, "url": answer.url}
            return {"id": query_id, "data": data, "answer": said}
        case list():
            return [_described(one) for one in result]
        case Update():
            return result.body()
        case _:
            return result
