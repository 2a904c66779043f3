"""Zoom and pan: a picture of 400x300 in an area, CSS pixels."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Run = Callable[..., Any]

# Steps: [method, arguments…]; the result has the box, and the zoom.
STEPS = """
const { View } = await load("video/view.js");
const view = new View();
const [area, steps] = argument;
view.place({ width: 400, height: 300 }, area);
for (const [method, ...values] of steps) view[method](...values);
const { left, top, width, height } = view.box;
return [left, top, width, height, view.zoom].map((value) => Math.round(value * 1000) / 1000);
"""
AREA = {"left": 0, "top": 0, "width": 400, "height": 500}


@pytest.fixture
def view(run: Run) -> Callable[..., list[float]]:
    return lambda *steps, area=AREA: run(STEPS, [area, [list(step) for step in steps]])


def test_the_picture_is_in_the_middle(view: Callable[..., Any]) -> None:
    assert view() == [0, 100, 400, 300, 1]


def test_zoom_leaves_its_point_in_place(view: Callable[..., Any]) -> None:
    left, top, width, height, zoom = view(("zoomBy", 3, {"x": 100, "y": 250}))
    assert (width, height, zoom) == (1200, 900, 3)
    assert (100 - left) / width == pytest.approx(100 / 400, abs=0.001)
    assert (250 - top) / height == pytest.approx(150 / 300, abs=0.001)


def test_pan_ends_at_the_edges(view: Callable[..., Any]) -> None:
    zoom = ("zoomBy", 2, {"x": 200, "y": 250})
    assert view(zoom, ("panBy", 1000, 1000))[:2] == [0, 0]
    assert view(zoom, ("panBy", -1000, -1000))[:2] == [-400, -100]
    assert view(zoom, ("panBy", -1000, -1000), ("panBy", 10, 0))[:2] == [-390, -100]


def test_a_point_outside_of_the_window_is_shown(view: Callable[..., Any]) -> None:
    steps = [("zoomBy", 2, {"x": 200, "y": 250}), ("panBy", 1000, 1000)]
    assert view(*steps, ("show", {"x": 0.1, "y": 0.1}, 48))[:2] == view(*steps)[:2]
    left, top, width, height, _ = view(*steps, ("show", {"x": 0.9, "y": 0.9}, 48))
    assert left + 0.9 * width == pytest.approx(400 - 48)
    assert top + 0.9 * height == pytest.approx(500 - 48)


def test_a_picture_that_a_keyboard_covers_is_moved_to_a_point(view: Callable[..., Any]) -> None:
    area = {"left": 0, "top": 0, "width": 400, "height": 150}
    assert view(("show", {"x": 0.5, "y": 0}, 48), area=area)[1] == 0
    assert view(("show", {"x": 0.5, "y": 1}, 48), area=area)[1] == -150
    # It can be made small enough.
    assert view(("zoomBy", 0.1, {"x": 0, "y": 0}), area=area) == [100, 0, 200, 150, 0.5]


def test_a_zoom_near_the_whole_picture_becomes_it(view: Callable[..., Any]) -> None:
    assert view(("zoomBy", 1.09, {"x": 9, "y": 9}), ("settle",))[-1] == 1
    assert view(("zoomBy", 1.2, {"x": 9, "y": 9}), ("settle",))[-1] == 1.2
    assert view(("zoomBy", 5, {"x": 9, "y": 9}), ("reset",)) == view()
    assert view(("zoomBy", 50, {"x": 9, "y": 9}))[-1] == 8
    assert view(("zoomBy", 0.5, {"x": 9, "y": 9}))[-1] == 1


_number = st.integers(-600, 600)
_step = st.one_of(
    st.tuples(st.just("panBy"), _number, _number),
    st.builds(
        lambda factor, x, y: ("zoomBy", factor, {"x": x, "y": y}),
        st.sampled_from([0.3, 0.7, 1.3, 4]),
        _number,
        _number,
    ),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=st.lists(_step, max_size=8), height=st.integers(50, 600))
def test_there_is_never_a_gap_beside_a_larger_picture(
    view: Callable[..., Any], steps: list[tuple[Any, ...]], height: int
) -> None:
    left, top, width, tall, _ = view(*steps, area={**AREA, "height": height})
    for start, size, available in ((left, width, 400), (top, tall, height)):
        if size <= available:
            assert start == pytest.approx((available - size) / 2, abs=0.01)
        else:
            assert available - size - 0.01 <= start <= 0.01
