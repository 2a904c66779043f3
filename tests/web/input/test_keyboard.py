from collections.abc import Callable
from typing import Any

import pytest

from moof.keyboard import layouts_json

Run = Callable[..., Any]

MAP = {
    "KeyA": 0,
    "KeyC": 8,
    "KeyE": 14,
    "KeyQ": 12,
    "Equal": 24,
    "BracketLeft": 33,
    "Tab": 48,
    "MetaLeft": 55,
    "MetaRight": 55,
    "ShiftLeft": 56,
    "CapsLock": 57,
    "ShiftRight": 56,
    "ControlLeft": 54,
    "AltLeft": 58,
    "AltRight": 58,
    "NumpadEnter": 76,
    "F15": 113,
}

# Steps: "+code" and "-code" are presses and releases, "=code" is the browser's repeat; "*" before them means
# that caps lock is on, "m" that ⌘ is held. The result has as `sent`: [ADB code, down] of each message.
TYPE = """
const { Keyboard } = await load("input/keyboard.js");
const [map, steps, options] = argument;
const sent = [];
const keyboard = new Keyboard((data) => {
  const bytes = new Uint8Array(data);
  if (bytes[0] === 1) sent.push([bytes[2], bytes[1] === 1]);
}, { platform: "other", commandKey: "meta", ...options });
keyboard.setMap(map);
const taken = [];
for (const step of steps) {
  if (step === "clear") { keyboard.clear(); continue; }
  const [, flags, action, code] = /^([*m]*)([-+=])(.*)$/.exec(step);
  const event = new KeyboardEvent(action === "-" ? "keyup" : "keydown", {
    code, repeat: action === "=", metaKey: flags.includes("m"), modifierCapsLock: flags.includes("*") });
  taken.push(action === "-" ? keyboard.up(event) : keyboard.down(event));
}
return { sent, taken, held: keyboard.held };
"""


@pytest.fixture
def press(run: Run) -> Callable[..., Any]:
    return lambda *steps, **options: run(TYPE, [MAP, list(steps), options])


def test_each_key_of_the_table_is_sent(press: Callable[..., Any]) -> None:
    plain = [code for code in MAP if code != "CapsLock"]
    result = press(*(step for code in plain for step in (f"+{code}", f"-{code}")))
    assert result["sent"] == [[MAP[code], down] for code in plain for down in (True, False)]
    assert all(result["taken"])
    assert result["held"] == []


def test_other_keys_are_the_browsers(press: Callable[..., Any]) -> None:
    result = press("+BrowserBack", "-BrowserBack", "+")
    assert result["sent"] == []
    assert not any(result["taken"])


def test_key_repeats_are_not_sent(press: Callable[..., Any]) -> None:
    result = press("+KeyA", "=KeyA", "=KeyA", "-KeyA")
    assert result["sent"] == [[0, True], [0, False]]
    assert all(result["taken"])  # or the browser would scroll, or find, or quote


def test_command_may_be_the_alt_key(press: Callable[..., Any]) -> None:
    result = press("+AltLeft", "-AltLeft", "+MetaLeft", "-MetaLeft", commandKey="alt")
    assert [code for code, _ in result["sent"]] == [55, 55, 58, 58]


def test_a_key_is_released_as_it_was_pressed(run: Run) -> None:
    body = TYPE.replace(
        "const taken = [];",
        'keyboard.down(new KeyboardEvent("keydown", { code: "AltLeft" })); keyboard.commandKey = "alt";'
        "const taken = [];",
    )
    assert run(body, [MAP, ["-AltLeft"], {}])["sent"] == [[58, True], [58, False]]


def test_macos_keys_with_command_are_released_at_once(press: Callable[..., Any]) -> None:
    result = press("m+MetaLeft", "m+KeyC", "m=KeyC", "-MetaLeft", platform="apple")
    assert result["sent"] == [[55, True], [8, True], [8, False], [55, False]]
    assert result["held"] == []


def test_caps_lock_stays_down_while_it_is_on(press: Callable[..., Any]) -> None:
    result = press("+CapsLock", "*-CapsLock", "*+KeyA", "*-KeyA", "*+CapsLock", "-CapsLock", "+KeyA")
    assert result["sent"] == [[57, True], [0, True], [0, False], [57, False], [0, True]]


def test_caps_lock_of_macos(press: Callable[..., Any]) -> None:
    result = press("+CapsLock", "*+KeyA", "*-KeyA", "-CapsLock", platform="apple")
    assert result["sent"] == [[57, True], [0, True], [0, False], [57, False]]


