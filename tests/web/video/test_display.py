from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

Run = Callable[..., Any]

SCENE = """
const { Display } = await load("video/display.js");
const { WindowArea } = await load("ui/window-area.js");
document.body.innerHTML = "<div id=s style='position:absolute'>"
  + "<video></video><canvas></canvas><canvas id=enlarged></canvas></div>";
const [screen, video, canvas, enlarged] =
  ["#s", "video", "canvas", "#enlarged"].map((name) => document.querySelector(name));
window.display = new Display(screen, video, canvas, enlarged, window.area = new WindowArea());
window.shown = () => ({ video: !video.hidden, canvas: !canvas.hidden });
"""


@pytest.fixture
def display(run: Run, blank: Page) -> Iterator[Page]:
    run(SCENE)
    yield blank
    blank.evaluate("() => document.body.replaceChildren()")


def test_shows_video_or_canvas(display: Page) -> None:
    assert display.evaluate("shown()") == {"video": True, "canvas": False}
    display.evaluate("() => { display.expect('tiles'); display.frameArrived('tiles'); }")
    assert display.evaluate("shown()") == {"video": False, "canvas": True}


def test_old_picture_stays_until_the_first_new_frame(display: Page) -> None:
    display.evaluate("() => { display.expect('tiles'); display.frameArrived('rtp'); }")
    assert display.evaluate("display.shown") == "rtp"
    display.wait_for_function("() => display.shown === 'tiles'")  # after the timeout


def test_late_frame_of_the_old_transport_is_ignored(display: Page) -> None:
    display.evaluate(
        "() => { display.expect('tiles'); display.frameArrived('tiles'); display.frameArrived('rtp'); }"
    )
    assert display.evaluate("display.shown") == "tiles"


def test_window_coordinates_become_mac_pixels(display: Page) -> None:
    box = display.evaluate("""() => {
        display.setSize(512, 342);
        const { left, top, width, height } = document.getElementById("s").getBoundingClientRect();
        return { left, top, width, height };
    }""")
    assert (box["width"], box["height"]) == (1024, 684)
    to_mac = "([x, y]) => display.toMacPixels(x, y)"
    assert display.evaluate(to_mac, [box["left"] + 21, box["top"] + 1]) == {"x": 10, "y": 0}
    assert display.evaluate(to_mac, [0, 5000]) == {"x": 0, "y": 341}


def test_resized_window(display: Page) -> None:
    display.evaluate("() => display.setSize(1024, 768)")
    assert display.evaluate("[...document.documentElement.classList].sort()") == ["framed", "sharp"]
    display.set_viewport_size({"width": 800, "height": 600})
    display.wait_for_function("() => !document.documentElement.classList.contains('sharp')")
    display.set_viewport_size({"width": 1280, "height": 900})
    display.wait_for_function("() => document.documentElement.classList.contains('sharp')")


def test_the_pointers_scale_is_a_whole_number_that_has_an_image(display: Page) -> None:
    scales = display.evaluate("""() => [64, 300, 620, 5000].map((width) => {
        display.setSize(width, 400);
        return document.documentElement.dataset.pointerScale;
    })""")
    assert scales[0] == "2"
    assert set(scales) <= {"1", "2", "3"}


BOUNDS = """() => {
    const { left, top, width, height } = document.getElementById("s").getBoundingClientRect();
    return { left, top, width, height };
}"""


def test_a_zoomed_picture_has_exact_coordinates(display: Page) -> None:
    display.set_viewport_size({"width": 390, "height": 844})
    display.evaluate("() => { display.setSize(640, 480); display.zoomBy(3.3, { x: 300, y: 500 }); }")
    assert display.evaluate("display.zoomed")
    box = display.evaluate(BOUNDS)
    assert box["width"] == pytest.approx(390 * 3.3, rel=0.001)
    for x, y in ((box["left"] + 0.2, box["top"] + 0.2), (100, 400), (389, 843)):
        expected = [int((x - box["left"]) * 640 / box["width"]), int((y - box["top"]) * 480 / box["height"])]
        found = display.evaluate("([x, y]) => display.toMacPixels(x, y)", [x, y])
        assert [found["x"], found["y"]] == [expected[0], min(expected[1], 479)]
    display.evaluate("() => display.resetZoom()")
    assert display.evaluate(BOUNDS)["width"] == pytest.approx(390)
    display.set_viewport_size({"width": 1280, "height": 900})


