"""The preferences file of an emulator: text of "name value" lines, in which a name may occur several times.

The server does not interpret the values. A change keeps all other lines as they are and where they are,
whatever their names.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from moof.atomic_file import replace_file

MAX_PREFS_BYTES: Final = 256 * 1024
"""The limit of the file in bytes."""
_NAME: Final = re.compile(r"[^\s#;]\S{0,99}")


class PrefsError(Exception):
    """The preferences cannot be read, changed or written; the text says why."""


def change_values(text: str, changes: Mapping[str, Sequence[str]]) -> str:
    """Return the text with new values for some names: one line for each value; no value removes the name.

    The new lines of a name replace its first line; those of a new name are appended.

    Raises:
        PrefsError: A name or a value is not possible in a line.
    """
    for name, values in changes.items():
        _check(name, values)
    unwritten = dict(changes)
    lines: list[str] = []
    for line in text.splitlines(keepends=True):
        name = line.split(maxsplit=1)[0] if line.strip() else ""
        if name not in changes:
            lines.append(line)
        elif name in unwritten:
            lines += _lines(name, unwritten.pop(name))
    if lines and unwritten and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += "\n"
    for name, values in unwritten.items():
        lines += _lines(name, values)
    return "".join(lines)


def _check(name: str, values: Sequence[str]) -> None:
    if not _NAME.fullmatch(name) or not name.isprintable():
        raise PrefsError(
            f"{name!r} is not a valid name: it must be one word that does not begin with # or ;."
        )
    for value in values:
        if not value.isprintable():
            raise PrefsError(f"The value of {name} must be one line of text.")


def _lines(name: str, values: Sequence[str]) -> list[str]:
    return [f"{name} {value}".rstrip() + "\n" for value in values]


class PrefsFile:
    """The preferences file of one emulator. It need not exist."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def backup(self) -> Path:
        """The path of the file with the text before the last change."""
        return self.path.with_name(self.path.name + ".bak")

    def read(self) -> str:
        """Return the text, empty if the file does not exist. Raises PrefsError."""
        return self._read()[0]

    def write(self, text: str) -> None:
        """Replace the text atomically, and keep the former one as `backup`. Raises PrefsError."""
        encoding = self._read()[1]
        try:
            data = text.encode(encoding)
        except UnicodeEncodeError as error:
            raise PrefsError(
                f"{self.path} has the encoding {encoding}, which lacks some of the characters."
            ) from error
        if len(data) > MAX_PREFS_BYTES:
            raise PrefsError(f"Preferences may have at most {MAX_PREFS_BYTES} bytes.")
        if "\0" in text:
            raise PrefsError("Preferences are text, without zero bytes.")
        try:
            replace_file(self.path, data, backup=self.backup)
        except OSError as error:
            raise PrefsError(f"{self.path} cannot be written: {error.strerror}.") from error

    def _read(self) -> tuple[str, str]:
        """Return the text and its encoding: old files are not UTF-8, and lines must keep their bytes."""
        try:
            with self.path.open("rb") as file:
                data = file.read(MAX_PREFS_BYTES + 1)
        except FileNotFoundError:
            return "", "utf-8"
        except OSError as error:
            raise PrefsError(f"{self.path} cannot be read: {error.strerror}.") from error
        if len(data) > MAX_PREFS_BYTES:
            raise PrefsError(f"{self.path} is too long for preferences.")
        try:
            return data.decode(), "utf-8"
        except UnicodeDecodeError:
            return data.decode("latin-1"), "latin-1"
