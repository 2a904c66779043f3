"""Input messages: each of the table, held keys and buttons, invalid messages."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.ipc import Key, Mouse, MouseMode, MouseModeCode, Ping, encode
from moof.server.protocol.input_decoder import (
    InputDecoder,
    InputError,
    TypedCharacter,
    WheelScroll,
    is_press,
    pointed_at,
)

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
        assert all(isinstance(each, TypedCharacter | WheelScroll) or encode(each) for each in decoded)
    assert all(encode(message) for message in viewer.release_all())


def character(place: int, text: bytes) -> bytes:
    return bytes([0x23, place, 0, 0]) + text


def test_characters_have_a_place_or_are_taps() -> None:
    viewer = InputDecoder()
    assert viewer.feed(character(0x0E, "é".encode()), 0) == [TypedCharacter(0x0E, "é")]
    assert viewer.feed(character(0xFF, "…\t".encode()), 0) == [TypedCharacter(None, "…\t")]
    assert viewer.feed(character(0xFF, b"x" * 32), 0) == [TypedCharacter(None, "x" * 32)]
    assert viewer.release_all() == []


@pytest.mark.parametrize(
    "data",
    [
        b"\x23",
        b"\x23\xff\0",
        character(0xFF, b""),
        character(0xFF, b"x" * 33),
        character(0x80, b"x"),
        character(0, b"\xc3"),
    ],
)
def test_invalid_characters_raise_input_error(data: bytes) -> None:
    with pytest.raises(InputError):
        InputDecoder().feed(data, 0)


SHIFT = 0x38


@pytest.mark.parametrize(
    ("message", "presses"),
    [
        (key(5), True),
        (key(5, down=False), False),
        (key(SHIFT), False),
        (mouse(5, 6, 1), True),
        (mouse(5, 6), False),
        (wheel(0, 8), True),
        (character(0xFF, b"a"), True),
        (bytes([0x22, 1, 0, 0, 5]), False),
        (bytes([0x21, 0, 0, 0]), False),
        *((bytes([kind]), kind >= 0x20) for kind in (1, 2, 0x20, 0x23)),
        (b"", False),
    ],
)
def test_what_counts_as_a_press(message: bytes, presses: bool) -> None:
    assert is_press(message) is presses


def test_where_a_mouse_message_points() -> None:
    message = mouse(5, 6)
    assert pointed_at(message) == (5, 6)
    for other in (message[:-1], mouse(5, 6, flags=0), b"", key(5)):
        assert pointed_at(other) is None
