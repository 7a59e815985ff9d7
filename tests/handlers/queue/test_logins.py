"""`/logins`: ten on a page, in the settings' order, and only for admins."""

import json

from tests.support.stage import ANNA, OLGA, Call, stage

MANY = [f"login{number:02}" for number in range(25, 0, -1)]


def shown(call: Call) -> list[str]:
    return [name for name in MANY if f"<b>{name}</b>" in call.text]


async def test_many_logins_are_shown_by_pages(stage_url: str) -> None:
    async with stage(stage_url, SMSC_ACCOUNTS=json.dumps({name: {"password": "x"} for name in MANY})) as on:
        (page,) = await on.say(OLGA, "/logins")
        seen, buttons = shown(page), [page.buttons]
        for number in (1, 2):
            _, page = await on.press(OLGA, f"loginpages:{number}")
            seen += shown(page)
            buttons.append(page.buttons)
        assert seen == MANY
        assert buttons == [["loginpages:1"], ["loginpages:0", "loginpages:2"], ["loginpages:1"]]
        (refused,) = await on.press(ANNA, "loginpages:1")
        assert refused.params["show_alert"]


async def test_a_page_that_is_no_more_gives_way_to_the_first(stage_url: str) -> None:
    async with stage(stage_url) as on:
        await on.say(OLGA, "/act alice 7")
        (first,) = await on.say(OLGA, "/logins")
        assert first.buttons == []
        assert "<b>demo</b>" in first.text
        _, page = await on.press(OLGA, "loginpages:7")
        assert page.text == first.text
