"""First in, first out by the order in which Telegram got the commands, whichever chats they are from."""

from random import Random
from typing import Any

import pytest

from tests.support.stage import ANNA, BORIS, OLGA, TEAM, Stage

_COMMANDS = ("/act alice {}", "/act alice {}", "/getinvoice #101 {}", "/invoice client{} 1500")


@pytest.mark.parametrize("seed", range(3))
async def test_requests_are_in_the_order_of_their_updates(on_stage: Stage, seed: int) -> None:
    random = Random(seed)
    places = [(ANNA, ANNA), (ANNA, TEAM), (BORIS, BORIS), (BORIS, TEAM), (OLGA, OLGA)]
    said = [
        _command(number, *random.choice(places), random.choice((*_COMMANDS, "/whoami")).format(number))
        for number in range(1, 21)
    ]
    await on_stage.poll(*said)
    made = [request.origin_message_id for request in await on_stage.requests()]
    assert made == [each["update_id"] for each in said if each["message"]["text"] != "/whoami"]


def _command(number: int, who: int, chat: int, text: str) -> dict[str, Any]:
    private = {"id": chat, "type": "private", "first_name": "Somebody"}
    message = {
        "message_id": number,
        "date": 1_795_348_800,
        "chat": private if chat > 0 else {"id": chat, "type": "group", "title": "Team"},
        "from": {"id": who, "is_bot": False, "first_name": "Somebody"},
        "text": text,
        "entities": [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}],
    }
    return {"update_id": number, "message": message}
