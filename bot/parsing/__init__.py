"""A command's arguments as typed wishes. Pure: no Telegram, no I/O, no sentences."""

from bot.parsing.documents import (
    ActOfChat,
    Forget,
    Show,
    parse_act,
    parse_act_number,
    parse_client,
    parse_document_id,
    parse_get_invoice,
    parse_invoice,
    parse_service,
    parse_sub_client,
    parse_sum,
)
from bot.parsing.money import MoneyWords
from bot.parsing.names import folded, folded_service, near
from bot.parsing.problem import Missing, ParseError, Problem, Understood
from bot.parsing.words import visible

__all__ = [
    "ActOfChat",
    "Forget",
    "Missing",
    "MoneyWords",
    "ParseError",
    "Problem",
    "Show",
    "Understood",
    "folded",
    "folded_service",
    "near",
    "parse_act",
    "parse_act_number",
    "parse_client",
    "parse_document_id",
    "parse_get_invoice",
    "parse_invoice",
    "parse_service",
    "parse_sub_client",
    "parse_sum",
    "visible",
]