def test_caps_lock_changed_in_another_window(press: Callable[..., Any]) -> None:
    assert press("*+KeyA", "*-KeyA", "+KeyA")["sent"] == [
        [57, True],
        [0, True],
        [0, False],
        [57, False],
        [0, True],
    ]


def test_cleared_keys_are_not_released_twice(press: Callable[..., Any]) -> None:
    result = press("+KeyA", "clear", "-KeyA", "+KeyA")
    assert result["sent"] == [[0, True], [0, True]]


# Events as browsers report them: "down" or "up", code, key, the modifiers that getModifierState returns, and
# other fields of the event. "tick" waits for the next list of held keys. The result has as `sent` "+" or "-"
# and the ADB code of each key message, as `lists` the codes of each list of held keys.
REPLAY = """
const { Keyboard } = await load("input/keyboard.js");
const [map, steps, options] = argument;
const sent = [], lists = [];
const keyboard = new Keyboard((data) => {
  const bytes = new Uint8Array(data);
  if (bytes[0] === 1) sent.push((bytes[1] === 1 ? "+" : "-") + bytes[2]);
  else lists.push([...bytes.slice(4)]);
}, { platform: "other", commandKey: "alt", ...options });
keyboard.setMap(map);
Object.assign(keyboard.places, options.places);
const target = new EventTarget();
keyboard.listen(target, () => false);
const NAMES = {
  Shift: "shiftKey", Control: "ctrlKey", Alt: "altKey", Meta: "metaKey", AltGraph: "modifierAltGraph" };
for (const [type, code, key, modifiers, more] of steps) {
  if (type === "strike") { keyboard.strike(code); continue; }
  if (type === "tick") {
    const count = lists.length;
    while (lists.length === count) await new Promise((resolve) => setTimeout(resolve, 10));
    continue;
  }
  const init = { ...more, bubbles: true, code, key };
  for (const modifier of (modifiers ?? "").split(" ").filter(Boolean)) init[NAMES[modifier]] = true;
  const isKey = type === "up" || type === "down";
  const event = isKey
    ? new KeyboardEvent(`key${type}`, init)
    : new PointerEvent(type, { pointerType: "mouse", ...init });
  if (more?.at !== undefined) Object.defineProperty(event, "timeStamp", { value: more.at });
  target.dispatchEvent(event);
}
const held = keyboard.held;
keyboard.clear();
return { sent: sent.join(" "), held, lists };
"""

OPTION_Q = "+58 +12 -12 -58"


@pytest.fixture
def replay(run: Run) -> Callable[..., Any]:
    return lambda *steps, **options: run(REPLAY, [MAP, [list(step) for step in steps], options])


@pytest.mark.parametrize("command_key", ["alt", "meta"])
@pytest.mark.parametrize(
    ("layout", "events"),
    [
        (
            "German, Chromium and Firefox under X11",
            [
                ("down", "AltRight", "AltGraph"),
                ("down", "KeyQ", "@", "AltGraph"),
                ("up", "KeyQ", "@", "AltGraph"),
                ("up", "AltRight", "AltGraph", "AltGraph"),
            ],
        ),
        (
            "a browser without a flag for AltGr",
            [
                ("down", "AltRight", "AltGraph"),
                ("down", "KeyQ", "@"),
                ("up", "KeyQ", "@"),
                ("up", "AltRight", "AltGraph"),
            ],
        ),
        (
            "the release of AltGr swallowed by the desktop",
            [
                ("down", "AltRight", "AltGraph"),
                ("down", "KeyQ", "@", "AltGraph"),
                ("up", "KeyQ", "@", "AltGraph"),
                ("pointermove", "", "", ""),
            ],
        ),
    ],
)
def test_altgr_is_the_option_key(
    replay: Callable[..., Any], layout: str, events: list[tuple[str, ...]], command_key: str
) -> None:
    result = replay(*events, commandKey=command_key)
    assert result["sent"] == OPTION_Q, layout
    assert result["held"] == []


@pytest.mark.parametrize("key", ["AltGraph", "Alt"])  # before 2018 Chromium and Firefox said "Alt"
def test_altgr_of_windows_is_not_control_and_command(replay: Callable[..., Any], key: str) -> None:
    flags = "AltGraph" if key == "AltGraph" else "Control Alt"
    result = replay(
        ("down", "ControlLeft", "Control", "Control", {"at": 100}),
        ("down", "AltRight", key, flags, {"at": 101}),
        ("down", "ControlLeft", "Control", flags, {"at": 600, "repeat": True}),
        ("down", "AltRight", key, flags, {"at": 600, "repeat": True}),
        ("down", "KeyQ", "@", flags),
        ("up", "KeyQ", "@", flags),
        ("up", "ControlLeft", "Control", "Alt"),
        ("up", "AltRight", key),
        platform="windows",
    )
    assert result["sent"] == f"+54 -54 {OPTION_Q}"


