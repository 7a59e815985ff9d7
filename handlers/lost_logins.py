"""What people hear of a login of theirs that the settings have no longer: which one is used now, or which to choose."""

import logging

from bot.access import wording
from bot.access.login_buttons import of_choice
from bot.access.login_choice import LoginChoices
from bot.domain import Destination
from bot.messaging.messenger import Messenger
from handlers.context import Caller

_log = logging.getLogger(__name__)


class LostLogins:
    """Says it below the command that met it."""

    def __init__(self, choices: LoginChoices, messenger: Messenger) -> None:
        self._choices = choices
        self._messenger = messenger

    async def refuse(self, caller: Caller, to: Destination, login: str) -> None:
        """Say that nothing was done, and ask which other login it shall be if the caller has several."""
        _log.error("the allowlist names login %r, which the settings do not have", login)
        options = caller.access.logins
        if options.can_choose:
            await self._messenger.send_text(to, wording.which_login(caller.t, login), of_choice(options))
        else:
            await self._messenger.send_text(to, wording.unknown_login(caller.t, login))

    async def tell(self, caller: Caller, to: Destination) -> None:
        """Say that the one login left is used in place of the lost one, and keep that as the caller's choice: once."""
        options = caller.access.logins
        if options.lost is not None and options.now is not None:
            await self._messenger.send_text(to, wording.another_login(caller.t, options.lost, options.now))
            await self._choices.choose(caller.person, to.chat_id, options.now)
