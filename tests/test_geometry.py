"""Rectangles against sets of pixels."""

from hypothesis import given
from hypothesis import strategies as st

from moof.geometry import EMPTY, Rect

RECTS = st.builds(Rect, *[st.integers(-6, 6)] * 2, *[st.integers(-1, 6)] * 2)
SIZES = st.integers(0, 6)


def pixels(rect: Rect) -> set[tuple[int, int]]:
    return {(x, y) for x in range(rect.x, rect.right) for y in range(rect.y, rect.bottom)}


@given(RECTS)
def test_area_counts_the_pixels(rect: Rect) -> None:
    assert rect.area == len(pixels(rect))
    assert rect.is_empty == (not pixels(rect))


@given(RECTS, RECTS)
def test_union_is_the_smallest_rectangle_around_both(a: Rect, b: Rect) -> None:
    union, both = a.union(b), pixels(a) | pixels(b)
    assert union == b.union(a)
    assert both <= pixels(union)
    if not both:
        assert union == EMPTY
        return
    columns, rows = {x for x, _ in both}, {y for _, y in both}
    assert (union.x, union.right) == (min(columns), max(columns) + 1)
    assert (union.y, union.bottom) == (min(rows), max(rows) + 1)


@given(RECTS, RECTS)
def test_intersection_holds_the_pixels_of_both(a: Rect, b: Rect) -> None:
    both = a.intersection(b)
    assert pixels(both) == pixels(a) & pixels(b)
    assert both == b.intersection(a)
    assert not both.is_empty or both == EMPTY


@given(RECTS, SIZES, SIZES)
def test_clip_is_the_part_inside_the_picture(rect: Rect, width: int, height: int) -> None:
    assert rect.clip(width, height) == rect.intersection(Rect.whole(width, height))
    assert pixels(rect.clip(width, height)) == pixels(rect) & pixels(Rect.whole(width, height))


@given(RECTS, st.integers(-6, 6), st.integers(-6, 6))
def test_moved_moves_each_pixel(rect: Rect, dx: int, dy: int) -> None:
    assert pixels(rect.moved(dx, dy)) == {(x + dx, y + dy) for x, y in pixels(rect)}


def test_slices_cut_out_rows_and_columns() -> None:
    assert Rect(1, 2, 3, 4).slices == (slice(2, 6), slice(1, 4))


def test_a_rect_is_a_tuple() -> None:
    x, y, width, height = Rect(1, 2, 3, 4)
    assert Rect(x, y, width, height) == (1, 2, 3, 4)
