"""The preferences file of an emulator: text of "name value" lines, in which a name may occur several times.

The server sets only names for which there is a rule. A change keeps all other lines as they are and where
they are, whatever their names. Lines end with a line feed alone, as the emulators read them.
"""

import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from moof.atomic_file import replace_file
from moof.preference_rules import READ_ONLY, PreferenceRule, PreferenceRuleError
from moof.sentence import Sentence, reason_of
from moof.setup.disk_identity import DiskUse, identify_disk
from moof.setup.mac_paths import OTHERS_DISK, is_disk_of_a_mac

MAX_PREFS_BYTES: Final = 256 * 1024
"""The limit of the file in bytes."""
_NAME: Final = re.compile(r"[^\s#;]\S{0,99}")
_IMAGES: Final = {"disk": DiskUse.DISK, "floppy": DiskUse.DISK, "cdrom": DiskUse.CD}
"""What the images are for that these names name, in the settings of Basilisk II and SheepShaver."""
_SPACES: Final = " \t\n\v\f\r"
"""C's white space (isspace)."""


class PrefsError(Exception):
    """The preferences cannot be read, changed or written; the text says why."""


class PrefsValueError(PrefsError):
    """A value is not one that the preference may have."""


class ForbiddenPrefsError(PrefsError):
    """A preference is not among those that may be set from afar."""


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
    for line in _split(text):
        name = _name(line)
        if name not in changes:
            lines.append(line)
        elif name in unwritten:
            lines += _lines(name, unwritten.pop(name))
    if lines and unwritten and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    for name, values in unwritten.items():
        lines += _lines(name, values)
    return "".join(lines)


def values_of(text: str, name: str) -> list[str]:
    """Return the values of a name, one for each of its lines."""
    return _values(_split(text), name)


def _check(name: str, values: Sequence[str]) -> None:
    if not _NAME.fullmatch(name) or not name.isprintable():
        raise PrefsValueError(
            f"{name!r} is not a valid name: it must be one word that does not begin with # or ;."
        )
    for value in values:
        if not value.isprintable():
            raise PrefsValueError(f"The value of {name} must be one line of text.")


def _lines(name: str, values: Sequence[str]) -> list[str]:
    return [f"{name} {value}".rstrip() + "\n" for value in values]


def _split(text: str) -> list[str]:
    """Return the lines with their ends."""
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return [line for line in lines if line]


def _name(line: str) -> str:
    return re.split(f"[{_SPACES}]", line.lstrip(_SPACES), maxsplit=1)[0]


def _values(lines: Iterable[str], name: str) -> list[str]:
    return [line.strip(_SPACES)[len(name) :].strip(_SPACES) for line in lines if _name(line) == name]


def _check_image(name: str, image: Path) -> None:
    """Raise PrefsValueError if an image is none, or one of another kind."""
    try:
        refusal = identify_disk(image).refusal(_IMAGES[name])
    except OSError as error:
        raise PrefsValueError(
            Sentence("{file} cannot be read: {reason}.", file=image.name, reason=reason_of(error))
        ) from error
    if refusal is not None:
        raise PrefsValueError(Sentence("{file}: {what}", file=image.name, what=refusal))


class PrefsFile:
    """The preferences file of one emulator. It need not exist."""

    def __init__(
        self,
        path: Path,
        rules: Mapping[str, PreferenceRule] | None = None,
        folders: Mapping[str, Path] | None = None,
        macs: Path | None = None,
    ) -> None:
        """Allow names with `rules` to be set; `folders` are those that they name, `macs` has other Macs."""
        self.path = path
        self._macs = macs
        self.rules = rules or {}
        self._folders = folders or {}
        self._changing = threading.Lock()

    def change(self, text: str | None, changes: Mapping[str, Sequence[str]]) -> str:
        """Give some names new values, as `change_values` does, and return the new text.

        With `text`, which must differ from the file in names with rules alone, its values come first. What is
        in the file already is allowed, whatever the rule.

        Raises:
            PrefsError: The text says why nothing was changed.
        """
        with self._changing:
            before = self.read()
            wanted = self._changed_values(before, text) if text is not None else {}
            after = change_values(before, self._checked(before, wanted | dict(changes)))
            self.write(after)
            return after

    def _changed_values(self, before: str, text: str) -> dict[str, list[str]]:
        old, new = _split(before), _split(text)
        kept = [
            [line.strip(_SPACES) for line in lines if _name(line) not in self.rules] for lines in (old, new)
        ]
        if list(filter(None, kept[0])) != list(filter(None, kept[1])):
            raise self._forbidden("The text changes lines that are not")
        names = [name for name in self.rules if _values(old, name) != _values(new, name)]
        return {name: _values(new, name) for name in names}

    def _checked(self, before: str, changes: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        lines = _split(before)
        checked = {}
        for name, values in changes.items():
            if name not in self.rules:
                raise self._forbidden(f"{name[:100]!r} is not")
            present = _values(lines, name)
            try:
                checked[name] = self.rules[name].check(values, self._folders, present)
            except PreferenceRuleError as error:
                raise PrefsValueError(f"{name}: {error}.") from error
            if name in _IMAGES and self.rules[name].folders:
                for value in checked[name]:
                    if value not in present:
                        self._check_image(name, value)
        return checked

    def _check_image(self, name: str, value: str) -> None:
        """Raise PrefsValueError if an image is none, of another kind, or to be written by two Macs."""
        image = Path(value.removeprefix(READ_ONLY))
        _check_image(name, image)
        is_written = _IMAGES[name] is DiskUse.DISK and not value.startswith(READ_ONLY)
        if is_written and self._macs is not None and is_disk_of_a_mac(image, self._macs, self.path.parent):
            raise PrefsValueError(OTHERS_DISK)

    def _forbidden(self, what: str) -> ForbiddenPrefsError:
        names = ", ".join(self.rules) or "none"
        return ForbiddenPrefsError(
            f"{what} among the preferences that can be set from afar ({names}). All others can be changed in "
            f"the file {self.path}; `prefs` of the recipe or `prefs_names` of moof.toml lists names."
        )

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
            raise PrefsError(
                Sentence("{file} cannot be written: {reason}.", file=str(self.path), reason=reason_of(error))
            ) from error

    def _read(self) -> tuple[str, str]:
        """Return the text and its encoding: old files are not UTF-8, and lines must keep their bytes."""
        try:
            with self.path.open("rb") as file:
                data = file.read(MAX_PREFS_BYTES + 1)
        except FileNotFoundError:
            return "", "utf-8"
        except OSError as error:
            raise PrefsError(
                Sentence("{file} cannot be read: {reason}.", file=str(self.path), reason=reason_of(error))
            ) from error
        if len(data) > MAX_PREFS_BYTES:
            raise PrefsError(f"{self.path} is too long for preferences.")
        try:
            return data.decode(), "utf-8"
        except UnicodeDecodeError:
            return data.decode("latin-1"), "latin-1"
