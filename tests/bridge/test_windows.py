"""Which window is the screen, how often it is looked at, who draws the pointer: the small pure decisions."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.cursor import PointerStyle, pointer_style
from moof.bridge.errors import BridgeError
from moof.bridge.framebuffer import XwdHeader, map_framebuffer
from moof.bridge.pacing import Pacing
from moof.bridge.picture import Picture
from moof.bridge.windows import Windows, clip
from moof.bridge.xauthority import entry
from moof.ipc import Rect


def test_the_largest_visible_window_is_the_screen() -> None:
    windows = Windows()
    for number, size in ((1, 100), (2, 300), (3, 200)):
        windows.placed(number, Rect(0, 0, size, size))
    assert windows.main() is None
    for number in (1, 3):
        windows.mapped(number)
    assert (main := windows.main()) is not None
    assert main.id == 3
    windows.destroyed(3)
    assert (main := windows.main()) is not None
    assert main.id == 1
    windows.unmapped(1)
    assert windows.main() is None


def test_a_title_counts_more_than_size() -> None:
    windows = Windows("basilisk")
    for number, size, title in ((1, 100, "Basilisk II"), (2, 300, "Settings")):
        windows.placed(number, Rect(0, 0, size, size))
        windows.mapped(number)
        windows.titled(number, title)
    assert (main := windows.main()) is not None
    assert main.id == 1


def test_a_window_is_clipped_to_the_display() -> None:
    assert clip(Rect(-10, 5, 100, 100), 50, 50) == (0, 5, 50, 45)
    assert clip(Rect(60, 0, 10, 10), 50, 50).width == 0


@given(st.lists(st.floats(0.0, 0.05), min_size=2, max_size=200))
def test_never_more_than_sixty_a_second(waits: list[float]) -> None:
    pacing, now, sent = Pacing(), 100.0, []
    for wait in waits:
        now += max(wait, pacing.delay(now + wait))
        pacing.passed(now)
        sent.append(now)
    for first in range(len(sent)):
        assert len([t for t in sent if sent[first] <= t < sent[first] + 0.5]) <= 32


def test_a_first_frame_goes_out_at_once() -> None:
    assert Pacing().delay(5.0) == 0.0


def test_who_draws_the_pointer() -> None:
    assert pointer_style([0, 0x00FFFFFF], "left_ptr") is PointerStyle.GUEST
    assert pointer_style([0xFF000000], "left_ptr") is PointerStyle.DESKTOP
    assert pointer_style([0xFF000000], "") is PointerStyle.PROGRAM


def test_a_picture_tells_exactly_what_changed_in_it() -> None:
    display = np.zeros((100, 200), np.uint32)
    picture, place = Picture(display), Rect(50, 20, 60, 40)
    assert picture.take(place, Rect(0, 0, 0, 0)) == (0, 0, 60, 40)
    display[25:27, 60:64] = 7
    display[0, 0] = 9
    assert picture.take(place, Rect(0, 0, 200, 100)) == (10, 5, 4, 2)
    assert picture.take(place, Rect(0, 0, 200, 100)) is None
    assert picture.take(Rect(50, 21, 60, 40), Rect(0, 0, 0, 0)) == (10, 4, 4, 3)
    assert picture.take(Rect(0, 0, 30, 30), Rect(0, 0, 0, 0)) == (0, 0, 30, 30)
    slot = np.zeros((1080, 1920, 4), np.uint8)
    picture.copy_to(slot, Rect(0, 0, 30, 30))
    assert slot[0, 0].tolist() == [9, 0, 0, 255]
    assert not slot[30:].any()


def header(width: int = 4, height: int = 3, bits: int = 32, order: int = 0) -> bytes:
    fields = [100, 7, 2, 24, width, height, 0, order, 32, order, 32, bits, width * 4, 4, 0, 0, 0, 8, 256, 256]
    return struct.pack(">25I", *fields, *[0] * 5)


def test_a_framebuffer_is_mapped(tmp_path: Path) -> None:
    file = tmp_path / "screen"
    file.write_bytes(header() + bytes(256 * 12) + np.arange(12, dtype="<u4").tobytes())
    assert map_framebuffer(file).tolist() == np.arange(12).reshape(3, 4).tolist()
    file.write_bytes(header())
    with pytest.raises(BridgeError, match="shorter"):
        map_framebuffer(file)


@pytest.mark.parametrize("data", [b"", header(bits=8), header(order=1)])
def test_another_kind_of_display_is_refused(data: bytes) -> None:
    with pytest.raises(BridgeError):
        XwdHeader.parse(data)


def test_the_key_opens_any_display() -> None:
    assert entry(b"k" * 16) == b"\xff\xff\0\0\0\0\0\x12MIT-MAGIC-COOKIE-1\0\x10" + b"k" * 16
