"""The server's copy of the framebuffer: equal to each frame, even after torn reads; content statistics."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.geometry import EMPTY, Rect
from moof.ipc import EmulatorConnection, Frame, PixelFormat, SegmentError
from moof.server.video.framebuffer import FrameSource, MotionMeter, ShadowFramebuffer
from support.waiting import WAIT_SECONDS

SIZE = (1024, 768)


def frame_of(pixels: np.ndarray[Any, Any], pixel_format: PixelFormat = PixelFormat.BGRA) -> Frame:
    height, width, _ = pixels.shape
    return Frame(1, 0, 0, width, height, pixel_format, Rect(0, 0, 0, 0), 0, 0, False, 0, None, pixels)


class StaticSource(FrameSource):
    """A frame source that overwrites nothing."""

    def current(self) -> Frame | None:
        raise AssertionError("a valid frame must not be read again")

    def still_valid(self, frame: Frame) -> bool:
        return True


class OverwritingSource(StaticSource):
    """A frame source that overwrites the frame being read, once for each picture."""

    def __init__(self, *pictures: np.ndarray[Any, Any]) -> None:
        self.pictures = list(pictures)

    def current(self) -> Frame | None:
        return frame_of(self.pictures.pop(0))

    def still_valid(self, frame: Frame) -> bool:
        return not self.pictures


def noise(seed: int, width: int = 16, height: int = 8) -> np.ndarray[Any, Any]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)


def test_first_picture_is_changed_as_a_whole() -> None:
    framebuffer = ShadowFramebuffer()
    assert framebuffer.size == (0, 0)
    pixels = noise(1)
    _, changed, consistent = framebuffer.update(frame_of(pixels), StaticSource())
    assert (changed, consistent, framebuffer.size) == ((0, 0, 16, 8), True, (16, 8))
    assert np.array_equal(framebuffer.bgra, pixels)


@given(st.integers(0, 15), st.integers(0, 7), st.integers(0, 15), st.integers(0, 7))
def test_changed_box_is_exact(x: int, y: int, x2: int, y2: int) -> None:
    framebuffer = ShadowFramebuffer()
    pixels = noise(1)
    framebuffer.update(frame_of(pixels.copy()), StaticSource())
    pixels[y, x] ^= 1
    pixels[y2, x2, 0] ^= 2
    _, changed, _ = framebuffer.update(frame_of(pixels), StaticSource())
    assert changed == (min(x, x2), min(y, y2), abs(x - x2) + 1, abs(y - y2) + 1)
    assert np.array_equal(framebuffer.bgra, pixels)
    assert framebuffer.update(frame_of(pixels), StaticSource())[1] == EMPTY


def test_changed_blocks_are_those_since_a_version() -> None:
    framebuffer = ShadowFramebuffer()
    pixels = noise(1, 40, 20)
    framebuffer.update(frame_of(pixels.copy()), StaticSource())
    assert framebuffer.changed_since(0).tolist() == [[True] * 3] * 2
    version = framebuffer.version
    pixels[17, 33] ^= 1
    framebuffer.update(frame_of(pixels), StaticSource())
    assert np.argwhere(framebuffer.changed_since(version)).tolist() == [[1, 2]]
    assert not framebuffer.changed_since(framebuffer.version).any()
    framebuffer.update(frame_of(noise(1, 16, 16)), StaticSource())
    assert framebuffer.changed_since(framebuffer.version - 1).tolist() == [[True]]


def test_argb_is_converted_to_bgra() -> None:
    framebuffer = ShadowFramebuffer()
    for seed in (1, 2):
        pixels = noise(seed)
        framebuffer.update(frame_of(pixels, PixelFormat.ARGB), StaticSource())
        assert np.array_equal(framebuffer.bgra, pixels[..., ::-1])
    pixels = noise(3)
    _, changed, _ = framebuffer.update(frame_of(pixels), StaticSource())
    assert changed == (0, 0, 16, 8)
    assert np.array_equal(framebuffer.bgra, pixels)


def test_another_size_is_changed_as_a_whole() -> None:
    framebuffer = ShadowFramebuffer()
    framebuffer.update(frame_of(noise(1)), StaticSource())
    _, changed, _ = framebuffer.update(frame_of(noise(1, 20, 9)), StaticSource())
    assert changed == (0, 0, 20, 9)
    assert framebuffer.bgra.shape == (9, 20, 4)


def test_torn_read_is_repeated_and_its_changes_are_reported() -> None:
    first, torn, last = noise(1), noise(1), noise(1)
    torn[7, 15] ^= 1  # read while it was being overwritten; the last picture has the old pixel again
    last[0, 0] ^= 1
    framebuffer = ShadowFramebuffer()
    framebuffer.update(frame_of(first), StaticSource())
    _, changed, consistent = framebuffer.update(frame_of(torn), OverwritingSource(last))
    assert (changed, consistent, framebuffer.torn) == ((0, 0, 16, 8), True, 1)
    assert np.array_equal(framebuffer.bgra, last)


def test_framebuffer_is_inconsistent_while_every_read_is_torn() -> None:
    framebuffer = ShadowFramebuffer()
    pictures = [noise(seed) for seed in range(50)]
    _, changed, consistent = framebuffer.update(frame_of(pictures[0]), OverwritingSource(*pictures[1:]))
    assert changed == (0, 0, 16, 8)
    assert not consistent


def test_frames_are_read_from_shared_memory(
    make_emulator: Callable[..., Any], own_pid: int, until: Callable[[Callable[[], bool]], None]
) -> None:
    emulator = make_emulator(100, 50)
    with EmulatorConnection.connect(own_pid, WAIT_SECONDS) as connection:
        framebuffer = ShadowFramebuffer()
        for x in (0, 99):
            emulator.paint(x, 49, 1, 1)
            frame = connection.frames.latest()
            assert frame is not None
            framebuffer.update(frame, connection.frames)
        expected = emulator.picture.view(np.uint8).reshape(50, 100, 4)
        assert np.array_equal(framebuffer.bgra, expected)
        del frame


def test_changes_before_a_failed_read_are_reported_by_the_next() -> None:
    class FailingSource(StaticSource):
        def current(self) -> Frame | None:
            raise SegmentError("gone")

        def still_valid(self, frame: Frame) -> bool:
            return False

    framebuffer = ShadowFramebuffer()
    pixels = noise(1)
    framebuffer.update(frame_of(pixels.copy()), StaticSource())
    torn = pixels.copy()
    torn[2, 3] ^= 1
    with pytest.raises(SegmentError):
        framebuffer.update(frame_of(torn), FailingSource())
    _, changed, _ = framebuffer.update(frame_of(torn), StaticSource())
    assert changed == (3, 2, 1, 1)


def test_smaller_picture_during_a_read_bounds_the_changed_box() -> None:
    framebuffer = ShadowFramebuffer()
    _, changed, _ = framebuffer.update(frame_of(noise(1)), OverwritingSource(noise(2, 5, 4)))
    assert (changed, framebuffer.size) == ((0, 0, 5, 4), (5, 4))


@pytest.mark.parametrize(("coloured_rows", "colourful"), [(0, False), (1, True)])
def test_colours_are_told_from_greys(coloured_rows: int, colourful: bool) -> None:
    pixels = np.full((64, 64, 4), 128, np.uint8)
    pixels[:coloured_rows, :, 2] = 255
    framebuffer = ShadowFramebuffer()
    assert not framebuffer.colourful()
    framebuffer.update(frame_of(pixels), StaticSource())
    assert framebuffer.colourful() is colourful


def motion_of(rect: Rect, times_a_second: int, seconds: float = 20.0) -> float:
    motion = MotionMeter()
    for number in range(int(seconds * times_a_second)):
        motion.record(rect, SIZE, 100 + number / times_a_second)
    return motion.rate(100 + seconds)


@pytest.mark.parametrize(
    ("rect", "times_a_second", "rate"),
    [
        (Rect(5, 5, 2, 16), 2, 0.0001),  # a caret
        (Rect(0, 0, 512, 24), 10, 0.16),  # typing
        (Rect(0, 0, 1024, 768), 1, 1.0),
        (Rect(0, 0, 512, 384), 60, 15.0),  # a dragged window
    ],
)
def test_motion_is_in_whole_pictures_a_second(rect: Rect, times_a_second: int, rate: float) -> None:
    assert motion_of(rect, times_a_second) == pytest.approx(rate, rel=0.3)


def test_motion_decays() -> None:
    motion = MotionMeter()
    assert motion.rate(100) == 0
    motion.record(EMPTY, SIZE, 100)
    motion.record(Rect(0, 0, 1, 1), (0, 0), 100)
    assert motion.rate(100) == 0
    motion.record(Rect(0, 0, *SIZE), SIZE, 100)
    assert motion.rate(100) == 0.5
    assert motion.rate(110) < 0.005
