"""A Telegram and an SMS Center that answer in well under a millisecond, so that the bot is what is measured."""