def test_control_and_the_left_alt_key_type_a_character_under_windows(replay: Callable[..., Any]) -> None:
    result = replay(
        ("down", "ControlLeft", "Control", "Control"),
        ("down", "AltLeft", "Alt", "Control Alt"),
        ("down", "KeyQ", "@", "AltGraph"),
        ("up", "KeyQ", "@", "AltGraph"),
        ("up", "AltLeft", "Alt", "Control"),
        ("up", "ControlLeft", "Control"),
        platform="windows",
    )
    assert result["sent"] == f"+54 +55 -54 -55 {OPTION_Q}"
    assert result["held"] == []


def test_control_and_alt_remain_a_combination_without_a_character(replay: Callable[..., Any]) -> None:
    result = replay(
        ("down", "ControlLeft", "Control", "Control", {"at": 100}),
        ("down", "AltRight", "Alt", "Control Alt", {"at": 400}),
        ("down", "KeyA", "a", "Control Alt"),
        platform="windows",
    )
    assert result["sent"] == "+54 +55 +0"


def test_a_right_alt_key_that_turns_out_to_be_altgr_becomes_option(replay: Callable[..., Any]) -> None:
    result = replay(
        ("down", "AltRight", "Alt", "Alt"),
        ("down", "KeyQ", "@", "Alt AltGraph"),
        ("up", "KeyQ", "@", "Alt AltGraph"),
        ("up", "AltRight", "Alt"),
    )
    assert result["sent"] == f"+55 -55 {OPTION_Q}"


def test_option_of_macos_has_the_altgr_flag_in_firefox(replay: Callable[..., Any]) -> None:
    events = [
        ("down", "AltLeft", "Alt", "Alt AltGraph"),
        ("down", "KeyA", "å", "Alt AltGraph"),
        ("up", "KeyA", "å", "Alt AltGraph"),
        ("up", "AltLeft", "Alt"),
    ]
    result = replay(*events, platform="apple", commandKey="alt")
    assert result["sent"] == "+55 +0 -0 -55"


@pytest.mark.parametrize("code", ["AltLeft", "AltRight"])
def test_a_swallowed_release_of_command_does_not_make_a_command_of_the_next_letter(
    replay: Callable[..., Any], code: str
) -> None:
    result = replay(("down", code, "Alt", "Alt"), ("down", "KeyQ", "q"), ("up", "KeyQ", "q"))
    assert result["sent"] == "+55 -55 +12 -12"


@pytest.mark.parametrize("type_", ["pointerdown", "pointermove", "pointerup"])
def test_a_mouse_event_releases_modifiers_that_are_up(replay: Callable[..., Any], type_: str) -> None:
    down = ("down", "ShiftLeft", "Shift", "Shift")
    assert replay(down, (type_, "", "", "Shift"))["sent"] == "+56"
    assert replay(down, (type_, "", "", ""))["sent"] == "+56 -56"


def test_a_touch_says_nothing_about_modifiers(replay: Callable[..., Any]) -> None:
    touch = ("pointerdown", "", "", "", {"pointerType": "touch"})
    assert replay(("down", "ShiftLeft", "Shift", "Shift"), touch)["sent"] == "+56"


def test_both_shift_keys_are_counted(replay: Callable[..., Any]) -> None:
    # Chromium under X11: the release of one has no flag for the other.
    result = replay(
        ("down", "ShiftLeft", "Shift", "Shift"),
        ("down", "ShiftRight", "Shift", "Shift"),
        ("up", "ShiftLeft", "Shift"),
        ("down", "KeyA", "A", "Shift"),
        ("up", "KeyA", "A", "Shift"),
        ("up", "ShiftRight", "Shift"),
    )
    assert result["sent"] == "+56 +0 -0 -56"


def test_alt_and_the_windows_key_may_be_exchanged_by_the_desktop(replay: Callable[..., Any]) -> None:
    # setxkbmap -option altwin:swap_alt_win: the flag is that of the key's meaning.
    result = replay(("down", "AltLeft", "Meta"), ("down", "KeyA", "a", "Meta"), ("up", "KeyA", "a", "Meta"))
    assert result["sent"] == "+55 +0 -0"


