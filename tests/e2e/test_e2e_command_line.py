"""`docsbot` as an operator meets it: settings that are wrong, a look at what runs, a second start by mistake."""

import asyncio
from pathlib import Path

from tests.e2e.conftest import OpenWorld
from tests.e2e.process import Starter, bare_environ, run_docsbot
from tests.e2e.world import API_KEY, PASSWORD, SECRETS, TOKEN

_GOOD = {"TELEGRAM_TOKEN": TOKEN, "SMSC_LOGIN": "demo", "SMSC_PASSWORD": PASSWORD}
_WRONG = (
    ("TELEGRAM_TOKEN", {"TELEGRAM_TOKEN": ""}),
    ("SMSC_ACCOUNTS", {"SMSC_LOGIN": "", "SMSC_ACCOUNTS": f'{{"demo": {{"apikey": "{API_KEY}"'}),
    ("DATABASE_URL", {"DATABASE_URL": f"mysql://root:{PASSWORD}@db/docsbot"}),
    ("DATABASE_URL", {"DATABASE_URL": f"sqlite+aiosqlite:///{__file__}/docsbot.db"}),
    ("DATABASE_URL", {"DATABASE_URL": f"sqlite+aiosqlite:///{__file__}/data/docsbot.db"}),
    ("DATABASE_URL", {"DATABASE_URL": "sqlite+aiosqlite:///."}),
)


async def test_wrong_settings_end_the_start_with_one_line(tmp_path: Path, starter: Starter) -> None:
    async def start(changed: dict[str, str]) -> tuple[int, str]:
        return await starter.command(tmp_path, bare_environ(tmp_path) | _GOOD | changed, "run")

    results = await asyncio.gather(*(start(changed) for _, changed in _WRONG))
    for (name, _), (code, output) in zip(_WRONG, results, strict=True):
        assert code == 2, output
        assert output.startswith("docsbot: ")
        assert output.count("\n") == 1
        assert name in output
        assert not [secret for secret in SECRETS if secret in output]
    assert list(tmp_path.iterdir()) == []


async def test_a_look_at_what_runs(open_world: OpenWorld) -> None:
    async with open_world() as w:
        await w.document(w.say(w.anna, "/act alice 7"))
        requests = len(w.vendor.journal.entries)
        healthy, checked, listed, second = await asyncio.gather(
            w.bot.command("health"), w.bot.command("check"), w.bot.command("allowlist"), w.bot.command("run")
        )
        assert healthy == (0, "ok\n")
        assert checked[0] == 0, checked[1]
        assert "@docsbot_bot" in checked[1]
        assert len(checked[1].splitlines()) == 3
        assert listed[0] == 0
        for fact in (str(w.anna.id), "Anna", "manager", str(w.team.id), "Sales", str(w.olga.id), "ADMIN_IDS"):
            assert fact in listed[1]
        assert second[0] == 1
        assert "another docsbot" in second[1].splitlines()[-1]

        assert await w.bot.stop() == 0
        w.telegram.faults.unauthorized("getMe")
        code, output = await w.bot.command("check")
        assert code == 1
        assert "TELEGRAM_TOKEN" in output
        assert len(w.vendor.journal.entries) == requests


async def test_a_new_database(tmp_path: Path) -> None:
    code, output = await run_docsbot(tmp_path, bare_environ(tmp_path), "migrate")
    assert (code, output) == (0, "The database is up to date.\n")
    assert (tmp_path / "data" / "docsbot.db").exists()
