"""A Telegram to try and to test docsbot against: people, groups and the Bot API, without credentials.

`client.Telegram` is the way in. Beneath it, each apart from the others: what there is (`state`, `world`, `updates`,
`audience`), what people do (`people`, `sharing`, `groups`), what bots may and do (`rules`, `html`, `access`;
`messages`, `files`, `chats`, `menus`, `polling`, `webhook` behind `api`), what goes wrong (`faults`, `limits`), and
HTTP (`front`, `control`).
"""

from sandbox.telegram.acting import Impossible
from sandbox.telegram.client import Telegram

__all__ = ["Impossible", "Telegram"]