def test_alt_with_shift_is_called_meta_under_x11(replay: Callable[..., Any]) -> None:
    result = replay(
        ("down", "MetaLeft", "Meta", "Meta"),
        ("up", "MetaLeft", "Meta", "Meta"),
        ("down", "ShiftLeft", "Shift", "Shift"),
        ("down", "AltLeft", "Meta", "Shift Alt"),
        ("down", "KeyA", "A", "Shift Alt"),
    )
    assert result["sent"] == "+58 -58 +56 +55 +0"


def test_a_windows_key_without_a_flag_stays_down(replay: Callable[..., Any]) -> None:
    assert replay(("down", "MetaLeft", "Meta"), ("down", "KeyA", "a"))["sent"] == "+58 +0"


@pytest.mark.parametrize(
    "press",
    [
        ("down", "Equal", "Dead"),  # German ´; French ^ is BracketLeft
        ("down", "Equal", "Dead", "", {"isComposing": True}),
        ("down", "Equal", "Process", "", {"keyCode": 229}),
        ("down", "Equal", "~", "", {"isComposing": True}),
    ],
)
def test_keys_that_may_lack_a_release_are_tapped(replay: Callable[..., Any], press: tuple[Any, ...]) -> None:
    result = replay(press, ("down", "KeyE", "e"), ("up", "KeyE", "e"), press, ("up", "Equal", "Dead"))
    assert result["sent"] == "+24 -24 +14 -14 +24 -24"


def test_the_keys_after_a_dead_key_may_lack_a_release(replay: Callable[..., Any]) -> None:
    # Chromium under X11: German ´, then keys of which only C has a release.
    result = replay(
        ("down", "Equal", "Dead"),
        ("down", "AltLeft", "Alt", "Alt"),
        ("down", "KeyA", "a", "Alt"),
        ("down", "KeyE", "e"),
        ("down", "KeyC", "c"),
        ("up", "KeyC", "c"),
        ("down", "KeyA", "a"),
    )
    assert result["sent"] == "+24 -24 +55 +0 -0 -55 +14 -14 +8 -8 +0"
    assert result["held"] == ["KeyA"]


def test_a_held_dead_key_is_pressed_once(replay: Callable[..., Any]) -> None:
    repeat = ("down", "BracketLeft", "Dead", "", {"repeat": True})
    assert replay(("down", "BracketLeft", "Dead"), repeat, repeat)["sent"] == "+33 -33"


def test_modifiers_stay_down_while_an_input_method_composes(replay: Callable[..., Any]) -> None:
    result = replay(
        ("down", "ShiftLeft", "Process", "Shift", {"keyCode": 229}),
        ("down", "KeyA", "Process", "Shift", {"keyCode": 229}),
        ("up", "ShiftLeft", "Shift"),
    )
    assert result["sent"] == "+56 +0 -0 -56"


def test_shift_with_command_stays_down_under_macos(replay: Callable[..., Any]) -> None:
    result = replay(
        ("down", "KeyA", "a"),
        ("down", "MetaLeft", "Meta", "Meta"),  # from here on no release of A is reported
        ("down", "ShiftLeft", "Shift", "Meta Shift"),
        ("down", "KeyC", "c", "Meta Shift"),
        ("up", "ShiftLeft", "Shift", "Meta"),
        ("up", "MetaLeft", "Meta"),
        platform="apple",
        commandKey="meta",
    )
    assert result["sent"] == "+0 -0 +55 +56 +8 -8 -56 -55"
    assert result["held"] == []


def test_a_second_press_without_a_release_is_a_new_one(replay: Callable[..., Any]) -> None:
    assert replay(("down", "KeyA", "a"), ("down", "KeyA", "a"))["sent"] == "+0 -0 +0"


def test_held_keys_are_listed_while_there_are_some(replay: Callable[..., Any]) -> None:
    result = replay(
        ("down", "CapsLock", "CapsLock", ""),
        ("down", "ShiftLeft", "Shift", "Shift", {"modifierCapsLock": True}),
        ("down", "ShiftRight", "Shift", "Shift", {"modifierCapsLock": True}),
        ("tick",),
        ("tick",),
        ("up", "ShiftLeft", "Shift", "Shift"),
        ("up", "ShiftRight", "Shift", ""),
    )
    assert {tuple(codes) for codes in result["lists"]} == {(56, 57)}


def test_no_list_is_sent_while_only_caps_lock_is_on(run: Run) -> None:
    body = REPLAY.replace(
        "const held =", "await new Promise((resolve) => setTimeout(resolve, 200)); const held ="
    )
    steps = [["down", "KeyA", "a"], ["up", "KeyA", "a"], ["down", "CapsLock", "CapsLock"]]
    assert run(body, [MAP, steps, {}])["lists"] == []


