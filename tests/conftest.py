"""Set up for every test."""

import os

# python-telegram-bot's own switch for durations as timedelta; `bot.lifecycle` sets it for the real process.
os.environ["PTB_TIMEDELTA"] = "true"
