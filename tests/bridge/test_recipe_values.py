"""Values of a recipe's keys."""

from __future__ import annotations

from typing import Any

import pytest

from moof.bridge.hot_keys import HotKey
from moof.bridge.keycodes import CapsLock
from moof.bridge.pointer import MouseKind
from moof.bridge.program_states import ControlProtocol
from moof.bridge.recipe_values import parse_value


def test_values_become_what_a_recipe_has() -> None:
    assert parse_value("about", "A Mac") == "A Mac"
    assert parse_value("mouse", "click") is MouseKind.CLICK
    assert parse_value("control", "qmp") is ControlProtocol.QMP
    assert parse_value("caps_lock", "hold") is CapsLock.HOLD
    assert parse_value("programs", ["a", "b"]) == ("a", "b")
    assert parse_value("swallow", ["f12"]) == (HotKey.parse("f12"),)
    (needed,) = parse_value("files", [{"what": "ROM", "paths": ["~/rom"], "missing": "None."}])
    assert needed.paths == ("~/rom",)
    (override,) = parse_value("overrides", [{"arguments": ["--x", "1"], "setting": "x 2"}])
    assert override.arguments == ("--x", "1")
    (message,) = parse_value("messages", [{"pattern": "no", "says": "It fails."}])
    assert message.matches("oh no")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("mouse", "x"),
        ("control", "telnet"),
        ("keys", {"command": "none"}),
        ("files", [{"what": 1, "paths": [], "x": 1}]),
        ("files", [{"what": "ROM"}]),
        ("messages", [{"pattern": "(", "says": ""}]),
        ("images", {"syntax": "qemu"}),
        ("overrides", [{"arguments": []}]),
        ("swallow", ["ctrl+nothing"]),
        ("swallow", "f12"),
        ("texts", {"../x": ""}),
    ],
)
def test_invalid_value_is_an_error(key: str, value: Any) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        parse_value(key, value)
