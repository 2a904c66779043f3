"""Frame rate limit and exact change detection of the window publisher."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.window_publisher import FRAMES_PER_SECOND, FramePacing, WindowImage
from moof.geometry import EMPTY, Rect


@given(st.lists(st.floats(0.0, 0.05), min_size=2, max_size=200))
def test_frames_beyond_the_limit_wait(waits: list[float]) -> None:
    pacing, now, sent = FramePacing(), 100.0, []
    for wait in waits:
        now += max(wait, pacing.delay(now + wait))
        pacing.passed(now)
        sent.append(now)
    for first in range(len(sent)):
        assert len([t for t in sent if sent[first] <= t < sent[first] + 0.5]) <= FRAMES_PER_SECOND / 2 + 3


@given(
    st.sampled_from((59.3, 60.0, 60.15)),
    st.lists(st.floats(-0.001, 0.001), min_size=10, max_size=300),
    st.floats(0.001, 0.015),
)
def test_program_at_the_rate_of_a_screen_never_waits(rate: float, jitter: list[float], ping: float) -> None:
    pacing = FramePacing()
    for number, early in enumerate(jitter):
        now = 100.0 + number / rate + early
        assert pacing.delay(now) < 0.001
        pacing.passed(now)
        if number % 15 == 0:  # four pings a second, each answered by a frame of its own
            now += max(ping, pacing.delay(now + ping))
            pacing.passed(now)


def test_first_frame_is_not_delayed() -> None:
    assert FramePacing().delay(5.0) == 0.0


def test_update_returns_exactly_what_changed() -> None:
    display = np.zeros((100, 200), np.uint32)
    image, place = WindowImage(display), Rect(50, 20, 60, 40)
    assert image.update(place, EMPTY) == (0, 0, 60, 40)
    display[25:27, 60:64] = 7
    display[0, 0] = 9
    assert image.update(place, Rect(0, 0, 200, 100)) == (10, 5, 4, 2)
    assert image.update(place, Rect(0, 0, 200, 100)) == EMPTY
    assert image.update(Rect(50, 21, 60, 40), EMPTY) == (10, 4, 4, 3)
    assert image.update(Rect(0, 0, 30, 30), EMPTY) == (0, 0, 30, 30)


def test_slot_gets_what_it_lacks() -> None:
    display = np.zeros((100, 200), np.uint32)
    image, place, slots = WindowImage(display), Rect(0, 0, 90, 60), np.zeros((3, 1080, 1920, 4), np.uint8)
    numbers = np.random.default_rng(1)
    for frame in range(12):
        x, y = numbers.integers(0, 90), numbers.integers(0, 60)
        display[y : y + 9, x : x + 9] = frame
        place = Rect(0, 0, 90, 60) if frame < 7 else Rect(5, 5, 80, 70)  # another size: all of it
        image.update(place, Rect(0, 0, 200, 100))
        slot = slots[frame % 3]
        image.copy_to(slot, frame % 3)
        shown = slot.view(np.uint32)[: place.height, : place.width, 0]
        assert np.array_equal(shown, display[place.slices] | 0xFF000000)
        assert not slot[place.bottom + 5 :].any()


def test_distrusted_slots_are_written_whole() -> None:
    image, slots = WindowImage(np.zeros((40, 40), np.uint32)), np.zeros((3, 1080, 1920, 4), np.uint8)
    image.update(Rect(0, 0, 40, 40), EMPTY)
    for number in range(3):
        image.copy_to(slots[number], number)
    slots[:] = 1
    image.copy_to(slots[0], 0)
    assert slots[0].min() == 1  # it lacks nothing
    image.distrust_slots()
    for number in range(3):
        image.copy_to(slots[number], number)
        assert (slots[number, :40, :40, 3] == 255).all()
