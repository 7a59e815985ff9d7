"""Admins by the setting: the list and their card call them by name as soon as the bot knows it."""

from tests.support.stage import ANNA, OLGA, Call, Stage


def labels(call: Call) -> dict[str, str]:
    """Return the texts of the buttons under a message, with their data."""
    rows = call.params["reply_markup"]["inline_keyboard"]
    return {button["text"]: button["callback_data"] for row in rows for button in row}


async def test_an_admin_of_the_setting_has_a_name_once_it_is_known(on_stage: Stage) -> None:
    *_, unknown = await on_stage.say(OLGA, "/access")
    assert f"{OLGA} · админ · ADMIN_IDS" in labels(unknown)

    await on_stage.say(OLGA, f"/allow {ANNA} until 2100-01-31")
    *_, known = await on_stage.say(OLGA, "/access")
    pressed = await on_stage.press(OLGA, labels(known)["Ольга · админ · ADMIN_IDS"])
    (card,) = [call for call in pressed if call.method == "editMessageText"]
    assert f"<b>Ольга</b> (<code>{OLGA}</code>)" in card.text
