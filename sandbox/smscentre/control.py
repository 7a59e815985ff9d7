"""Steering the sandbox over HTTP, for a visitor with curl and for tests in another process.

    GET    /sandbox/state     rules, logins with their sub-clients and acts, invoices, mishaps still to come
    GET    /sandbox/journal   all requests; ?after=N only those after number N
    PATCH  /sandbox/rules     any of Rules, e.g. {"pace": 5}, {"blocked": true}, {"creation_fails": true},
                              {"dialect": "bare"} by name, or {"dialect": {"newline": "\\n"}} member by member
    POST   /sandbox/faults    a mishap: "effect" and, as wanted, "login", "method", "times" (null: until cleared)
    DELETE /sandbox/faults    call off what is still to come, let go of what hangs

An effect is the name of a page ("500", "502", "empty", "garbage", "redirect") or an object with its "kind":

    {"kind": "delay", "seconds": 3}                  {"kind": "hang", "handled": true}
    {"kind": "fail", "code": 9}                      {"kind": "page", "status": 503, "body": "…", "handled": true}
    {"kind": "cut", "point": "before"}               "point": "before", "after" or "midway"

so {"effect": {"kind": "cut", "point": "after"}, "method": "add_account"} makes the next invoice one that the client
never hears of. Answers are JSON; 400 with "error" says what was wrong with the request. Secrets are never shown.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.smscentre.calls import Method
from sandbox.smscentre.centre import SmsCentre
from sandbox.smscentre.dialect import DIALECTS, Dialect
from sandbox.smscentre.faults import PAGES, Effect, Fault
from sandbox.smscentre.journal import Entry
from sandbox.smscentre.rules import Rules
from sandbox.smscentre.state import state_of


@dataclass
class Order:
    """The JSON that orders a mishap."""

    effect: Annotated[Effect, Field(discriminator="kind")]
    login: str | None = None
    method: Method | None = None
    times: Annotated[int, Field(gt=0)] | None = 1


def control_routes(centre: SmsCentre) -> list[Route]:
    """Return the routes below `/sandbox`."""
    control = Control(centre)
    return [
        Route("/sandbox/state", control.state, methods=["GET"]),
        Route("/sandbox/journal", control.journal, methods=["GET"]),
        Route("/sandbox/rules", control.change_rules, methods=["PATCH"]),
        Route("/sandbox/faults", control.order_fault, methods=["POST"]),
        Route("/sandbox/faults", control.clear_faults, methods=["DELETE"]),
    ]


class Control:
    """The endpoints; each that changes something answers with the state that came of it."""

    def __init__(self, centre: SmsCentre) -> None:
        self._centre = centre
        self._rules = TypeAdapter(Rules)
        self._order = TypeAdapter(Order)
        self._entries = TypeAdapter(list[Entry])
        self._faults = TypeAdapter(list[Fault])

    async def state(self, _request: Request) -> Response:
        """Tell how things stand."""
        return self._told()

    async def journal(self, request: Request) -> Response:
        """Tell what came in."""
        after = request.query_params.get("after", "0")
        if not after.isdecimal():
            return _wrong(ValueError("after: not a number"))
        return JSONResponse(self._entries.dump_python(self._centre.journal.entries[int(after) :], mode="json"))

    async def change_rules(self, request: Request) -> Response:
        """Change some of the rules."""
        try:
            changes = await _members(request, Rules)
            if "dialect" in changes:
                changes["dialect"] = _dialect(changes["dialect"], self._centre.rules.dialect)
            self._centre.rules = self._rules.validate_python({**asdict(self._centre.rules), **changes})
        except ValueError as error:
            return _wrong(error)
        return self._told()

    async def order_fault(self, request: Request) -> Response:
        """Order a mishap."""
        try:
            order = await _members(request, Order)
            if isinstance(order.get("effect"), str):
                order["effect"] = _named(order["effect"], PAGES)
            told = self._order.validate_python(order)
        except ValueError as error:
            return _wrong(error)
        self._centre.faults.add(told.effect, login=told.login, method=told.method, times=told.times)
        return self._told()

    async def clear_faults(self, _request: Request) -> Response:
        """Call off the mishaps."""
        self._centre.faults.clear()
        return self._told()

    def _told(self) -> Response:
        rules = self._rules.dump_python(self._centre.rules, mode="json")
        faults = self._faults.dump_python(self._centre.faults.pending, mode="json")
        return JSONResponse({**state_of(self._centre), "rules": rules, "faults": faults})


async def _members(request: Request, expected: type[Rules | Order]) -> dict[str, Any]:
    """Return the members of a JSON object; raises ValueError for anything else, unknown members included."""
    told = TypeAdapter(dict[str, Any]).validate_json(await request.body())
    _check_names(told, expected)
    return told


def _check_names(told: Mapping[str, Any], expected: type[Rules | Order | Dialect]) -> None:
    known = {field.name for field in fields(expected)}
    if strange := told.keys() - known:
        raise ValueError(f"unknown: {', '.join(sorted(strange))}; known: {', '.join(sorted(known))}")


def _dialect(told: object, present: Dialect) -> object:
    if isinstance(told, str):
        return _named(told, DIALECTS)
    if isinstance(told, dict):
        _check_names(told, Dialect)
        return {**asdict(present), **told}
    return told


def _named(name: str, things: Mapping[str, Effect] | Mapping[str, Dialect]) -> Effect | Dialect:
    if name not in things:
        raise ValueError(f"no such name: {name}; there are: {', '.join(things)}")
    return things[name]


def _wrong(error: ValueError) -> Response:
    if isinstance(error, ValidationError):
        problems = (": ".join([*map(str, told["loc"]), told["msg"]]) for told in error.errors())
        return JSONResponse({"error": "; ".join(problems)}, 400)
    return JSONResponse({"error": str(error)}, 400)
