"""Parses the values of a recipe's keys; recipe.py says what they mean."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from moof.bridge.hot_keys import HotKey
from moof.bridge.keycodes import CapsLock, x_keycodes
from moof.bridge.needed_file import NeededFile
from moof.bridge.override import Override
from moof.bridge.pointer import MouseKind
from moof.bridge.program_ending import KnownMessage
from moof.bridge.program_states import ControlProtocol
from moof.bridge.shared_layout import SharedLayout
from moof.preference_rules import parse_rules
from moof.setup.image_rules import ImageRules


def parse_value(key: str, value: Any) -> Any:
    """Return a key's value as `Recipe` has it. Raises ValueError, TypeError or KeyError if it is invalid."""
    if key in _ELEMENTS:
        if not isinstance(value, list):
            raise ValueError(f"{key} must be a list")
        return tuple(map(_ELEMENTS[key], value))
    return _VALUES[key](value) if key in _VALUES else value


def _keys(value: Mapping[str, str]) -> Mapping[str, str]:
    x_keycodes(value)
    return value


def _texts(value: Mapping[str, str]) -> Mapping[str, str]:
    if any(Path(name).name != name for name in value):
        raise ValueError("texts: a name is that of a file, without folders")
    return value


def _needed_file(value: Mapping[str, Any]) -> NeededFile:
    return NeededFile(**{**value, "paths": tuple(value["paths"])})


def _override(value: Mapping[str, Any]) -> Override:
    return Override(**{**value, "arguments": tuple(value["arguments"])})


def _message(value: Mapping[str, str]) -> KnownMessage:
    return KnownMessage(**value)


_VALUES: Final[dict[str, Callable[[Any], Any]]] = {
    "mouse": MouseKind,
    "control": ControlProtocol,
    "caps_lock": CapsLock,
    "keys": _keys,
    "texts": _texts,
    "prefs": parse_rules,
    "images": ImageRules.parse,
    "shared_layout": SharedLayout,
}
_ELEMENTS: Final[dict[str, Callable[[Any], Any]]] = {
    "programs": str,
    "arguments": str,
    "help": str,
    "state": str,
    "shared": str,
    "swallow": HotKey.parse,
    "files": _needed_file,
    "overrides": _override,
    "messages": _message,
}
"""Of keys whose values are lists."""
