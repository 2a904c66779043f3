"""The preferences file of an emulator, as text: "name value" lines, any name as often as it likes.

What the file says is the emulator's business. Lines that a change doesn't concern stay as they are, where
they are, whether anybody here knows their names or not.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from moof.atomic_file import replace_file

MOST_TEXT: Final = 256 * 1024
_NAME: Final = re.compile(r"[^\s#;]\S{0,99}")


class PrefsError(Exception):
    """The preferences cannot be read, changed or written; the text says why."""


def change(text: str, changes: Mapping[str, Sequence[str]]) -> str:
    """Return the text with other values for some names: one line for each, none to remove the name.

    The first line of a name is where its new lines go; names that are new go to the end. Raises PrefsError
    for a name or a value that a line cannot hold.
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
        raise PrefsError(f"{name!r} is no name of a preference: one word, not beginning with # or ;.")
    for value in values:
        if not value.isprintable():
            raise PrefsError(f"The value of {name} must be one line of text.")


def _lines(name: str, values: Sequence[str]) -> list[str]:
    return [f"{name} {value}".rstrip() + "\n" for value in values]


class PrefsFile:
    """One emulator's file. It need not exist yet."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def backup(self) -> Path:
        """Where the text before the last change is kept."""
        return self.path.with_name(self.path.name + ".bak")

    def read(self) -> str:
        """Return the text, empty if there is no file. Raises PrefsError."""
        return self._read()[0]

    def write(self, text: str) -> None:
        """Replace the text, in one step, and keep the old one as `backup`. Raises PrefsError."""
        encoding = self._read()[1]
        try:
            data = text.encode(encoding)
        except UnicodeEncodeError as error:
            raise PrefsError(f"{self.path} is written in {encoding}, which lacks some characters.") from error
        if len(data) > MOST_TEXT:
            raise PrefsError(f"Preferences may have at most {MOST_TEXT} bytes.")
        if "\0" in text:
            raise PrefsError("Preferences are text, without zero bytes.")
        try:
            replace_file(self.path, data, backup=self.backup)
        except OSError as error:
            raise PrefsError(f"{self.path} cannot be written: {error.strerror}.") from error

    def _read(self) -> tuple[str, str]:
        """Return the text and its encoding: old files are not UTF-8, and must come out as they went in."""
        try:
            with self.path.open("rb") as file:
                data = file.read(MOST_TEXT + 1)
        except FileNotFoundError:
            return "", "utf-8"
        except OSError as error:
            raise PrefsError(f"{self.path} cannot be read: {error.strerror}.") from error
        if len(data) > MOST_TEXT:
            raise PrefsError(f"{self.path} is too long for preferences.")
        try:
            return data.decode(), "utf-8"
        except UnicodeDecodeError:
            return data.decode("latin-1"), "latin-1"
