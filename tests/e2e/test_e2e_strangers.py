"""Who may and who may not: strangers, closed groups, masks, rights that come and go, hostile input."""

from sandbox.smscentre.faults import Fail
from sandbox.smscentre.refusals import ErrorCode
from sandbox.telegram.state import ChatKind
from tests.e2e.conftest import OpenWorld


async def test_strangers_and_closed_groups_get_nothing(open_world: OpenWorld) -> None:
    async with open_world() as w:
        elsewhere = w.telegram.add_group(-1000000000700, "Elsewhere", [w.anna, w.olga, w.ivan], bots=["docsbot_bot"])
        in_private = w.say(w.ivan, "/invoice alice 1500")
        assert str(w.ivan.id) in (await w.reply(in_private)).text
        in_team = w.say(w.ivan, "/invoice alice 1600", w.team)
        assert str(w.ivan.id) in (await w.reply(in_team)).text
        w.say(w.ivan, "/act alice 7", w.team)
        w.say(w.anna, "/act alice 8", elsewhere)
        w.say(w.ivan, "/start", elsewhere)
        # Only an admin who wonders why it is silent hears of it, and in private.
        w.say(w.olga, "/whoami", elsewhere)
        await w.message(w.olga, lambda message: f"/allow chat {elsewhere.id}" in message.text)

        w.telegram.set_admin(w.team, w.anna)
        masked = w.say(w.anna, "/invoice alice 1700", w.team, as_chat=w.team)
        assert (await w.reply(masked)).document is None
        channel = w.telegram.add_channel(-1000000000800, "News")
        w.say(w.anna, "/invoice alice 1800", w.team, as_chat=channel)
        w.telegram.forward_post(channel, w.team, "/invoice alice 1900")

        allowed = w.say(w.anna, "/act alice 7", w.team)
        await w.document(allowed)
        assert len(w.vendor.journal.entries) == 1
        # The stranger was told once; Telegram itself would let anybody make the bot talk without end.
        assert len([message for message in w.team.visible() if str(w.ivan.id) in message.text]) == 1
        assert [message for message in elsewhere.visible() if message.sender.is_bot] == []


async def test_rights_that_come_and_go_while_the_bot_runs(open_world: OpenWorld) -> None:
    async with open_world() as w:
        before = w.say(w.ivan, "/help")
        assert "/invoice" not in (await w.reply(before)).text
        code, output = await w.bot.command("allow", "user", str(w.ivan.id), "--name", "Ivan", "--role", "manager")
        assert (code, str(w.ivan.id) in output) == (0, True)
        w.on_list.add(w.ivan.id)
        w.ever_on_list.add(w.ivan.id)
        helped = await w.reply(w.say(w.ivan, "/help"))
        assert "/invoice" in helped.text
        assert "/resume" not in helped.text
        assert "/resume" in (await w.reply(w.say(w.olga, "/help"))).text
        assert str(w.ivan.id) in (await w.reply(w.say(w.ivan, "/whoami"))).text

        w.vendor.faults.add(Fail(ErrorCode.CREATION))
        failed = await w.reply(w.say(w.ivan, "/invoice alice 1500"))
        assert failed.buttons
        code, output = await w.bot.command("revoke", "user", str(w.ivan.id))
        assert (code, str(w.ivan.id) in output) == (0, True)
        w.on_list.discard(w.ivan.id)
        press = w.press(w.ivan, failed, "again")
        assert await w.answered(press)
        assert press.answer is not None
        assert press.answer.alert
        refused = await w.reply(w.say(w.ivan, "/invoice alice 1500"))
        assert str(w.ivan.id) in refused.text
        assert w.vendor.invoices == []

        await w.revoke("chat", w.team.id)
        w.say(w.anna, "/invoice alice 1500", w.team)
        await w.document(w.say(w.anna, "/act alice 7"))
        assert len(w.vendor.journal.entries) == 2
        assert [message for message in w.team.visible() if message.sender.is_bot] == []


async def test_what_waits_for_somebody_revoked_meanwhile_is_cancelled(open_world: OpenWorld) -> None:
    async with open_world(pace=3) as w:
        await w.document(w.say(w.anna, "/act alice 7"))
        late = w.say(w.anna, "/act alice 8")
        status = await w.status(late)
        asked = len(w.vendor.journal.entries)
        await w.revoke("user", w.anna.id)
        w.without_answer.add(late.id)
        told = await w.message(w.anna, lambda message: "access" in message.text)
        await w.change(status, lambda message: message.deleted)
        assert "cancelled" in told.text
        assert len(w.vendor.journal.entries) == asked


