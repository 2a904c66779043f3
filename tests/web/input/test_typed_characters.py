"""Key presses as browsers report them, with a Mac whose keyboard layout is known."""

from collections.abc import Callable
from typing import Any

import pytest

from moof.keyboard import layouts_json
from moof.server.protocol.keymap import ADB_CODES

Run = Callable[..., Any]

# Steps: "+" or "-", code, key, modifiers that are down, and other fields of the event. The result has as
# `sent` "+" or "-" and the place of each key message, and the text and place of each character;
# as `missing` what was named; as `left` the key presses that the browser handles.
REPLAY = """
const { Keyboard } = await load("input/keyboard.js");
const { macLayouts } = await load("input/mac-layout.js");
const { steps, options, layout, typing, composes, codes, file, text } = argument;
const sent = [], missing = [], left = [];
const textOf = (bytes) => new TextDecoder().decode(bytes.slice(4));
const nameOf = (adb) => Object.keys(codes).find((code) => codes[code] === adb) ?? "";
const keyboard = new Keyboard((data) => {
  const bytes = new Uint8Array(data);
  if (bytes[0] === 1) sent.push((bytes[1] === 1 ? "+" : "-") + nameOf(bytes[2]));
  if (bytes[0] === 0x23) sent.push(`${textOf(bytes)} ${nameOf(bytes[1])}`.trim());
}, {
  platform: "other",
  commandKey: "alt",
  missing: (characters) => missing.push(...characters),
  ...options,
});
keyboard.setMap(codes);
keyboard.layout = macLayouts(file).get(layout) ?? null;
keyboard.typing = typing;
keyboard.composition.textField = { composes, isComposing: composes };
const NAMES = {
  Shift: "shiftKey", Control: "ctrlKey", Alt: "altKey", Meta: "metaKey", AltGraph: "modifierAltGraph",
  CapsLock: "modifierCapsLock" };
for (const [action, code, key, modifiers, more] of steps) {
  const init = { ...more, code, key };
  for (const modifier of (modifiers ?? "").split(" ").filter(Boolean)) init[NAMES[modifier]] = true;
  if (action === "-") keyboard.up(new KeyboardEvent("keyup", init));
  else if (!keyboard.down(new KeyboardEvent("keydown", init))) left.push(key);
}
if (text) keyboard.type(text);
const held = keyboard.held;
keyboard.clear();
return { sent: sent.join(", "), missing, left, held };
"""


@pytest.fixture
def replay(run: Run) -> Callable[..., Any]:
    """Return what is sent for key presses; options are those of REPLAY, with defaults."""

    def replay(*steps: tuple[Any, ...], **options: Any) -> Any:
        defaults = {"layout": "us", "typing": "automatic", "composes": True, "options": {}, "text": ""}
        server = {"file": layouts_json(), "codes": ADB_CODES}
        return run(REPLAY, {**defaults, **server, **options, "steps": [list(step) for step in steps]})

    return replay


def key(code: str, character: str, modifiers: str = "") -> tuple[tuple[str, ...], tuple[str, ...]]:
    return ("+", code, character, modifiers), ("-", code, character, modifiers)


GERMAN = [*key("KeyZ", "y"), *key("KeyY", "z"), *key("Quote", "ä"), *key("Minus", "ß"), *key("KeyA", "a")]


def test_a_german_keyboard_and_a_mac_with_us_layout(replay: Callable[..., Any]) -> None:
    result = replay(*GERMAN)
    expected = ["y KeyZ, -KeyZ", "z KeyY, -KeyY", "ä Quote, -Quote", "ß Minus, -Minus", "+KeyA, -KeyA"]
    assert result["sent"] == ", ".join(expected)
    assert result["left"] == []


def test_a_german_keyboard_and_a_german_mac(replay: Callable[..., Any]) -> None:
    places = ["KeyZ", "KeyY", "Quote", "Minus", "KeyA"]
    assert replay(*GERMAN, layout="german")["sent"] == ", ".join(f"+{place}, -{place}" for place in places)


@pytest.mark.parametrize("layout", ["us", "german", "french"])
@pytest.mark.parametrize("flag", ["AltGraph", ""])  # WebKitGTK has none
def test_the_at_sign_of_altgr(replay: Callable[..., Any], layout: str, flag: str) -> None:
    altgr = ("AltRight", "AltGraph")
    at = [("+", *altgr), *key("KeyQ", "@", flag), ("-", *altgr)]
    assert replay(*at, layout=layout)["sent"] == "+AltLeft, @ KeyQ, -KeyQ, -AltLeft"


