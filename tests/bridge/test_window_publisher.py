"""What changed in a picture, to the pixel."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.window_publisher import FramePacing, WindowImage
from moof.ipc import Rect


@given(st.lists(st.floats(0.0, 0.05), min_size=2, max_size=200))
def test_never_more_than_sixty_a_second(waits: list[float]) -> None:
    pacing, now, sent = FramePacing(), 100.0, []
    for wait in waits:
        now += max(wait, pacing.delay(now + wait))
        pacing.passed(now)
        sent.append(now)
    for first in range(len(sent)):
        assert len([t for t in sent if sent[first] <= t < sent[first] + 0.5]) <= 32


def test_a_first_frame_goes_out_at_once() -> None:
    assert FramePacing().delay(5.0) == 0.0


def test_a_picture_tells_exactly_what_changed_in_it() -> None:
    display = np.zeros((100, 200), np.uint32)
    picture, place = WindowImage(display), Rect(50, 20, 60, 40)
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
