from collections.abc import Callable
from typing import Any

import pytest

# A script uses `held`. The result has "+" or "-" and the ADB code for each key message, "=" and the codes for
# each list, the text and the place for each character.
HELD = """
const { HeldKeys } = await load("input/held-keys.js");
const sent = [];
const held = new HeldKeys((data) => {
  const bytes = new Uint8Array(data);
  if (bytes[0] === 1) sent.push((bytes[1] === 1 ? "+" : "-") + bytes[2]);
  else if (bytes[0] === 0x22) sent.push("=" + bytes.slice(4).join());
  else sent.push(new TextDecoder().decode(bytes.slice(4)) + bytes[1]);
});
const key = (adb, ...modifiers) => ({ adb, modifiers });
const shift = key(56, "Shift"), a = key(0);
%s
held.clear();
return sent.join(" ");
"""


@pytest.fixture
def sent(run: Callable[..., Any]) -> Callable[[str], str]:
    """Return the messages that a script's calls send."""
    return lambda script: str(run(HELD % script))


def test_a_press_and_its_release_are_sent(sent: Callable[[str], str]) -> None:
    assert sent("held.press('KeyA', a); held.release('KeyA'); held.release('KeyA')") == "+0 -0"


def test_two_keys_with_one_code_are_counted(sent: Callable[[str], str]) -> None:
    script = "for (const c of ['ShiftLeft', 'ShiftRight']) held.press(c, shift);"
    assert sent(script + "held.release('ShiftLeft')") == "+56"
    assert sent(script + "held.release('ShiftLeft'); held.release('ShiftRight')") == "+56 -56"


def test_a_tap_of_a_key_that_is_down_is_not_sent(sent: Callable[[str], str]) -> None:
    assert sent("held.tap(1); held.press('KeyA', a); held.tap(0)") == "+1 -1 +0"


def test_the_flags_of_an_event_release_modifiers_that_are_up(sent: Callable[[str], str]) -> None:
    script = "held.press('ShiftLeft', shift); held.correct(new MouseEvent('mousemove', { shiftKey: %s }))"
    assert sent(script % "true") == "+56"
    assert sent(script % "false") == "+56 -56"


def test_letters_are_released_and_modifiers_stay(sent: Callable[[str], str]) -> None:
    script = "held.press('ShiftLeft', shift); held.press('KeyA', a); held.releaseOthers()"
    assert sent(script) == "+56 +0 -0"


def test_the_list_names_each_code_once_and_caps_lock(sent: Callable[[str], str]) -> None:
    script = "held.press('ShiftLeft', shift); held.press('ShiftRight', shift); held.setCapsLock(57, true);"
    assert sent(script + "held.sendList()") == "+56 +57 =56,57"
    assert sent(script + "held.clear(); held.sendList()") == "+56 +57 ="


def test_lists_are_sent_while_a_key_is_down(sent: Callable[[str], str]) -> None:
    wait = "while (sent.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));"
    assert sent(f"held.press('KeyA', a); {wait}") == "+0 =0 =0"


def test_caps_lock_is_pressed_once(sent: Callable[[str], str]) -> None:
    script = "for (const on of [true, true, false, false]) held.setCapsLock(57, on)"
    assert sent(script) == "+57 -57"


def test_events_stand_around_the_messages_of_keys_that_are_no_modifiers(sent: Callable[[str], str]) -> None:
    listen = "for (const name of ['press', 'release']) held.addEventListener(name, () => sent.push(name));"
    script = "held.press('Shift', shift); held.press('KeyA', a); held.release('KeyA'); held.tap(1);"
    assert sent(listen + script) == "+56 press +0 -0 release press +1 -1 release"


def test_keyboard_events_say_nothing_about_virtual_keys(sent: Callable[[str], str]) -> None:
    script = "held.press('screen', { ...key(%d), virtual: true }); held.releaseOthers();"
    assert sent(script % 0) == "+0"
    assert sent(script % 56 + "held.correct(new MouseEvent('mousemove'))") == "+56"


def test_cleared_keys_dispatch_an_event(sent: Callable[[str], str]) -> None:
    assert sent("held.addEventListener('clear', () => sent.push('clear'))") == "clear"


def test_a_character_is_sent_in_place_of_its_key(sent: Callable[[str], str]) -> None:
    at = "held.press('KeyQ', { adb: 12, character: '@', modifiers: [] });"
    assert sent(at + "held.sendList(); held.release('KeyQ')") == "@12 =12 -12"
    assert sent("held.tap(12, '@')") == "@12 -12"


def test_a_character_without_a_key_is_typed_once(sent: Callable[[str], str]) -> None:
    assert sent("held.type('é'); held.sendList()") == "é255 ="


def test_a_virtual_key_is_told_from_a_keyboards(sent: Callable[[str], str]) -> None:
    script = (
        "held.press('ShiftLeft', shift); held.press('x', { adb: 58, modifiers: [], virtual: true });"
        "sent.push(held.isVirtual(56), held.isVirtual(58));"
    )
    assert sent(script) == "+56 +58 false true"
