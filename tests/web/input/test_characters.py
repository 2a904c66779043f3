from collections.abc import Callable
from typing import Any

import pytest

from moof.keyboard import layouts_json

Run = Callable[..., Any]

CHARACTER_OF = """
const { characterOf } = await load("input/characters.js");
return argument.map(([key, code]) => characterOf(new KeyboardEvent("keydown", { key, code })));
"""
MEANS = """
const { meansCharacter } = await load("input/characters.js");
return meansCharacter(new KeyboardEvent("keydown", argument.flags), argument);
"""
TO_SEND = """
const { characterToSend } = await load("input/characters.js");
const { macLayouts } = await load("input/mac-layout.js");
const { press, typing, layout, modifiers } = argument;
const state = { typing, layout: macLayouts(argument.file).get(layout) ?? null };
const none = { shift: false, option: false, capsLock: false };
return characterToSend({ command: false, ...press }, state, { ...none, ...modifiers });
"""
Q, A, DIGIT_1 = 0x0C, 0x00, 0x12


def test_characters_of_key_presses(run: Run) -> None:
    presses = {
        ("a", "KeyA"): "a",
        (" ", "Space"): " ",
        ("e\u0301", "KeyE"): "é",
        ("لا", "KeyB"): "لا",
        ("Enter", "Enter"): None,
        ("F1", "F1"): None,
        ("Dead", "Equal"): None,
        ("Process", "KeyA"): None,
        ("", "KeyA"): None,
        ("1", "Numpad1"): None,
    }
    assert run(CHARACTER_OF, [list(press) for press in presses]) == list(presses.values())


@pytest.mark.parametrize(
    ("flags", "platform", "command_key", "option", "means"),
    [
        ({}, "other", "alt", False, True),
        ({"altKey": True}, "windows", "alt", False, True),  # ⌘
        ({"altKey": True}, "other", "meta", True, False),  # option, with which Linux types nothing
        ({"modifierAltGraph": True}, "other", "alt", True, True),
        ({"modifierAltGraph": True}, "windows", "meta", True, True),
        ({"altKey": True}, "apple", "meta", True, True),
        ({"altKey": True}, "apple", "alt", False, False),  # ⌘Q would be "œ"
        ({"metaKey": True}, "apple", "alt", True, False),
    ],
)
def test_when_a_character_is_meant(
    run: Run, flags: dict[str, bool], platform: str, command_key: str, option: bool, means: bool
) -> None:
    host = {"platform": platform, "commandKey": command_key, "option": option}
    altgr = "modifierAltGraph" in flags
    assert run(MEANS, {"flags": flags, "altGraph": altgr, **host}) is means


def to_send(run: Run, character: str, adb: int | None, **state: Any) -> Any:
    press = {"character": character, "command": state.pop("command", False)}
    press |= {} if adb is None else {"adb": adb}
    default = {"typing": "automatic", "layout": "us", "modifiers": {}}
    return run(TO_SEND, {"file": layouts_json(), "press": press, **default, **state})


@pytest.mark.parametrize(
    ("character", "adb", "state", "sent"),
    [
        ("q", Q, {}, None),
        ("Q", Q, {"modifiers": {"shift": True}}, None),
        ("Q", Q, {"modifiers": {"capsLock": True}}, None),
        ("@", Q, {}, "@"),  # German AltGr+Q
        ("a", Q, {}, "a"),  # French A
        ("a", Q, {"layout": "french"}, None),
        ("&", DIGIT_1, {"layout": "french"}, None),
        ("&", DIGIT_1, {}, "&"),
        ("é", None, {}, "é"),
        ("ą", A, {"modifiers": {"option": True}}, "ą"),  # not MacRoman: the caller names it
        ("ф", A, {}, None),  # the key is A of a Russian keyboard
        ("Ω", Q, {}, "Ω"),
        ("a", Q, {"command": True}, "a"),  # ⌘A
        ("ф", A, {"command": True}, None),
        ("ą", A, {"command": True}, None),
    ],
)
def test_automatically_the_place_or_the_character(
    run: Run, character: str, adb: int | None, state: dict[str, Any], sent: str | None
) -> None:
    assert to_send(run, character, adb, **state) == sent


@pytest.mark.parametrize(
    ("state", "sent"),
    [
        ({"typing": "places"}, None),
        ({"typing": "characters"}, "q"),
        ({"typing": "characters", "layout": "none"}, None),
        ({"layout": "none"}, None),
    ],
)
def test_the_choice_decides_and_without_a_layout_all_are_places(
    run: Run, state: dict[str, Any], sent: str | None
) -> None:
    assert to_send(run, "q", Q, **state) == sent
    assert to_send(run, "ф", A, **state) == ("ф" if sent else None)
