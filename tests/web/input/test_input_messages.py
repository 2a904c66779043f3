import struct
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

ENCODE = """
const wire = await load("input/input-messages.js");
return Array.from(new Uint8Array(wire[argument[0]](...argument.slice(1))));
"""


@pytest.fixture
def encode(run: Run) -> Callable[..., bytes]:
    return lambda *call: bytes(run(ENCODE, list(call)))


@pytest.mark.parametrize(("code", "down"), [(0, True), (0x7F, True), (36, False)])
def test_key(encode: Callable[..., bytes], code: int, down: bool) -> None:
    assert encode("keyMessage", code, down) == bytes([1, int(down), code, 0])


def test_absolute_mouse(encode: Callable[..., bytes]) -> None:
    mouse = {"absolute": True, "x": 1919, "y": 40_000, "buttons": 5, "time": 1_700_000_000_123.25}
    assert encode("mouseMessage", mouse) == struct.pack(
        "<BBBBHHd", 2, 0x10, 5, 0, 1919, 40_000, 1_700_000_000_123.25
    )


def test_relative_mouse_stays_in_range(encode: Callable[..., bytes]) -> None:
    mouse = {"absolute": False, "x": -7, "y": 99_999, "buttons": 0, "time": 1.5}
    assert encode("mouseMessage", mouse) == struct.pack("<BBBBhhd", 2, 0, 0, 0, -7, 32_767, 1.5)


def test_only_the_three_buttons(encode: Callable[..., bytes]) -> None:
    mouse = {"absolute": True, "x": 0, "y": 0, "buttons": 0b11111, "time": 0}
    assert encode("mouseMessage", mouse)[2] == 0b111


def test_ping(encode: Callable[..., bytes]) -> None:
    assert encode("pingMessage", 0xFFFF_FFFE, 12.5) == struct.pack("<B3xId", 4, 0xFFFF_FFFE, 12.5)


def test_mode_wheel_release(encode: Callable[..., bytes]) -> None:
    assert encode("modeMessage", 1) == bytes([6, 1, 0, 0])
    assert encode("wheelMessage", -3, 120) == struct.pack("<B3xhh", 0x20, -3, 120)
    assert encode("wheelMessage", -3, 120, True) == struct.pack("<BB2xhh", 0x20, 0x01, -3, 120)
    assert encode("releaseMessage") == bytes([0x21, 0, 0, 0])


@pytest.mark.parametrize("codes", [[], [0, 56, 127]])
def test_held_keys(encode: Callable[..., bytes], codes: list[int]) -> None:
    assert encode("heldKeysMessage", codes) == bytes([0x22, len(codes), 0, 0, *codes])


@pytest.mark.parametrize(("place", "character"), [(0x0C, "@"), (0xFF, "é"), (0x00, "\u6f22")])
def test_character(encode: Callable[..., bytes], place: int, character: str) -> None:
    assert encode("characterMessage", place, character) == bytes([0x23, place, 0, 0]) + character.encode()


def test_pings_and_audio_reports_do_nothing_in_the_mac(run: Run) -> None:
    body = """
    const wire = await load("input/input-messages.js");
    const report = { time: 0, received: 0, concealed: 0, inserted: 0, removed: 0, depth: 0, output: 0 };
    const messages = [
      wire.pingMessage(1, 1), wire.audioReportMessage(report), wire.keyMessage(1, true),
      wire.releaseMessage(),
    ];
    return messages.map(wire.isMeasurement);
    """
    assert run(body) == [True, True, False, False]
