"""Which values a preference of an emulator may be given from afar.

Preferences can name commands (`seriala |command`), folders (`extfs /`) and devices (`disk /dev/sda`), so
that whoever sets them rules the host. Recipes and moof.toml list the names that the API may set, each with
a rule::

    bool              true or false
    int LEAST MOST    a whole number
    choice WORD…      one of these words
    text MOST         up to so many characters
    path FOLDER…      a file in one of the configured folders (disks, roms), by its name or path, which may
                      begin with `*`: read-only
    paths FOLDER…     the same; the name may occur several times
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

READ_ONLY: Final = "*"
"""Before a path: Basilisk II and SheepShaver write nothing into that image."""
PATH_FOLDERS: Final = ("disks", "roms")
"""The folders that a rule may name."""
MAX_VALUES: Final = 32
"""Most values of a name that may occur several times."""
MAX_VALUE_BYTES: Final = 200
"""Longest value in bytes. Basilisk II and SheepShaver read 254 bytes of a line, and the rest as another."""
_INDEXES: Final = (".cue", ".toc", ".ccd", ".mds", ".vmdk", ".m3u")
"""Endings of files that name other files, anywhere on the host."""
_INT: Final = re.compile(r"-?[0-9]{1,12}")


class PreferenceRuleError(ValueError):
    """A value does not follow its rule, or a rule is not one; the text says why."""


class RuleKind(Enum):
    """What values a rule allows."""

    BOOL = "bool"
    INT = "int"
    CHOICE = "choice"
    TEXT = "text"
    PATH = "path"


@dataclass(frozen=True, slots=True)
class PreferenceRule:
    """The values of one preference; `least` and `most` are those of a number, or a text's length."""

    kind: RuleKind
    least: int = 0
    most: int = 0
    choices: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    many: bool = False

    @classmethod
    def parse(cls, text: object) -> "PreferenceRule":
        """Parse a rule; the module's docstring lists them. Raises PreferenceRuleError."""
        match text.split() if isinstance(text, str) else []:
            case ["bool"]:
                return cls(RuleKind.BOOL)
            case ["int", least, most] if _number(least) <= _number(most):
                return cls(RuleKind.INT, _number(least), _number(most))
            case ["text", most] if _number(most) > 0:
                return cls(RuleKind.TEXT, most=_number(most))
            case ["choice", *choices] if choices:
                return cls(RuleKind.CHOICE, choices=tuple(choices))
            case ["path" | "paths" as kind, *folders] if folders and set(folders) <= set(PATH_FOLDERS):
                return cls(RuleKind.PATH, folders=tuple(folders), many=kind == "paths")
        raise PreferenceRuleError(
            f"{text!r} is not a rule: bool; int LEAST MOST; choice WORD…; text MOST; path or paths with "
            f"{' or '.join(PATH_FOLDERS)}"
        )

    def check(
        self, values: Sequence[str], folders: Mapping[str, Path], present: Collection[str] = ()
    ) -> list[str]:
        """Return the values as they are to be written; `present` ones stay. May block as long as a disk does.

        Raises:
            PreferenceRuleError: A value does not follow the rule.
        """
        if len(values) > (MAX_VALUES if self.many else 1):
            raise PreferenceRuleError(f"at most {MAX_VALUES if self.many else 1} of it can be set")
        return [value if value in present else self._checked(value, folders) for value in values]

    def _checked(self, value: str, folders: Mapping[str, Path]) -> str:
        if not value.isprintable() or value != value.strip():
            raise PreferenceRuleError("a value is one line of text, without spaces around it")
        written = _image(value, [folders[each] for each in self.folders]) if self.folders else value
        if len(written.encode(errors="replace")) > MAX_VALUE_BYTES:
            raise PreferenceRuleError(f"a value may have {MAX_VALUE_BYTES} bytes, a path all together")
        if not self._allows(written):
            raise PreferenceRuleError(f"it must be {self}")
        return written

    def _allows(self, value: str) -> bool:
        match self.kind:
            case RuleKind.BOOL:
                return value in ("true", "false")
            case RuleKind.INT:
                return _INT.fullmatch(value) is not None and self.least <= int(value) <= self.most
            case RuleKind.CHOICE:
                return value in self.choices
            case RuleKind.TEXT:
                return 0 < len(value) <= self.most
            case RuleKind.PATH:
                return True

    def __str__(self) -> str:
        """Return what the values must be, for a sentence."""
        match self.kind:
            case RuleKind.BOOL:
                return "true or false"
            case RuleKind.INT:
                return f"a whole number from {self.least} to {self.most}"
            case RuleKind.CHOICE:
                return f"one of {', '.join(self.choices)}"
            case RuleKind.TEXT:
                return f"a text of 1 to {self.most} characters"
            case RuleKind.PATH:
                return f"a file in the folder {' or '.join(self.folders)}"


def parse_rules(table: object) -> dict[str, PreferenceRule]:
    """Return the rules by the preferences' names. Raises PreferenceRuleError."""
    if not isinstance(table, dict):
        raise PreferenceRuleError('the names must be a table such as { ramsize = "int 1 64" }')
    for name in table:
        if not re.fullmatch(r"[A-Za-z0-9_.-]{1,40}", name):
            raise PreferenceRuleError(f"{name!r} is not a preference's name")
    rules = {name: each for name, each in table.items() if isinstance(each, PreferenceRule)}
    return {name: rules.get(name) or PreferenceRule.parse(each) for name, each in table.items()}


def _number(text: str) -> int:
    if not _INT.fullmatch(text):
        raise PreferenceRuleError(f"{text!r} is not a whole number")
    return int(text)


def _image(value: str, folders: Sequence[Path]) -> str:
    """Return the path of a file, or of one that is marked as read-only. Raises PreferenceRuleError."""
    try:
        return _file(value, folders)
    except PreferenceRuleError:
        if not value.startswith(READ_ONLY):
            raise
    return READ_ONLY + _file(value.removeprefix(READ_ONLY), folders)


def _file(value: str, folders: Sequence[Path]) -> str:
    """Return the path of a file in one of the folders, without links. Raises PreferenceRuleError."""
    for folder in folders:
        try:
            root = folder.resolve(strict=True)
            path = (root / value).resolve(strict=True)
        except (OSError, RuntimeError, ValueError):  # missing, a circle of links, a zero byte
            continue
        if path.is_relative_to(root) and path.is_file() and _is_plain(path.relative_to(root)):
            return str(path)
    raise PreferenceRuleError(
        f"there is no such file {value[:MAX_VALUE_BYTES]} in {' or '.join(map(str, folders))}"
    )


def _is_plain(path: Path) -> bool:
    """Return whether the path in its folder is that of a visible file that names no other files."""
    text = str(path)
    hidden = any(part.startswith(".") for part in path.parts)
    return text.isprintable() and text == text.strip() and not hidden and path.suffix.lower() not in _INDEXES
