"""Strangers ask for access: every admin hears of it, also one who appears later, and a crowd closes no door."""

from bot.access.petition_cards import PetitionCards
from bot.access.petitions import MAX_CARDS_A_DAY
from tests.support.stage import ANNA, IVAN, OLGA, Call, Stage


def cards_of(calls: list[Call], chat: int) -> list[Call]:
    return [call for call in calls if call.chat_id == chat and any(one.startswith("asmanager") for one in call.buttons)]


def sent(calls: list[Call]) -> list[Call]:
    return [call for call in calls if call.method == "sendMessage"]


async def test_an_admin_who_appears_later_is_asked_then(on_stage: Stage) -> None:
    on_stage.edge.unreachable.add(OLGA)
    await on_stage.press(IVAN, "petition:0")
    told = sent(await on_stage.work(PetitionCards))
    assert [call.chat_id for call in told] == [OLGA, IVAN], "the admin is tried, the asker reads the truth"
    assert "/start" in told[-1].text
    assert sent(await on_stage.work(PetitionCards)) == [], "once"

    await on_stage.say(ANNA, "/help")
    assert sent(await on_stage.work(PetitionCards)) == [], "a manager is no admin"
    on_stage.edge.unreachable.clear()
    await on_stage.say(OLGA, "/start")
    assert len(cards_of(await on_stage.work(PetitionCards), OLGA)) == 1
    await on_stage.say(OLGA, "/start")
    assert sent(await on_stage.work(PetitionCards)) == []


async def test_who_waits_is_in_the_list_with_the_buttons_to_decide(on_stage: Stage) -> None:
    (listed,) = await on_stage.say(OLGA, "/access")
    assert not any(one.startswith("showpetition") for one in listed.buttons)
    await on_stage.press(IVAN, "petition:0")
    (listed,) = await on_stage.say(OLGA, "/access")
    assert listed.buttons[0] == "showpetition:1"
    _, card = await on_stage.press(OLGA, "showpetition:1")
    assert str(IVAN) in card.text
    await on_stage.press(OLGA, "asmanager:1")
    (answer,) = await on_stage.say(IVAN, "/whoami")
    assert str(IVAN) in answer.text
    (answer, *_) = await on_stage.press(OLGA, "showpetition:1")
    assert answer.method == "answerCallbackQuery"


async def test_a_crowd_of_askers_closes_no_door(on_stage: Stage) -> None:
    crowd = [900_000 + number for number in range(MAX_CARDS_A_DAY)]
    for asker in (*crowd, IVAN):
        await on_stage.press(asker, "petition:0")
    told = await on_stage.work(PetitionCards)
    assert len(cards_of(told, OLGA)) == MAX_CARDS_A_DAY
    (many,) = [call for call in sent(told) if call.chat_id == OLGA and not call.buttons]
    assert "/access" in many.text

    for number in range(1, MAX_CARDS_A_DAY + 1):
        await on_stage.press(OLGA, f"refuse:{number}")
    (listed,) = await on_stage.say(OLGA, "/access")
    assert listed.buttons[0] == f"showpetition:{MAX_CARDS_A_DAY + 1}"
    await on_stage.press(OLGA, f"asmanager:{MAX_CARDS_A_DAY + 1}")
    (answer,) = await on_stage.say(IVAN, "/whoami")
    assert str(IVAN) in answer.text
