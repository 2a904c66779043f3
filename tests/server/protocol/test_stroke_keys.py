"""Strokes become keys that type the text whatever is down, and leave everything as it was."""

from hypothesis import given
from hypothesis import strategies as st

from moof.ipc import Key
from moof.keyboard import LAYOUT_NAMES, Stroke, layout
from moof.server.protocol.stroke_keys import shortcut_keys, stroke_keys
from support.mac_keyboard import MacKeyboard

COMMAND, SHIFT, CAPS_LOCK, OPTION, CONTROL = 0x37, 0x38, 0x39, 0x3A, 0x36
MODIFIERS = [SHIFT, CAPS_LOCK, OPTION, COMMAND, CONTROL, 0x7B, 0x7C, 0x7D]
US = layout("us")


def play(keyboard: MacKeyboard, keys: list[Key]) -> None:
    for key in keys:
        keyboard.key(key.mac_keycode, down=key.down)


@given(
    st.sampled_from(LAYOUT_NAMES),
    st.text(st.sampled_from("aZ9é`´^ñÜß@[]{}€“ \r\t\\|~"), max_size=8),
    st.sets(st.sampled_from([*MODIFIERS, 0x00, 0x0E, 0x31])),
    st.booleans(),
)
def test_a_text_is_typed_whatever_is_down(name: str, text: str, down: set[int], hold: bool) -> None:
    mac = layout(name)
    keyboard = MacKeyboard(mac, set(down))
    strokes = [stroke for character in text for stroke in mac.strokes(character)]
    play(keyboard, stroke_keys(strokes, mac, down, hold=hold))
    assert keyboard.text == text
    assert not keyboard.accent
    modifiers = set(MODIFIERS)
    assert keyboard.down & modifiers == down & modifiers
    held = {strokes[-1].code} if hold and strokes else set()
    tapped = {stroke.code for stroke in strokes}
    assert keyboard.down - modifiers == (down - modifiers - tapped) | held


def ups_and_downs(keys: list[Key]) -> list[int]:
    """Return codes, negative ones for releases."""
    return [key.mac_keycode if key.down else -key.mac_keycode for key in keys]


def test_a_plain_letter_is_two_messages() -> None:
    assert ups_and_downs(stroke_keys(US.strokes("e"), US, set())) == [0x0E, -0x0E]
    assert ups_and_downs(stroke_keys(US.strokes("e"), US, set(), hold=True)) == [0x0E]


def test_modifiers_are_restored_before_the_key_is_released() -> None:
    keys = stroke_keys(US.strokes("é"), US, {SHIFT}, hold=True)
    dead = [-SHIFT, OPTION, 0x0E, -0x0E, -OPTION, SHIFT]
    assert ups_and_downs(keys) == [*dead, -SHIFT, 0x0E, SHIFT]


def test_a_modifier_that_is_down_counts() -> None:
    assert ups_and_downs(stroke_keys(US.strokes("E"), US, {SHIFT})) == [0x0E, -0x0E]
    assert ups_and_downs(stroke_keys(US.strokes("E"), US, {0x7B})) == [0x0E, -0x0E]


def test_caps_lock_is_off_while_a_small_letter_is_typed_and_stays_for_signs_and_capitals() -> None:
    assert ups_and_downs(stroke_keys(US.strokes("e"), US, {CAPS_LOCK})) == [
        -CAPS_LOCK,
        0x0E,
        -0x0E,
        CAPS_LOCK,
    ]
    assert ups_and_downs(stroke_keys(US.strokes("E"), US, {CAPS_LOCK})) == [SHIFT, 0x0E, -0x0E, -SHIFT]
    assert ups_and_downs(stroke_keys(US.strokes("1"), US, {CAPS_LOCK})) == [0x12, -0x12]


def test_the_key_of_a_shortcut_is_pressed_alone() -> None:
    assert ups_and_downs(shortcut_keys(US.strokes("é"), {COMMAND, SHIFT}, hold=True)) == [0x0E]
    assert ups_and_downs(shortcut_keys((Stroke(0x0E, shift=True),), {COMMAND, 0x0E})) == [-0x0E, 0x0E, -0x0E]
    assert shortcut_keys((), {COMMAND}) == []
