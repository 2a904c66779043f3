"""Settings of an emulator's user that do not fit the bridge, and the arguments that override them.

A full-screen setting would hide the window's edge, a grabbed mouse would not be where the viewer points. The
user's file is never written: the emulator gets arguments that take precedence over it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Override:
    r"""One setting that is overridden.

    Attributes:
        arguments: what the program gets; \1 stands for the first group of `setting`.
        setting: a regular expression for the whole line of the user's settings that is overridden.
        only_if_set: pass the arguments only if such a line is there; else they are always passed.
    """

    arguments: tuple[str, ...]
    setting: str = ""
    only_if_set: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError for an invalid expression."""
        try:
            re.compile(self.setting)
        except re.error as error:
            raise ValueError(f"setting {self.setting!r}: {error}") from error
        if not self.arguments:
            raise ValueError("an override needs arguments")

    def apply(self, lines: Sequence[str], supported: str | None) -> tuple[list[str], str]:
        """Return the arguments, and the overridden line ("" if the user has set nothing else).

        `lines` are those of the user's settings; `supported` is the program's own help: an option that it
        does not mention is not passed, since this version does not know it. None: all are known.
        """
        if supported is not None and not re.search(rf"(?m)^\s*{re.escape(self.arguments[0])}\b", supported):
            return [], ""
        match = self._last_match(lines)
        if match is None:
            return ([], "") if self.only_if_set else (list(self.arguments), "")
        return [match.expand(word) for word in self.arguments], match[0]

    def _last_match(self, lines: Sequence[str]) -> re.Match[str] | None:
        if not self.setting:
            return None
        matches = [match for line in lines if (match := re.fullmatch(self.setting, line))]
        return matches[-1] if matches else None
