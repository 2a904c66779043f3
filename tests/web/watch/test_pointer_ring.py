"""The ring around the Mac's pointer."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { PointerRing } = await load("watch/pointer-ring.js");
document.body.innerHTML = `<main style="position: relative; margin: 0">
  <video style="position: absolute; left: 10px; top: 20px; width: 640px; height: 600px"></video>
  <i></i></main>`;
const element = document.querySelector("i");
const ring = new PointerRing(element, document.querySelector("video"));
const at = (x, y, visible = true) => ring.show({ cursor: { x, y, visible }, width: 320, height: 240 });
const place = () => [parseFloat(element.style.left), parseFloat(element.style.top)];
const shown = () => element.dataset.shows === "true" && place();
"""


def test_the_ring_is_where_the_pointer_moves_in_the_picture(run: Run) -> None:
    """A picture of 320 x 240 is 640 x 480 in an element of 640 x 600, with 60 pixels above it."""
    body = """
    at(5, 5);
    const first = shown();
    at(0, 0);
    const corner = shown();
    at(319, 239);
    return [first, corner, shown()];
    """
    assert run(SCENE + body) == [False, [11, 81], [649, 559]]


def test_a_pointer_that_rests_or_is_hidden_has_no_ring(run: Run) -> None:
    body = """
    at(5, 5);
    at(5, 5);
    const resting = shown();
    at(6, 5);
    at(7, 5, false);
    const hidden = shown();
    ring.reset();
    at(9, 9);
    const first = shown();
    at(10, 9);
    const moving = shown() !== false;
    while (shown() !== false) await new Promise((resolve) => setTimeout(resolve, 20));
    return [resting, hidden, first, moving];
    """
    assert run(SCENE + body) == [False, False, False, True]