def test_the_at_sign_of_control_and_alt_under_windows(replay: Callable[..., Any]) -> None:
    result = replay(
        ("+", "ControlLeft", "Control", "Control"),
        ("+", "AltLeft", "Alt", "Control Alt"),
        ("+", "KeyQ", "@", "AltGraph"),
        ("-", "KeyQ", "@", "AltGraph"),
        options={"platform": "windows"},
    )
    assert result["sent"] == "+ControlLeft, +MetaLeft, -ControlLeft, -MetaLeft, @ KeyQ, -KeyQ"


def test_french_digits(replay: Callable[..., Any]) -> None:
    keys = [*key("Digit1", "&"), *key("Digit2", "é"), ("+", "ShiftLeft", "Shift", "Shift")]
    keys += [*key("Digit1", "1", "Shift"), ("-", "ShiftLeft", "Shift")]
    sent = "& Digit1, -Digit1, é Digit2, -Digit2, +ShiftLeft, 1 Digit1, -Digit1, -ShiftLeft"
    assert replay(*keys)["sent"] == sent
    places = "+Digit1, -Digit1, +Digit2, -Digit2, +ShiftLeft, +Digit1, -Digit1, -ShiftLeft"
    assert replay(*keys, layout="french")["sent"] == places


def test_a_shortcut_is_that_of_the_character(replay: Callable[..., Any]) -> None:
    shortcut = [("+", "AltLeft", "Alt", "Alt"), *key("KeyQ", "a", "Alt"), ("-", "AltLeft", "Alt")]
    assert replay(*shortcut)["sent"] == "+MetaLeft, a KeyQ, -KeyQ, -MetaLeft"


def test_caps_lock_and_shift_together(replay: Callable[..., Any]) -> None:
    # The Mac would make "A" of the key, a computer of another kind makes "a".
    result = replay(
        ("+", "ShiftLeft", "Shift", "Shift CapsLock"),
        *key("KeyA", "a", "Shift CapsLock"),
    )
    assert result["sent"] == "+CapsLock, +ShiftLeft, a KeyA, -KeyA"


def test_what_macroman_lacks_is_named(replay: Callable[..., Any]) -> None:
    result = replay(
        ("+", "AltRight", "AltGraph", ""), *key("KeyA", "ą", "AltGraph"), *key("KeyZ", "ż", "AltGraph")
    )
    assert result["missing"] == ["ą", "ż"]
    assert result["sent"] == "+AltLeft"
    assert result["left"] == []  # the browser does nothing with them either


def test_letters_of_another_script_are_places(replay: Callable[..., Any]) -> None:
    assert replay(*key("KeyA", "ф"), *key("KeyS", "ы"))["sent"] == "+KeyA, -KeyA, +KeyS, -KeyS"
    assert replay(*key("KeyA", "ф"), typing="characters")["missing"] == ["ф"]


def test_a_dead_key_is_left_to_the_browser(replay: Callable[..., Any]) -> None:
    keys = [*key("Equal", "Dead"), *key("KeyE", "e"), *key("KeyE", "e")]
    result = replay(*keys)
    assert result["sent"] == "+KeyE, -KeyE"
    assert result["left"] == ["Dead", "e"]
    assert replay(*keys, typing="places")["sent"].startswith("+Equal, -Equal, +KeyE")


def test_keys_of_the_keypad_are_places(replay: Callable[..., Any]) -> None:
    assert replay(*key("NumpadDecimal", ","), typing="characters")["sent"] == "+NumpadDecimal, -NumpadDecimal"


def test_a_held_key_is_repeated_by_the_mac(replay: Callable[..., Any]) -> None:
    result = replay(("+", "KeyY", "z"), ("+", "KeyY", "z", "", {"repeat": True}))
    assert (result["sent"], result["held"]) == ("z KeyY", ["KeyY"])


def test_telephones_name_no_keys(replay: Callable[..., Any]) -> None:
    phone = {"keyCode": 229}
    result = replay(
        ("+", "", "Unidentified", "", phone), ("-", "", "Unidentified", "", phone), ("+", "", "a")
    )
    assert (result["sent"], result["left"]) == ("", ["Unidentified", "a"])
    assert (
        replay(*key("", "Enter"), *key("", "ArrowLeft"))["sent"] == "+Enter, -Enter, +ArrowLeft, -ArrowLeft"
    )


def test_a_key_that_the_table_lacks_has_a_character(replay: Callable[..., Any]) -> None:
    assert replay(*key("Unknown", "é"), composes=False)["sent"] == "é"
    assert replay(*key("BrowserBack", "BrowserBack"))["left"] == ["BrowserBack"]


def test_a_text_without_keys(replay: Callable[..., Any]) -> None:
    result = replay(text="e\u0301\nŁa")
    assert (result["sent"], result["missing"]) == ("é, +Enter, -Enter, a", ["Ł"])
