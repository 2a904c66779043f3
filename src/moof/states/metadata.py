"""What is known about a state without its contents: JSON in the file, checked when it is read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from moof.sentence import Sentence
from moof.states.errors import StateError

MAX_STATE_NAME: Final = 80
"""Characters of a state's name."""
MAX_METADATA: Final = 4096
"""Bytes of the JSON."""
_DEFAULTS: Final = {"machine": ""}
"""Of what files of older versions lack."""
_LEAST: Final = {"saved": 0, "width": 1, "height": 1, "depth": 1, "ram_mb": 0}
_MOST: Final = {"saved": 1 << 40, "width": 8192, "height": 8192, "depth": 32, "ram_mb": 1 << 20}


@dataclass(frozen=True, slots=True)
class StateMetadata:
    """When the state was saved, in seconds since 1970, and of what Mac it is.

    `ram_mb` is 0 if it is not known, `machine` what a program behind the bridge says of its own.
    `name` is what it was called when it was saved; a file that was renamed has its new name in the folder.
    `version` is that of the Moof that saved it, `rom` the name of the ROM that ran.
    """

    name: str
    saved: int
    width: int
    height: int
    depth: int
    ram_mb: int
    version: str
    rom: str
    machine: str = ""

    def to_json(self) -> bytes:
        """Return the JSON, at most MAX_METADATA bytes of UTF-8. Raises StateError for values out of range."""
        _check(asdict(self))
        data = json.dumps(asdict(self), ensure_ascii=False).encode()
        if len(data) > MAX_METADATA:
            raise StateError("The description of the state is too long.")
        return data

    @classmethod
    def from_json(cls, data: bytes) -> StateMetadata:
        """Return what the JSON says; names that are not known are ignored. Raises StateError."""
        try:
            found = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise StateError("The state's description is damaged.") from error
        if not isinstance(found, dict):
            raise StateError("The state's description is damaged.")
        values: dict[str, Any] = {
            field.name: found.get(field.name, _DEFAULTS.get(field.name)) for field in fields(cls)
        }
        _check(values)
        return cls(**values)


def _check(values: dict[str, object]) -> None:
    for name, value in values.items():
        if name in _LEAST:
            valid = type(value) is int and _LEAST[name] <= value <= _MOST[name]
        else:
            valid = isinstance(value, str) and len(value) <= MAX_STATE_NAME and _is_text(value)
        if not valid:
            raise StateError(
                Sentence("The state's description is damaged: “{name}” has no valid value.", name=name)
            )


def _is_text(value: str) -> bool:
    return value.isprintable() and (value.isascii() or _encodes(value))


def _encodes(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