def test_caps_lock_can_be_a_control_key(replay: Callable[..., Any]) -> None:
    on = {"modifierCapsLock": True}
    result = replay(
        ("down", "CapsLock", "CapsLock", "", on),
        ("down", "CapsLock", "CapsLock", "", {**on, "repeat": True}),
        ("tick",),
        ("down", "KeyA", "A", "", on),
        ("up", "KeyA", "A", "", on),
        ("up", "CapsLock", "CapsLock", "", on),
        ("down", "KeyA", "A", "", on),
        places={"capsLockControl": True},
    )
    assert result["sent"] == "+54 +0 -0 -54 +0"
    assert result["lists"] == [[54]]


def test_a_caps_lock_key_that_is_control_stays_down_after_a_dead_key(replay: Callable[..., Any]) -> None:
    result = replay(
        ("down", "Equal", "Dead"),
        ("down", "CapsLock", "CapsLock"),
        ("down", "KeyE", "e"),
        places={"capsLockControl": True},
    )
    assert result["sent"] == "+24 -24 +54 +14 -14"


@pytest.mark.parametrize(
    ("events", "sent"),
    [
        (
            [
                ("down", "CapsLock", "Control", "Control"),
                ("down", "KeyA", "a", "Control"),
                ("up", "KeyA", "a", "Control"),
                ("up", "CapsLock", "Control"),
            ],
            "+54 +0 -0 -54",
        ),
        (
            [("down", "ControlLeft", "CapsLock"), ("up", "ControlLeft", "CapsLock")],
            "+57",  # it stays down while it is on
        ),
        (
            [("down", "AltLeft", "Meta", "Meta"), ("up", "AltLeft", "Meta")],
            "+58 -58",  # ⌘ is the key that the desktop calls Alt
        ),
    ],
)
def test_exchanged_keys_of_the_desktop_are_followed(
    replay: Callable[..., Any], events: list[tuple[str, ...]], sent: str
) -> None:
    assert replay(*events, places={"followDesktop": True})["sent"] == sent


def test_a_combination_is_pressed_in_order_and_released(replay: Callable[..., Any]) -> None:
    result = replay(("strike", ["ShiftLeft", "MetaLeft", "KeyC"]), commandKey="alt")
    assert result["sent"] == "+56 +55 +8 -8 -55 -56"
    assert result["held"] == []


def test_a_combination_leaves_a_held_modifier_down(replay: Callable[..., Any]) -> None:
    result = replay(("down", "ShiftLeft", "Shift", "Shift"), ("strike", ["ShiftLeft", "KeyC"]))
    assert result["sent"] == "+56 +8 -8"
    assert result["held"] == ["ShiftLeft"]


# The Mac's layout is U.S. The result has "+" or "-" and the code of each key, "=" and each character.
TYPE_IN_US_LAYOUT = """
const { Keyboard } = await load("input/keyboard.js");
const { macLayouts } = await load("input/mac-layout.js");
const { file, map, latched, key, capsLock } = argument;
const sent = [];
const keyboard = new Keyboard((data) => {
  const bytes = new Uint8Array(data);
  if (bytes[0] === 1) sent.push((bytes[1] === 1 ? "+" : "-") + bytes[2]);
  else sent.push("=" + new TextDecoder().decode(bytes.slice(4)));
}, { platform: "other", commandKey: "alt" });
keyboard.setMap(map);
keyboard.layout = macLayouts(file).get("us");
keyboard.places.capsLockControl = capsLock;
if (latched) keyboard.keys.press("latched", { adb: latched, modifiers: [], virtual: true });
keyboard.down(new KeyboardEvent("keydown", { code: "KeyA", key, modifierCapsLock: capsLock }));
keyboard.clear();
return sent;
"""


@pytest.mark.parametrize(
    ("latched", "key", "caps_lock", "sent"),
    [
        (None, "a", False, ["+0"]),
        (None, "é", False, ["=é"]),
        (56, "a", False, ["+56", "+0"]),  # Shift: A is meant, which the browser does not know
        (58, "a", False, ["+58", "+0"]),  # Option
        (55, "a", False, ["+55", "+0"]),
        (None, "A", True, ["+0"]),  # the desktop's caps lock is on: that is how it became Control
        (None, "a", True, ["=A"]),  # with Shift
    ],
)
def test_places_and_characters(
    run: Run, latched: int | None, key: str, caps_lock: bool, sent: list[str]
) -> None:
    argument = {
        "file": layouts_json(),
        "map": MAP,
        "latched": latched,
        "key": key,
        "capsLock": caps_lock,
    }
    assert run(TYPE_IN_US_LAYOUT, argument) == sent
