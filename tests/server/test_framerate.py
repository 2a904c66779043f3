"""Frames a second."""

import pytest

from moof.server.framerate import FrameRate


def test_sixty_frames_a_second() -> None:
    rate = FrameRate()
    for frame in range(300):
        rate.note(frame, frame / 60)
    assert rate.rate(300 / 60) == pytest.approx(60, abs=1)


def test_a_picture_that_rests_has_no_rate() -> None:
    rate = FrameRate()
    assert rate.rate(0.0) == 0
    rate.note(100, 1.0)
    rate.note(160, 2.0)
    assert rate.rate(10.0) == 0


def test_a_new_emulator_counts_anew() -> None:
    rate = FrameRate()
    rate.note(5000, 1.0)
    rate.note(1, 1.1)
    rate.note(61, 2.1)
    assert rate.count == 61
    assert rate.rate(2.1) == pytest.approx(60)
