"""What operators see: the probes and figures of a real bot, and the way of a command through its log."""

import json
import socket

import httpx

from tests.e2e.conftest import OpenWorld
from tests.unit.metrics.conftest import samples


async def test_a_command_can_be_followed_in_the_figures_and_in_the_log(open_world: OpenWorld) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        where = f"127.0.0.1:{listening.getsockname()[1]}"
    async with (
        open_world(METRICS_LISTEN=where, LOG_FORMAT="json") as w,
        httpx.AsyncClient(base_url=f"http://{where}", trust_env=False) as eyes,
    ):
        await w.document(w.say(w.anna, "/act alice 7"))
        assert [(await eyes.get(path)).status_code for path in ("/live", "/ready")] == [200, 200]

        found = samples((await eyes.get("/metrics")).text)
        assert found["docsbot_leader", ()] == 1
        assert found["docsbot_database_up", ()] == 1
        assert found["docsbot_vendor_answers_total", ("ok",)] == 1
        assert found["docsbot_requests_ended_total", ("get_act", "done")] == 1
        assert found["docsbot_start_lateness_seconds_count", ()] == 1
        assert found["docsbot_requests_waiting", ("demo",)] == 0

        assert await w.bot.stop() == 0
        lines = [json.loads(line) for line in w.bot.log.splitlines()]
        (made,) = [line for line in lines if "update" in line and "request" in line]
        assert "ask get_act" in made["message"]
        later = [line["message"] for line in lines if line.get("request") == made["request"] and "update" not in line]
        assert any("is done" in message for message in later)
        assert any("is delivered" in message for message in later)