def test_the_picture_keeps_its_size_above_a_keyboard_and_shows_the_pointer(display: Page) -> None:
    display.set_viewport_size({"width": 844, "height": 390})
    display.evaluate("() => { display.setSize(640, 480); area.keyboardHeight = 200; }")
    assert display.evaluate(BOUNDS)["height"] == pytest.approx(390)
    display.evaluate("() => display.follow({ x: 10, y: 470 })")
    box = display.evaluate(BOUNDS)
    assert 0 < box["top"] + 470 * box["height"] / 480 < 190
    display.evaluate("() => { display.panBy(0, 1000); area.keyboardHeight = 0; }")
    assert display.evaluate(BOUNDS)["top"] == 0
    display.set_viewport_size({"width": 1280, "height": 900})


def test_the_end_of_a_zoom_gesture_shows_the_whole_picture_if_it_almost_does(display: Page) -> None:
    script = (
        "(factor) => { display.zoomBy(factor, { x: 9, y: 9 }); display.settleZoom(); return display.zoom; }"
    )
    assert display.evaluate(script, 1.05) == 1
    assert display.evaluate(script, 2) == 2
    assert display.evaluate("display.cssPerMacPixel") > 0
    display.evaluate("() => display.resetZoom()")


ENLARGED = """() => {
    const { hidden, width, height } = document.getElementById("enlarged");
    return [hidden, width, height];
}"""


def test_fractions_are_drawn_as_an_enlarged_copy_of_each_frame(display: Page) -> None:
    display.evaluate("""() => {
        document.querySelector("canvas").width = 640;
        document.querySelector("canvas").height = 480;
        display.setSize(640, 480);
        display.layout();
        display.expect("tiles");
        display.frameArrived("tiles");
    }""")
    assert display.evaluate(ENLARGED) == [False, 1280, 960]
    display.evaluate("() => display.setScaling('auto', 'smooth')")
    assert display.evaluate(ENLARGED) == [True, 1, 1]
    display.evaluate("() => display.setScaling('auto', 'crt')")
    assert display.evaluate("[...document.documentElement.classList].sort()") == ["crt", "framed"]
    assert display.evaluate("document.documentElement.style.getPropertyValue('--tube-line')") == "2px"
    display.evaluate("() => display.setScaling('whole', 'sharp')")
    assert display.evaluate(ENLARGED) == [True, 1, 1]
    assert display.evaluate("[...document.documentElement.classList].sort()") == ["framed", "sharp"]


def test_a_picture_that_fills_the_window_begins_at_its_upper_left_corner(display: Page) -> None:
    display.evaluate("() => { display.setSize(1024, 768); display.setScaling('fill', 'sharp'); }")
    box = display.evaluate(BOUNDS)
    assert (box["left"], box["top"], box["width"], box["height"]) == (0, 0, 1280, 960)
    assert display.evaluate("[display.overflows, display.zoomed]") == [True, False]
    assert display.evaluate("[display.panBy(0, -20), display.panBy(0, 100), display.panBy(0, 100)]") == [
        True,
        True,
        False,
    ]
    assert display.evaluate("display.toMacPixels(1279, 0)") == {"x": 1023, "y": 0}
    display.evaluate("() => { display.setScaling('auto', 'sharp'); display.setSize(2048, 768); }")
    display.evaluate("() => display.setScaling('fill', 'sharp')")
    box = display.evaluate(BOUNDS)
    assert (box["left"], box["top"], box["height"]) == (0, 0, 900)
