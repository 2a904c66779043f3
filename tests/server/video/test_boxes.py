"""Boxes and their union."""

from hypothesis import given
from hypothesis import strategies as st

from moof.media.raster import Box
from moof.server.video.boxes import union, whole

side = st.integers(1, 50)
boxes = st.tuples(st.integers(0, 50), st.integers(0, 50), side, side)


def pixels(box: Box | None) -> set[tuple[int, int]]:
    if box is None:
        return set()
    x, y, width, height = box
    return {(column, row) for column in range(x, x + width) for row in range(y, y + height)}


@given(boxes, boxes)
def test_the_union_holds_both_and_is_the_smallest_that_does(a: Box, b: Box) -> None:
    both = pixels(a) | pixels(b)
    joined = union(a, b)
    assert joined is not None
    assert both <= pixels(joined)
    columns, rows = {x for x, _ in both}, {y for _, y in both}
    assert joined == (min(columns), min(rows), max(columns) - min(columns) + 1, max(rows) - min(rows) + 1)


def test_nothing_adds_nothing() -> None:
    assert union(None, None) is None
    assert union(whole(2, 3), None) == union(None, whole(2, 3)) == (0, 0, 2, 3)
