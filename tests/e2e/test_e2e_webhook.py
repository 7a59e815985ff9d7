"""Webhook mode: Telegram comes to the bot, with a secret that nobody else has."""

import socket

import httpx

from tests.e2e.conftest import OpenWorld
from tests.e2e.world import WEBHOOK_SECRET

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


async def test_updates_come_by_webhook_and_only_with_the_secret(open_world: OpenWorld) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}/telegram"
    settings = {"WEBHOOK_URL": address, "WEBHOOK_LISTEN": f"127.0.0.1:{port}", "WEBHOOK_SECRET": WEBHOOK_SECRET}
    async with open_world(**settings) as w:
        before = w.say(w.anna, "/act alice 7")
        await w.document(before)
        hook = w.telegram.bot().webhook
        assert hook is not None
        assert (hook.url, hook.secret_token) == (address, WEBHOOK_SECRET)

        forged = {
            "update_id": 1,
            "message": {
                "message_id": 99,
                "date": 0,
                "text": "/invoice alice 1500",
                "entities": [{"type": "bot_command", "offset": 0, "length": 8}],
                "chat": {"id": w.anna.id, "type": "private"},
                "from": {"id": w.anna.id, "is_bot": False, "first_name": "Anna"},
            },
        }
        async with httpx.AsyncClient(trust_env=False) as stranger:
            for headers in ({}, {SECRET_HEADER: "guessed"}):
                answer = await stranger.post(address, json=forged, headers=headers)
                assert answer.status_code == 403

        # Killed while updates wait: Telegram brings them to the next process.
        await w.bot.kill()
        missed = w.say(w.anna, "/invoice alice 100")
        w.bot.start()
        await w.document(missed)
        assert len(w.vendor.invoices) == 1
        assert await w.bot.stop() == 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
