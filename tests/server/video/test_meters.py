"""Frames a second."""

import pytest

from moof.geometry import EMPTY, Rect
from moof.server.video.meters import FrameRateMeter, MotionMeter


def test_sixty_frames_a_second() -> None:
    rate = FrameRateMeter()
    for frame in range(300):
        rate.note(frame, frame / 60)
    assert rate.rate(300 / 60) == pytest.approx(60, abs=1)


def test_a_picture_that_rests_has_no_rate() -> None:
    rate = FrameRateMeter()
    assert rate.rate(0.0) == 0
    rate.note(100, 1.0)
    rate.note(160, 2.0)
    assert rate.rate(10.0) == 0


def test_a_new_emulator_counts_anew() -> None:
    rate = FrameRateMeter()
    rate.note(5000, 1.0)
    rate.note(1, 1.1)
    rate.note(61, 2.1)
    assert rate.count == 61
    assert rate.rate(2.1) == pytest.approx(60)


SIZE = (1024, 768)


def moving(rect: Rect, times_a_second: int, seconds: float = 20.0) -> float:
    motion = MotionMeter()
    for number in range(int(seconds * times_a_second)):
        motion.note(rect, SIZE, 100 + number / times_a_second)
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
def test_whole_pictures_a_second(rect: Rect, times_a_second: int, rate: float) -> None:
    assert moving(rect, times_a_second) == pytest.approx(rate, rel=0.3)


def test_what_was_drawn_long_ago_is_forgotten() -> None:
    motion = MotionMeter()
    assert motion.rate(100) == 0
    motion.note(EMPTY, SIZE, 100)
    motion.note(Rect(0, 0, 1, 1), (0, 0), 100)
    assert motion.rate(100) == 0
    motion.note(Rect(0, 0, *SIZE), SIZE, 100)
    assert motion.rate(100) == 0.5
    assert motion.rate(110) < 0.005
