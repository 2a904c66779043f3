from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

CALL = """
const modifiers = await load("input/modifiers.js");
const [name, event, ...more] = argument;
return modifiers[name](new KeyboardEvent("keydown", event), ...more);
"""


@pytest.mark.parametrize(
    ("code", "key", "modifiers"),
    [
        ("KeyA", "a", []),
        ("ShiftRight", "Shift", ["Shift"]),
        ("AltRight", "AltGraph", ["Alt", "AltGraph"]),
        ("AltLeft", "Meta", ["Alt", "Meta"]),
        ("ContextMenu", "AltGraph", ["AltGraph"]),
    ],
)
def test_modifiers_of_a_key_are_those_of_its_position_and_meaning(
    run: Run, code: str, key: str, modifiers: list[str]
) -> None:
    assert run(CALL, ["modifiersOf", {"code": code, "key": key}]) == modifiers


@pytest.mark.parametrize(
    ("event", "apple", "lacks"),
    [
        ({"key": "a", "code": "KeyA"}, False, False),
        ({"key": "Dead", "code": "Equal"}, False, True),
        ({"key": "Process", "code": "KeyA", "keyCode": 229}, False, True),
        ({"key": "a", "code": "KeyA", "isComposing": True}, False, True),
        ({"key": "Process", "code": "ShiftLeft", "keyCode": 229}, False, False),
        ({"key": "c", "code": "KeyC", "metaKey": True}, True, True),
        ({"key": "c", "code": "KeyC", "metaKey": True}, False, False),
    ],
)
def test_keys_that_may_lack_a_release(run: Run, event: dict[str, Any], apple: bool, lacks: bool) -> None:
    assert run(CALL, ["mayLackRelease", event, apple]) is lacks


@pytest.mark.parametrize(
    ("key", "flag", "types"),
    [
        ("@", True, True),
        ("Dead", True, True),
        ("\N{MUSICAL SYMBOL G CLEF}", True, True),
        ("Enter", True, False),
        ("@", False, False),
    ],
)
def test_characters_typed_with_altgr(run: Run, key: str, flag: bool, types: bool) -> None:
    event = {"key": key, "code": "KeyQ", "modifierAltGraph": flag}
    assert run(CALL, ["isAltGraphCharacter", event]) is types


def test_adb_codes_of_modifiers(run: Run) -> None:
    body = (
        'const { isModifierCode } = await load("input/modifiers.js"); return argument.filter(isModifierCode);'
    )
    assert run(body, [0x00, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x3B, 0x3F, 0x7B]) == [
        0x36,
        0x37,
        0x38,
        0x39,
        0x3A,
        0x3F,
        0x7B,
    ]
