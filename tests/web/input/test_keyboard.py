from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

MAP = {
    "KeyA": 0,
    "KeyC": 8,
    "Tab": 48,
    "MetaLeft": 55,
    "ShiftLeft": 56,
    "CapsLock": 57,
    "AltLeft": 58,
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
  sent.push([bytes[2], bytes[1] === 1]);
}, { apple: false, commandKey: "meta", ...options });
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
    result = press("m+MetaLeft", "m+KeyC", "m=KeyC", "-MetaLeft", apple=True)
    assert result["sent"] == [[55, True], [8, True], [8, False], [55, False]]
    assert result["held"] == []


def test_caps_lock_stays_down_while_it_is_on(press: Callable[..., Any]) -> None:
    result = press("+CapsLock", "*-CapsLock", "*+KeyA", "*-KeyA", "*+CapsLock", "-CapsLock", "+KeyA")
    assert result["sent"] == [[57, True], [0, True], [0, False], [57, False], [0, True]]


def test_caps_lock_of_macos(press: Callable[..., Any]) -> None:
    result = press("+CapsLock", "*+KeyA", "*-KeyA", "-CapsLock", apple=True)
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


@pytest.mark.parametrize(("apple", "key"), [(True, "meta"), (False, "alt")])
def test_default_command_key(run: Run, apple: bool, key: str) -> None:
    assert run('return (await load("input/keyboard.js")).defaultCommandKey(argument)', apple) == key
