"""When the browser's own pointer is shown: by its distance from the Mac's, also while no frames arrive."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from moof.web import page_root

Run = Callable[..., Any]

ARROW = Path(__file__).parents[3] / "guest/art/cursor-arrow.txt"
AHEAD = "() => root.classList.contains('pointer-ahead')"
CAUGHT_UP = "() => !root.classList.contains('pointer-ahead')"

SCENE = """
const { LocalPointer } = await load("input/local-pointer.js");
document.body.innerHTML = "<div id=viewport></div>";
window.root = document.body;
window.viewport = document.getElementById("viewport");
window.pointer = { position: null };
window.local = new LocalPointer(root, viewport, pointer);
window.moveTo = (x, y) => {
  pointer.position = { x, y };
  viewport.dispatchEvent(new PointerEvent("pointermove"));
};
window.frame = (x, y) => local.setMacCursor({ x, y, visible: true });
"""


@pytest.fixture
def scene(run: Run, blank: Page) -> Page:
    run(SCENE)
    return blank


def test_class_tells_whether_the_mac_draws_its_pointer(scene: Page) -> None:
    scene.evaluate("frame(10, 10)")
    assert scene.evaluate("root.className") == "mac-pointer"
    scene.evaluate("local.setMacCursor(null)")
    assert scene.evaluate("root.className") == ""


def test_a_pointer_that_has_not_moved_is_not_shown(scene: Page) -> None:
    scene.evaluate("frame(300, 200)")
    assert scene.evaluate(CAUGHT_UP)


def test_it_is_shown_when_no_frame_follows_a_move_and_until_one_catches_up(scene: Page) -> None:
    scene.evaluate("() => { frame(10, 10); moveTo(10, 10); moveTo(30, 10); }")
    scene.wait_for_function(AHEAD)
    scene.evaluate("frame(20, 10)")
    assert scene.evaluate(AHEAD)
    scene.evaluate("frame(29, 11)")
    assert scene.evaluate(CAUGHT_UP)


def test_frames_that_follow_each_move_in_time_do_not_let_it_flicker(scene: Page) -> None:
    scene.evaluate("() => { for (let x = 10; x < 500; x += 30) { moveTo(x, 10); frame(x, 10); } }")
    scene.wait_for_timeout(60)
    assert scene.evaluate(CAUGHT_UP)


def test_moves_within_the_tolerance_do_not_show_it(scene: Page) -> None:
    scene.evaluate("() => { frame(10, 10); moveTo(13, 7); }")
    scene.wait_for_timeout(60)
    assert scene.evaluate(CAUGHT_UP)


def test_without_a_position_it_is_not_shown(scene: Page) -> None:
    scene.evaluate("() => { frame(10, 10); moveTo(90, 90); pointer.position = null; frame(11, 10); }")
    assert scene.evaluate(CAUGHT_UP)


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_the_arrow_is_that_of_the_guest(blank: Page, scale: int) -> None:
    wanted = [row.ljust(16) for row in ARROW.read_text().splitlines()[2:]]
    drawn = blank.evaluate(
        """async ([source, scale]) => {
            const image = new Image();
            image.src = `data:image/svg+xml,${encodeURIComponent(source)}`;
            await image.decode();
            const { width, height } = image;
            const context = new OffscreenCanvas(width, height).getContext("2d");
            context.drawImage(image, 0, 0);
            const sign = ([red, , , alpha]) => (alpha === 0 ? " " : red === 0 ? "#" : ".");
            const middle = (x) => (x + 0.5) * scale;
            const rows = [];
            for (let y = 0; y < height / scale; y++) {
                rows.push("");
                for (let x = 0; x < width / scale; x++)
                    rows[y] += sign(context.getImageData(middle(x), middle(y), 1, 1).data);
            }
            return rows;
        }""",
        [(Path(str(page_root())) / f"icons/arrow-{scale}.svg").read_text(), scale],
    )
    assert drawn == wanted
