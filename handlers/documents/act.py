"""`/act <user> <num>` or `/act <num>`: download an act; where nobody knows whose, ask; what is missing is asked for."""

from markupsafe import Markup

from bot.conversation.draft import DraftKind
from bot.conversation.questions import Questions, WhoseAct
from bot.documents.sub_clients import SubClients
from bot.domain import SubClient
from bot.language.translator import Translator
from bot.messaging.messenger import Messenger
from bot.parsing import ActOfChat, parse_act, parse_sub_client
from handlers.context import Caller, Command, Press
from handlers.conversation.dialogue import DialogueHandlers
from handlers.documents.buttons import whose_act
from handlers.intake import Intake, parse


class ActCommand:
    """Fetches acts; the question whose act is meant is answered by a button or by a reply."""

    def __init__(
        self,
        intake: Intake,
        sub_clients: SubClients,
        questions: Questions,
        dialogues: DialogueHandlers,
        messenger: Messenger,
    ) -> None:
        self._intake = intake
        self._sub_clients = sub_clients
        self._questions = questions
        self._dialogues = dialogues
        self._messenger = messenger

    async def __call__(self, command: Command) -> None:
        asked = await self._dialogues.read(DraftKind.ACT, command, parse_act)
        match asked:
            case None:
                return
            case ActOfChat():
                await self._of_chat(command, asked)
            case _:
                await self._intake.take(command, asked)

    async def _of_chat(self, command: Command, act: ActOfChat) -> None:
        sub_client = await self._sub_clients.of_chat(command.to.chat_id)
        if sub_client is not None:
            await self._intake.take(command, act.of(sub_client))
            return
        question = await self._questions.ask_whose_act(act, command.person, command.to)
        if question.asked.message_id is None and not question.asked.answered:
            text = _question(command.t, question, private=command.private)
            message_id = await command.reply(text, whose_act(command.t, question))
            await self._questions.asked_with(question.asked, message_id)

    async def chosen(self, press: Press) -> None:
        """Take a pressed sub-client as the answer."""
        question_id, index = press.args
        question = await self._questions.whose_act(question_id)
        if question is None or question.asked.origin.chat_id != press.chat_id or index >= len(question.choices):
            await press.closed()
        elif question.asked.asker_id != press.person.id:
            await press.not_yours()
        else:
            await press.answer()
            await self._answer(press.caller, question, question.choices[index])

    async def replied(self, command: Command) -> bool:
        """Take words as the answer: a reply to the question, in private any; False if they answer none of ours."""
        if command.replied_to is None and not command.private:
            return False
        question = await self._questions.whose_act_asked_by(
            command.to.chat_id, command.replied_to, command.person, command.to.reply_to
        )
        if question is None:
            return False
        sub_client = await parse(command, "sub_client", parse_sub_client)
        if sub_client is not None:
            await self._answer(command.caller, question, sub_client, command)
        return True

    async def _answer(
        self, caller: Caller, question: WhoseAct, sub_client: SubClient, reply: Command | None = None
    ) -> None:
        if not question.asked.answered:
            wish = question.answer(sub_client)
            borrowed = reply.borrowed if reply else None
            await self._intake.enqueue(caller, question.asked.origin, wish, borrowed=borrowed)
            await self._questions.answered(question.asked, reply.to.reply_to if reply else None)
        if question.asked.message_id is not None:
            await self._messenger.delete(question.asked.origin.chat_id, question.asked.message_id)


def _question(t: Translator, question: WhoseAct, *, private: bool) -> Markup:
    named = question.act.num or f"id:{question.act.id}"
    if question.choices and private:
        return t.say("Whose act {act}? Choose, or send the sub-client:", act=named)
    if question.choices:
        return t.say("Whose act {act}? Choose, or reply to this message with the sub-client:", act=named)
    if private:
        return t.say(
            "Whose act {act}? Send the sub-client, like <code>alice</code> or <code>#101</code>. "
            "To set one for this chat: <code>/client alice</code>",
            act=named,
        )
    return t.say(
        "Whose act {act}? Reply to this message with the sub-client, like <code>alice</code> or <code>#101</code>. "
        "To set one for this chat: <code>/client alice</code>",
        act=named,
    )
