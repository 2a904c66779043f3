"""Input messages: each of the table, held keys and buttons, invalid messages."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.ipc import Key, Mouse, MouseMode, MouseModeCode, Ping, encode
from moof.server.protocol.input_decoder import InputDecoder, InputError, WheelScroll

ABSOLUTE = 0x10


def key(code: int, down: bool = True) -> bytes:
    return struct.pack("<BBBx", 1, down, code)


def mouse(x: int, y: int, buttons: int = 0, flags: int = ABSOLUTE, timestamp_ms: float = 5.7) -> bytes:
    coordinates = struct.pack("<HH" if flags & ABSOLUTE else "<hh", x, y)
    return struct.pack("<BBBx", 2, flags, buttons) + coordinates + struct.pack("<d", timestamp_ms)


def wheel(dx: int, dy: int, flags: int = 0) -> bytes:
    return struct.pack("<BB2xhh", 0x20, flags, dx, dy)


def test_auto_repeat_of_the_browser_is_dropped() -> None:
    viewer = InputDecoder()
    assert viewer.feed(key(0x31), 0) == [Key(0x31, down=True)]
    assert viewer.feed(key(0x31), 0) == []
    assert viewer.feed(key(0x31, down=False), 0) == [Key(0x31, down=False)]
    assert viewer.feed(key(0x31, down=False), 0) == []


def test_absolute_positions_are_unsigned_and_relative_ones_signed() -> None:
    viewer = InputDecoder()
    assert viewer.feed(mouse(40_000, 7, 1), 0) == [Mouse(40_000, 7, 1, absolute=True, timestamp_ms=5)]
    assert viewer.feed(mouse(-3, 4, 0, flags=0), 0) == [Mouse(-3, 4, 0, absolute=False, timestamp_ms=5)]


def test_a_ping_carries_the_servers_time() -> None:
    data = struct.pack("<B3xId", 4, 77, 1234.5)
    assert InputDecoder().feed(data, now_us=99) == [Ping(77, 1234, 99)]


def test_mouse_modes() -> None:
    assert InputDecoder().feed(b"\x06\x01\0\0", 0) == [MouseMode(MouseModeCode.RELATIVE)]


def test_wheel_carries_whether_arrow_keys_replace_it() -> None:
    viewer = InputDecoder()
    assert viewer.feed(wheel(3, -120), 0) == [WheelScroll(3, -120, arrow_keys=False)]
    assert viewer.feed(wheel(3, -120, flags=0xFF), 0) == [WheelScroll(3, -120, arrow_keys=True)]


def test_release_all_releases_keys_and_buttons() -> None:
    viewer = InputDecoder()
    for data in (key(0x38), key(0x00), mouse(10, 20, 1)):
        viewer.feed(data, 0)
    released = viewer.feed(b"\x21\0\0\0", 0)
    assert released == [Key(0x00, down=False), Key(0x38, down=False), Mouse(10, 20, 0, absolute=True)]
    assert viewer.release_all() == []


def test_a_relative_mouse_does_not_move_when_its_button_is_released() -> None:
    viewer = InputDecoder()
    viewer.feed(mouse(5, 5, 4, flags=0), 0)
    assert viewer.release_all() == [Mouse(0, 0, 0, absolute=False)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"\x03\0\0\0",
        key(0x80),
        key(1)[:3],
        key(1) + b"\0",
        mouse(1, 1, buttons=8),
        mouse(1, 1, timestamp_ms=float("nan")),
        mouse(1, 1, timestamp_ms=-1),
        mouse(1, 1, timestamp_ms=1e300),
        b"\x06\x02\0\0",
    ],
)
def test_invalid_messages_raise_input_error(data: bytes) -> None:
    viewer = InputDecoder()
    with pytest.raises(InputError):
        viewer.feed(data, 0)
    assert viewer.feed(key(1), 0)


@given(st.lists(st.binary(max_size=20), max_size=30))
def test_decoded_messages_fit_the_contract(messages: list[bytes]) -> None:
    viewer = InputDecoder()
    for data in messages:
        try:
            decoded = viewer.feed(data, 1)
        except InputError:
            continue
        assert all(isinstance(message, WheelScroll) or encode(message) for message in decoded)
    assert all(encode(message) for message in viewer.release_all())


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


@pytest.mark.parametrize("message", [held(0), key(0), mouse(1, 2), struct.pack("<B3xId", 4, 1, 1.0)])
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
