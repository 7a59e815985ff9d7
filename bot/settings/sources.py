"""Where settings are written down: the environment, then `.env`; and for secrets, files that either of them names."""

import difflib
import io
from collections.abc import Collection, Mapping
from pathlib import Path

from dotenv.parser import parse_stream

from bot.settings.errors import SettingsError

SECRETS = frozenset(
    {"TELEGRAM_TOKEN", "SMSC_PASSWORD", "SMSC_APIKEY", "SMSC_ACCOUNTS", "WEBHOOK_SECRET", "DATABASE_URL", "PROXY_URL"}
)
"""Settings that may stand in a file of their own, whose path is in `NAME_FILE`."""

_BLANK_SAYS_SOMETHING = frozenset({"SMSC_BACKUP_URL"})
_MAX_FILE = 4 * 1024 * 1024


class Variables:
    """The settings' texts by name. The first source that sets a name decides; an empty text sets nothing."""

    def __init__(self, *sources: Mapping[str, str]) -> None:
        self._sources = sources

    def get(self, name: str) -> str | None:
        """Return the text, or None if no source sets it.

        Raises `SettingsError` for a secret that is given in two ways by the same source, or in a file that cannot be
        read. Nothing is read before it is asked for, so a command needs only the files of the settings that it uses.
        """
        for source in self._sources:
            text = _look_up(source, name)
            if text is not None:
                return text
        return None

    def secret_files(self) -> list[Path]:
        """Return the files that secrets are named to stand in."""
        named = (source.get(f"{name}_FILE") for source in self._sources for name in sorted(SECRETS))
        return [Path(path) for path in named if path]


def read_dotenv(path: Path, known: Collection[str]) -> dict[str, str]:
    """Read a `.env` file as python-dotenv does, but leave `${…}` alone: a password may contain it.

    No file is no settings. A line that python-dotenv would skip, and a name that begins with the same word as a known
    one but is none of them, raise `SettingsError`.
    """
    texts: dict[str, str] = {}
    for binding in parse_stream(io.StringIO(_read(path, name=path.name, missing=""))):
        if binding.error:
            blank = len(binding.original.string) - len(binding.original.string.lstrip())
            line = binding.original.line + binding.original.string[:blank].count("\n")
            raise SettingsError(
                path.name, f"cannot be understood at line {line}: write NAME=value, and close every quote"
            )
        if binding.key is not None:
            texts[binding.key] = binding.value or ""
    stems = {_stem(name) for name in known}
    for name in texts:
        if _stem(name) in stems:
            refuse_unknown(name, known, f"in {path.name} ")
    return texts


def refuse_unknown(name: str, known: Collection[str], where: str) -> None:
    """Raise `SettingsError` for a name that is no setting of ours."""
    if name not in known:
        alike = difflib.get_close_matches(name.upper(), known, n=1)
        hint = f"did you mean {alike[0]}?" if alike else "remove it or correct its name"
        raise SettingsError(name if name.isidentifier() else ascii(name), f"{where}is no setting: {hint}")


def _stem(name: str) -> str:
    """Return a name's first word; with an S too many it is still the same."""
    return name.upper().partition("_")[0].rstrip("S")


def _look_up(source: Mapping[str, str], name: str) -> str | None:
    text = source.get(name)
    path = source.get(f"{name}_FILE") if name in SECRETS else None
    if path:
        if text:
            raise SettingsError(name, f"is set and {name}_FILE too: set only one of the two")
        return _read_secret(Path(path), name=f"{name}_FILE")
    if text and not _is_unicode(text):
        raise SettingsError(name, "is not valid UTF-8: write it anew in that encoding")
    if text and _is_quoted(text) and name != "SMSC_ACCOUNTS":
        raise SettingsError(
            name, "is in quotes, and they would be part of it (docker --env-file keeps them): drop them"
        )
    return text if text or name in _BLANK_SAYS_SOMETHING else None


def _read_secret(path: Path, *, name: str) -> str:
    secret = _read(path, name=name).rstrip("\r\n")
    if not secret:
        raise SettingsError(name, "names an empty file: put the secret into it")
    return secret


def _read(path: Path, *, name: str, missing: str | None = None) -> str:
    """Return the file's text, or `missing` if there is no file and that is fine."""
    problem = "it is too large"
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_FILE + 1)
        if len(content) <= _MAX_FILE:
            return content.decode("utf-8-sig")
    except FileNotFoundError:
        if missing is not None:
            return missing
        problem = "there is no such file"
    except UnicodeDecodeError:
        problem = "it is not UTF-8"
    except OSError as error:
        problem = error.strerror or "input or output error"
    except ValueError:
        problem = "this is not a path"
    raise SettingsError(name, f"cannot be read ({problem}): it must be a UTF-8 text file that this user may read")


def _is_quoted(text: str) -> bool:
    return len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"


def _is_unicode(text: str) -> bool:
    """Whether the text is free of the surrogates that stand for bytes which were not UTF-8."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
