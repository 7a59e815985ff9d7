"""The page: a small messenger on the sandbox's Telegram, next to what SMS Center sees."""
