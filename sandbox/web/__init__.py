"""The page: a small messenger on the sandbox's Telegram, next to what SMS Center sees.

`app` puts it on HTTP. What a visitor sees comes as slices over server-sent events (`feed`): people and chats
(`people`, `chats`), SMS Center's journal (`vendor`), the bot's queue (`queue`) and troubles (`trouble`); what is in
the bot's database is read once for all (`reading`). What a visitor does comes back as small JSON posts (`acts`).
`files` shows documents; `static/` is the page itself.
"""
