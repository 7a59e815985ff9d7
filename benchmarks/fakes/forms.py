"""Reading the parameters of a call, in either way that HTTP clients send a form."""

import re
from urllib.parse import parse_qsl

from benchmarks.fakes.http import HttpRequest

_NAME = re.compile(rb'name="([^"]*)"')
_FILE = re.compile(rb'filename="')


def parameters(request: HttpRequest) -> dict[str, str]:
    """Return the parameters by name; a file is told by its length in bytes only."""
    if not request.content_type.startswith("multipart/"):
        return dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    boundary = request.content_type.partition("boundary=")[2].strip('"').encode()
    found = {}
    for part in request.body.split(b"--" + boundary):
        head, separator, content = part.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if separator and name:
            content = content.removesuffix(b"\r\n")
            found[name[1].decode()] = str(len(content)) if _FILE.search(head) else content.decode()
    return found
