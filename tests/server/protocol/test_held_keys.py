"""Held keys: lists of them, keys that age while a page stalls, keys that have typed a character."""

import struct

import pytest

from moof.ipc import Key
from moof.server.protocol.held_keys import HeldKeys
from moof.server.protocol.input_decoder import InputDecoder, InputError


def key(code: int, down: bool = True) -> bytes:
    return struct.pack("<BBBx", 1, down, code)


SHIFT, CAPS_LOCK = 0x38, 0x39


def held(*codes: int) -> bytes:
    return bytes([0x22, len(codes), 0, 0, *codes])


def holding(*codes: int) -> InputDecoder:
    """Return the decoder of a page that has sent a list, and pressed these keys at 10 s."""
    viewer = InputDecoder()
    viewer.feed(held(), 0, 9.0)
    for code in codes:
        viewer.feed(key(code), 0, 10.0)
    return viewer


def ups(*codes: int) -> list[Key]:
    return [Key(code, down=False) for code in codes]


def test_a_list_of_held_keys_releases_the_others() -> None:
    viewer = holding(0, 1, SHIFT)
    assert viewer.feed(held(1, SHIFT), 0, 10.1) == ups(0)
    assert viewer.feed(held(), 0, 10.2) == ups(1, SHIFT)
    assert viewer.feed(key(1, down=False), 0, 10.3) == []


def test_a_list_presses_modifiers_but_no_letters() -> None:
    assert holding().feed(held(0, SHIFT), 0, 10.0) == [Key(SHIFT, down=True)]


def test_letters_age_before_modifiers_and_caps_lock_does_not() -> None:
    viewer = holding(0, SHIFT, CAPS_LOCK)
    assert viewer.keys.deadline == 10.25
    assert viewer.keys.age(10.24) == []
    assert viewer.keys.age(10.25) == ups(0)
    assert viewer.keys.deadline == 11.0
    assert viewer.keys.age(11.0) == ups(SHIFT)
    assert viewer.keys.deadline is None
    assert viewer.release_all() == ups(CAPS_LOCK)


@pytest.mark.parametrize("message", [held(0), key(0), struct.pack("<B3xId", 4, 1, 1.0)])
def test_each_message_of_the_page_keeps_its_keys_down(message: bytes) -> None:
    viewer = holding(0)
    viewer.feed(message, 0, 10.2)
    assert viewer.keys.deadline == pytest.approx(10.45)
    assert viewer.keys.age(10.4) == []


def test_keys_of_a_page_that_sends_no_lists_do_not_age() -> None:
    viewer = InputDecoder()
    viewer.feed(key(0), 0, 10.0)
    assert viewer.keys.deadline is None
    assert viewer.keys.age(1000.0) == []


def test_messages_that_a_stall_has_delayed_do_not_press_a_key_again() -> None:
    viewer = holding(0)
    assert viewer.keys.age(10.25) == ups(0)
    for data in (held(0), held(0), key(0, down=False), held()):
        assert viewer.feed(data, 0, 10.7) == []


def test_a_key_that_is_held_beyond_a_stall_is_pressed_again() -> None:
    viewer = holding(0)
    viewer.keys.age(10.25)
    assert viewer.feed(held(0), 0, 10.7) == []
    assert viewer.feed(held(0), 0, 10.75) == []
    assert viewer.feed(held(0), 0, 10.85) == [Key(0, down=True)]
    assert viewer.feed(held(0), 0, 10.95) == []
    assert viewer.feed(key(0, down=False), 0, 11.0) == ups(0)


def test_a_shift_key_that_is_held_beyond_a_stall_counts_for_the_next_letter() -> None:
    viewer = holding(SHIFT)
    assert viewer.keys.age(11.0) == ups(SHIFT)
    assert viewer.feed(held(SHIFT), 0, 12.0) == [Key(SHIFT, down=True)]
    assert viewer.feed(key(0), 0, 12.0) == [Key(0, down=True)]


@pytest.mark.parametrize("data", [b"\x22", held(1)[:4], held(1) + b"\0", held(0x80)])
def test_invalid_lists_raise_input_error(data: bytes) -> None:
    viewer = holding(0)
    with pytest.raises(InputError):
        viewer.feed(data, 0, 10.1)
    assert viewer.release_all() == ups(0)


def typing(*pairs: tuple[int, int]) -> HeldKeys:
    """Return keys of a page that sends lists, which hold characters: places and the Mac's codes."""
    keys = HeldKeys()
    keys.message_received(10.0)
    keys.keep_only(set(), 10.0)
    for place, code in pairs:
        keys.hold_typed(place, code)
    return keys


def test_the_release_of_a_place_releases_the_macs_key() -> None:
    keys = typing((0x10, 0x06))
    assert keys.is_down(0x10)
    assert not keys.is_down(0x06)
    assert keys.set_down(0x10, down=True) == []
    assert keys.set_down(0x10, down=False) == ups(0x06)
    assert keys.set_down(0x10, down=False) == []


def test_lists_name_places() -> None:
    keys = typing((0x10, 0x06), (0x11, 0x07))
    assert keys.keep_only({0x10}, 10.1) == ups(0x07)
    assert keys.keep_only({0x06}, 10.2) == ups(0x06)


def test_all_keys_of_characters_are_released() -> None:
    assert typing((0x10, 0x06), (0x11, 0x07)).release_all() == ups(0x06, 0x07)


def test_a_character_that_has_aged_is_not_typed_again() -> None:
    keys = typing((0x10, 0x06))
    assert keys.age(10.25) == ups(0x06)
    assert keys.keep_only({0x10}, 10.3) == []
    assert keys.keep_only({0x10}, 10.5) == []
    assert keys.set_down(0x10, down=False) == []


def test_the_macs_key_is_released_before_another_place_presses_it() -> None:
    keys = typing((0x13, 0x0E))
    assert keys.set_down(0x0E, down=True) == [Key(0x0E, down=False), Key(0x0E, down=True)]
    assert keys.set_down(0x13, down=False) == []
    keys.hold_typed(0x14, 0x0E)
    assert keys.set_down(0x0E, down=False) == []
    assert keys.set_down(0x14, down=False) == ups(0x0E)


@pytest.mark.parametrize(
    ("place", "expected"), [(0x37, True), (0x36, True), (0x7D, True), (SHIFT, False), (0x3A, False)]
)
def test_command_and_control_make_shortcuts(place: int, expected: bool) -> None:
    keys = HeldKeys()
    keys.set_down(place, down=True)
    assert keys.has_shortcut_modifier is expected
