"""Parameters of a Bot API call: strings in a form, JSON values in a JSON body, files beside them."""

import json
from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram.refusals import bad_request


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart form."""

    name: str
    mime_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Params:
    """One call's parameters, read the way Telegram reads them: leniently where it is lenient."""

    values: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str:
        """Return a string, empty if it was not given."""
        value = self.values.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Return a whole number; what is none counts as the default."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        """Return a Boolean: `true`, `yes` and `1` are true."""
        return self.text(name).lower() in {"true", "yes", "1"}

    def json(self, name: str) -> Any:
        """Return a structured value, None if it was not given; refuse text that is no JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def strings(self, name: str) -> list[str] | None:
        """Return a list of strings, None if it was not given."""
        value = self.json(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise bad_request(f'parameter "{name}" must be an Array of String')
        return value

    def upload(self, name: str) -> Upload | None:
        """Return the file of a parameter: given directly, or named by `attach://`."""
        value = self.text(name)
        if value.startswith("attach://"):
            return self.files.get(value.removeprefix("attach://"))
        return self.files.get(name)

    def plain(self) -> dict[str, Any]:
        """Return the values for the journal, JSON strings parsed."""
        return {name: _plain(value) for name, value in self.values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
