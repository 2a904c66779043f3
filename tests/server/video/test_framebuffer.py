"""The server's copy of the framebuffer: right after every frame, torn reads and other emulators included."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.geometry import EMPTY, Rect
from moof.ipc import EmulatorConnection, Frame, PixelFormat, SegmentError
from moof.server.video.framebuffer import ShadowFramebuffer


def frame_of(pixels: np.ndarray[Any, Any], pixel_format: PixelFormat = PixelFormat.BGRA) -> Frame:
    height, width, _ = pixels.shape
    return Frame(1, 0, 0, width, height, pixel_format, Rect(0, 0, 0, 0), 0, 0, False, 0, None, pixels)


class Still:
    """A frame source where nothing moves."""

    def current(self) -> Frame | None:
        raise AssertionError("nobody should have to look again")

    def still_valid(self, frame: Frame) -> bool:
        return True


class Lapping(Still):
    """A frame source that overwrites what is being read, a number of times."""

    def __init__(self, *pictures: np.ndarray[Any, Any]) -> None:
        self.pictures = list(pictures)

    def current(self) -> Frame | None:
        return frame_of(self.pictures.pop(0))

    def still_valid(self, frame: Frame) -> bool:
        return not self.pictures


def noise(seed: int, width: int = 16, height: int = 8) -> np.ndarray[Any, Any]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)


def test_the_first_picture_is_new_as_a_whole() -> None:
    framebuffer = ShadowFramebuffer()
    assert framebuffer.size == (0, 0)
    pixels = noise(1)
    _, changed, settled = framebuffer.update(frame_of(pixels), Still())
    assert (changed, settled, framebuffer.size) == ((0, 0, 16, 8), True, (16, 8))
    assert np.array_equal(framebuffer.bgra, pixels)


@given(st.integers(0, 15), st.integers(0, 7), st.integers(0, 15), st.integers(0, 7))
def test_what_changed_is_found_exactly(x: int, y: int, x2: int, y2: int) -> None:
    framebuffer = ShadowFramebuffer()
    pixels = noise(1)
    framebuffer.update(frame_of(pixels.copy()), Still())
    pixels[y, x] ^= 1
    pixels[y2, x2, 0] ^= 2
    _, changed, _ = framebuffer.update(frame_of(pixels), Still())
    assert changed == (min(x, x2), min(y, y2), abs(x - x2) + 1, abs(y - y2) + 1)
    assert np.array_equal(framebuffer.bgra, pixels)
    assert framebuffer.update(frame_of(pixels), Still())[1] == EMPTY


def test_bytes_argb_become_bgra() -> None:
    framebuffer = ShadowFramebuffer()
    for seed in (1, 2):
        pixels = noise(seed)
        framebuffer.update(frame_of(pixels, PixelFormat.ARGB), Still())
        assert np.array_equal(framebuffer.bgra, pixels[..., ::-1])
    pixels = noise(3)
    _, changed, _ = framebuffer.update(frame_of(pixels), Still())
    assert changed == (0, 0, 16, 8)
    assert np.array_equal(framebuffer.bgra, pixels)


def test_another_size_is_another_picture() -> None:
    framebuffer = ShadowFramebuffer()
    framebuffer.update(frame_of(noise(1)), Still())
    _, changed, _ = framebuffer.update(frame_of(noise(1, 20, 9)), Still())
    assert changed == (0, 0, 20, 9)
    assert framebuffer.bgra.shape == (9, 20, 4)


def test_a_torn_read_is_repeated_and_its_changes_are_not_lost() -> None:
    first, torn, last = noise(1), noise(1), noise(1)
    torn[7, 15] ^= 1  # seen while it was being overwritten; the pixel is as before in the end
    last[0, 0] ^= 1
    framebuffer = ShadowFramebuffer()
    framebuffer.update(frame_of(first), Still())
    _, changed, settled = framebuffer.update(frame_of(torn), Lapping(last))
    assert (changed, settled, framebuffer.torn) == ((0, 0, 16, 8), True, 1)
    assert np.array_equal(framebuffer.bgra, last)


def test_an_emulator_that_laps_us_all_the_time_leaves_the_screen_unsettled() -> None:
    framebuffer = ShadowFramebuffer()
    pictures = [noise(seed) for seed in range(50)]
    _, changed, settled = framebuffer.update(frame_of(pictures[0]), Lapping(*pictures[1:]))
    assert changed == (0, 0, 16, 8)
    assert not settled


def test_shared_memory_is_read_in_place(
    make_emulator: Callable[..., Any], own_pid: int, until: Callable[[Callable[[], bool]], None]
) -> None:
    emulator = make_emulator(100, 50)
    with EmulatorConnection.connect(own_pid) as connection:
        framebuffer = ShadowFramebuffer()
        for x in (0, 99):
            emulator.paint(x, 49, 1, 1)
            frame = connection.frames.latest()
            assert frame is not None
            framebuffer.update(frame, connection.frames)
        expected = emulator.picture.view(np.uint8).reshape(50, 100, 4)
        assert np.array_equal(framebuffer.bgra, expected)
        del frame


def test_what_changed_before_a_read_failed_is_told_by_the_next() -> None:
    class Failing(Still):
        def current(self) -> Frame | None:
            raise SegmentError("gone")

        def still_valid(self, frame: Frame) -> bool:
            return False

    framebuffer = ShadowFramebuffer()
    pixels = noise(1)
    framebuffer.update(frame_of(pixels.copy()), Still())
    torn = pixels.copy()
    torn[2, 3] ^= 1
    with pytest.raises(SegmentError):
        framebuffer.update(frame_of(torn), Failing())
    _, changed, _ = framebuffer.update(frame_of(torn), Still())
    assert changed == (3, 2, 1, 1)


def test_a_smaller_picture_in_the_middle_of_a_read_bounds_what_changed() -> None:
    framebuffer = ShadowFramebuffer()
    _, changed, _ = framebuffer.update(frame_of(noise(1)), Lapping(noise(2, 5, 4)))
    assert (changed, framebuffer.size) == ((0, 0, 5, 4), (5, 4))
