"""`/act <user> <num>` or `/act <num>`: download an act; where nobody knows whose, ask; alone, ask for both."""

from dataclasses import replace

from markupsafe import Markup

from bot.conversation.draft import About
from bot.conversation.questions import Asking, WhoseAct
from bot.documents.requests import Service
from bot.domain import SubClient
from bot.messaging.messenger import Messenger
from bot.parsing import ActOfChat, parse_act, parse_sub_client
from handlers import keyboards
from handlers.asks import Asks
from handlers.calls import Command, Press
from handlers.conversation import Conversation


class Act:
    def __init__(
        self, asks: Asks, service: Service, asking: Asking, conversation: Conversation, messenger: Messenger
    ) -> None:
        self._asks = asks
        self._conversation = conversation
        self._service = service
        self._asking = asking
        self._messenger = messenger

    async def __call__(self, command: Command) -> None:
        if not command.args.strip():
            await self._conversation.begin(About.ACT, command)
            return
        asked = await self._asks.parse(command, "act", parse_act)
        match asked:
            case None:
                return
            case ActOfChat():
                await self._of_chat(command, asked)
            case _:
                await self._asks.enqueue(command, asked)

    async def _of_chat(self, command: Command, act: ActOfChat) -> None:
        sub_client = await self._service.sub_client_of_chat(command.to.chat_id)
        if sub_client is not None:
            await self._asks.enqueue(command, act.of(sub_client))
            return
        question = await self._asking.ask_whose_act(act, command.person, command.to)
        if question.asked.message_id is None and not question.asked.answered:
            message_id = await self._messenger.send_text(
                command.to, _question(command, question), keyboards.whose_act(command.t, question)
            )
            await self._asking.asked_with(question.asked, message_id)

    async def chosen(self, press: Press) -> None:
        """Take a pressed sub-client as the answer."""
        question_id, index = press.args
        question = await self._asking.whose_act(question_id)
        if question is None or question.asked.origin.chat_id != press.chat_id or index >= len(question.choices):
            await self._messenger.answer_press(press.query_id, press.t.say("This question is closed.").unescape())
            return
        if question.asked.asker_id != press.person.id:
            await self._messenger.answer_press(
                press.query_id, press.t.say("Only the person who sent the command can answer.").unescape(), alert=True
            )
            return
        await self._messenger.answer_press(press.query_id)
        asked_as = Command(
            press.person, press.access, question.asked.origin, "", press.t, private=press.chat_id == press.person.id
        )
        await self._answer(asked_as, question, question.choices[index])

    async def replied(self, command: Command) -> bool:
        """Take a reply to the question as the answer; False if it answers no question of ours."""
        if command.replied_to is None:
            return False
        question = await self._asking.whose_act_asked_by(command.to.chat_id, command.replied_to, command.person)
        if question is None:
            return False
        sub_client = await self._asks.parse(command, "sub_client", parse_sub_client)
        if sub_client is not None:
            await self._answer(replace(command, to=question.asked.origin), question, sub_client)
        return True

    async def _answer(self, command: Command, question: WhoseAct, sub_client: SubClient) -> None:
        if not question.asked.answered:
            await self._asks.enqueue(command, question.answer(sub_client))
            await self._asking.answered(question.asked)
        if question.asked.message_id is not None:
            await self._messenger.delete(question.asked.origin.chat_id, question.asked.message_id)


def _question(command: Command, question: WhoseAct) -> Markup:
    t = command.t
    named = question.act.num or f"id:{question.act.id}"
    if question.choices:
        return t.say("Whose act {act}? Choose, or reply to this message with the sub-client:", act=named)
    return t.say(
        "Whose act {act}? Reply to this message with the sub-client, like <code>alice</code> or <code>#101</code>. "
        "To set one for this chat: <code>/client alice</code>",
        act=named,
    )
