"""Files of a bot: those that it sends, by upload or by a `file_id` that it knows, and those that it fetches."""

import mimetypes
from pathlib import PurePosixPath
from typing import Any

from sandbox.telegram import rules, wire
from sandbox.telegram.params import Params, Upload
from sandbox.telegram.refusals import bad_request
from sandbox.telegram.state import Bot, Document
from sandbox.telegram.world import World

Json = dict[str, Any]


def get_file(world: World, bot: Bot, params: Params) -> Json:  # noqa: ARG001
    """`getFile`."""
    file_id = params.text("file_id")
    if file_id not in bot.files:
        raise bad_request("invalid file_id" if file_id else "file_id not specified")
    if len(bot.files[file_id].content) > rules.MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return wire.file(bot.files[file_id])


def source(bot: Bot, params: Params, name: str) -> Upload | Document:
    """Return what a parameter names: an uploaded file, or one that the bot knows."""
    upload = params.upload(name)
    if upload is not None:
        rules.document(upload)
        return upload
    file_id = params.text(name)
    if not file_id:
        raise bad_request("there is no document in the request")
    if file_id not in bot.files:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return bot.files[file_id]


def stored(world: World, bot: Bot, found: Upload | Document) -> Document:
    """Return the document to send; an upload is stored under a name without folders."""
    if isinstance(found, Document):
        return found
    name = PurePosixPath(found.name.replace("\\", "/")).name or "file"
    mime_type = mimetypes.guess_type(name)[0] or found.mime_type
    return world.keep_file([bot], name, mime_type, found.content)
