from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

Run = Callable[..., Any]

SCENE = """
const { EdgePan } = await load("video/edge-pan.js");
document.body.innerHTML = "<div style='position: fixed; inset: 0'></div>";
window.left = -100;
window.calls = [];
window.display = {
  overflows: true,
  panBy(dx) {
    const before = left;
    left = Math.max(-200, Math.min(left + dx, 0));
    return left !== before;
  },
};
const area = { free: { left: 0, top: 0, width: innerWidth, height: innerHeight } };
new EdgePan(document.body.firstChild, display, area, ({ x, y }) => calls.push([x, y]));
"""


@pytest.fixture
def panned(run: Run, blank: Page) -> Iterator[Page]:
    blank.mouse.move(600, 400)
    run(SCENE)
    yield blank
    blank.evaluate("() => document.body.replaceChildren()")


def test_speed_grows_towards_the_edges(run: Run) -> None:
    body = """
    const { panSpeed } = await load("video/edge-pan.js");
    const area = { left: 10, top: 0, width: 800, height: 600 };
    return argument.map(([x, y]) => Object.values(panSpeed({ x, y }, area)).map(Math.sign).join());
    """
    assert run(body, [[400, 300], [12, 300], [808, 300], [400, 1], [400, 599]]) == [
        "0,0",
        "1,0",
        "-1,0",
        "0,1",
        "0,-1",
    ]
    body = """
    const { panSpeed } = await load("video/edge-pan.js");
    return argument.map((x) => panSpeed({ x, y: 300 }, { left: 0, top: 0, width: 800, height: 600 }).x);
    """
    near, nearer, beyond, furthest = run(body, [30, 10, 0, -50])
    assert 0 < near < nearer < beyond == furthest


def test_the_picture_moves_to_its_end_while_the_mouse_is_at_the_edge(panned: Page) -> None:
    panned.mouse.move(1, 400)
    panned.wait_for_function("() => left === 0")
    assert panned.evaluate("calls.at(-1)") == [1, 400]
    panned.mouse.move(1279, 400)
    panned.wait_for_function("() => left === -200")


@pytest.mark.parametrize("stop", ["display.overflows = false", "0"], ids=["fits", "in the middle"])
def test_the_picture_stays(panned: Page, stop: str) -> None:
    panned.evaluate(stop)
    panned.mouse.move(500 if stop == "0" else 1, 400)
    frames = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    for _ in range(3):
        panned.evaluate(frames)
    assert panned.evaluate("[left, calls.length]") == [-100, 0]
