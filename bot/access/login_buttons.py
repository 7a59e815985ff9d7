"""The buttons with which a person chooses among their logins."""

from telegram import InlineKeyboardMarkup

from bot.access.login_choice import key_of
from bot.access.policy import LoginOptions
from bot.messaging.keyboards import keyboard, short

USE = "use"


def of_choice(options: LoginOptions) -> InlineKeyboardMarkup | None:
    """Return a button for each login that can be chosen, the one in use marked."""
    return keyboard(
        [
            [(f"{'✓ ' if login == options.now else ''}{short(login)}", f"{USE}:{key_of(login)}")]
            for login in options.usable
        ]
    )