async def test_who_is_revoked_while_telegram_takes_nothing_gets_nothing_in_the_end(open_world: OpenWorld) -> None:
    async with open_world() as w:
        w.telegram.faults.server_error("sendDocument", count=2)
        late = w.say(w.anna, "/act alice 7")
        await w.called("sendDocument")
        await w.revoke("user", w.anna.id)
        w.without_answer.add(late.id)
        note = await w.message(w.olga, lambda message: "Anna" in message.text)
        assert str(w.anna.id) in note.text
        assert not [call for call in w.telegram.journal.of("sendDocument") if call.accepted]


_HOSTILE = (
    "/invoice <b>alice</b> 1500",
    "/invoice alice 1500 May <script>alert(1)</script> & <a href='tg://user?id=1'>x</a>",
    "/invoice {user} 1500 May %s %(x)s {0} {user.__class__}",
    "/invoice alice 1500 %s",
    "/invoice alice&psw=x&sum=1 1500",
    "/invoice alice 1500\n/act alice 7",
    "/invoice alice\u200b 1500",
    "/invoice \u202eecila 1500",
    "/invoice alice ١٥٠٠",
    "/invoice alice 1e3",
    "/invoice alice -5",
    "/invoice alice 1,234",
    "/invoice " + "a" * 65 + " 1500",
    "/invoice alice 1500 " + "s" * 4076,
    "/invoice " + "<" * 4087,
    "/getinvoice alice ../../etc/passwd",
    "/getinvoice alice 9001 9002",
    "/act alice " + "&lt;" * 15 + "x",
    "/act alice ../../../etc/passwd",
    "/act alice id:0",
    "/act " + "🧾" * 2000,
    "/client " + "<i>" * 20,
    "/resume <b>" + "x" * 4000,
    "/nosuchcommand <b>",
    "plain words <b>",
    "/",
    "/client -",
)

_NO_BUTTONS_OF_OURS = (
    "cancel",
    "cancel:",
    "cancel:x",
    "cancel:1:2",
    "create:999999999999999999",
    "nosuchaction:1",
    "x" * 64,
    "whose:1:9",
    "whose:99:0",
)


async def test_hostile_input_is_answered_and_reaches_nobody(open_world: OpenWorld) -> None:
    async with open_world(pace=0.05) as w:
        for text in _HOSTILE:
            said = w.say(w.olga, text)
            answer = await w.reply(said)
            assert len(answer.text) <= 4096
        sent = [(entry.parameters.get("user"), entry.parameters.get("num")) for entry in w.vendor.journal.entries]
        # What could be a name or a number goes out as it was typed, and as nothing but that.
        assert ("<b>alice</b>", None) in sent
        # Braces around a name stand for it, as in a template.
        assert ("user", None) in sent
        assert ("alice&psw=x&sum=1", None) in sent
        assert ("alice", "../../../etc/passwd") in sent
        assert all(entry.in_url == () for entry in w.vendor.journal.entries)
        assert [str(made.amount) for made in w.vendor.invoices] == ["1500.00"]

        question = await w.reply(w.say(w.olga, "/act 7"))
        for data in _NO_BUTTONS_OF_OURS:
            assert await w.answered(w.telegram.world.ask(w.telegram.bot(), w.olga, question, data))
        assert await w.answered(w.telegram.world.ask(w.telegram.bot(), w.ivan, question, "whose:1:0"))
        assert not question.deleted
        assert len(w.vendor.journal.entries) == len(sent)


async def test_another_bot_in_the_group(open_world: OpenWorld) -> None:
    """What it writes is no command, and a command for it is none for us."""
    async with open_world() as w:
        w.telegram.add_bot("4343:" + "u" * 35, "other_bot")
        club = w.telegram.add_group(-700, "Club", [w.anna], kind=ChatKind.GROUP, bots=["docsbot_bot", "other_bot"])
        await w.allow("chat", club.id)
        w.telegram.world.post(club, w.telegram.bot("other_bot").user, text="/invoice alice 1500")
        await w.document(w.say(w.anna, "/act@docsbot_bot alice 7", club))
        assert len(w.vendor.journal.entries) == 1
