"""A slot gets what three frames changed, and never more than the picture."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from moof.ipc import Rect, StaleAreas

SIZES = [(16, 12), (9, 7)]


def test_nothing_published_is_nothing_stale() -> None:
    areas = StaleAreas()
    assert areas.empty
    assert areas.next_slot(Rect(0, 0, 0, 0), 640, 480) == (0, 0, 0, 0)
    assert not areas.empty


def test_a_change_is_copied_into_three_slots() -> None:
    areas, change, nothing = StaleAreas(), Rect(5, 6, 7, 8), Rect(0, 0, 0, 0)
    assert [areas.next_slot(box, 640, 480) for box in (change, nothing, nothing)] == [change] * 3
    assert areas.next_slot(nothing, 640, 480) == nothing


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 8), st.integers(0, 6)), max_size=12))
def test_the_slots_always_hold_the_picture(changes: list[tuple[int, int, int]]) -> None:
    areas, slots = StaleAreas(), np.zeros((3, 12, 16), int)
    picture, shown = np.zeros((12, 16), int), None
    for number, (mode, x, y) in enumerate(changes):
        width, height = SIZES[mode]
        whole = mode != shown
        box = Rect(0, 0, width, height) if whole else Rect(x, y, 1, 1)
        shown = mode
        picture[box.y : box.y + box.height, box.x : box.x + box.width] = number + 1
        left, top, wide, high = areas.next_slot(box, width, height)
        area = np.s_[top : top + high, left : left + wide]
        slots[number % 3][area] = picture[area]
        assert (slots[number % 3][:height, :width] == picture[:height, :width]).all()
