"""What of the window is free: safe areas, the page's keyboard, the system's keyboard."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { WindowArea } = await load("ui/window-area.js");
const root = document.documentElement;
const [insets, keyboard, visual] = argument;
for (const [side, value] of Object.entries(insets)) root.style.setProperty(`--safe-${side}`, value);
const real = Object.getOwnPropertyDescriptor(window, "visualViewport");
Object.defineProperty(window, "visualViewport", { configurable: true, get: () => visual && {
  scale: 1, offsetTop: 0, height: window.innerHeight, addEventListener() {}, ...visual } });
const area = new WindowArea();
let changes = 0;
area.addEventListener("change", () => { changes += 1; });
area.keyboardHeight = keyboard;
const { whole, free } = area;
const covered = root.style.getPropertyValue("--covered");
area.keyboardHeight = 0;
Object.defineProperty(window, "visualViewport", real);
root.removeAttribute("style");
return { whole, free, covered, changes, window: [window.innerWidth, window.innerHeight] };
"""


def test_without_insets_the_whole_window_is_free(run: Run) -> None:
    result = run(SCENE, [{}, 0, None])
    width, height = result["window"]
    assert result["whole"] == result["free"] == {"left": 0, "top": 0, "width": width, "height": height}


def test_safe_areas_are_left_out(run: Run) -> None:
    result = run(SCENE, [{"top": "47px", "left": "10px", "right": "20px", "bottom": "34px"}, 0, None])
    width, height = result["window"]
    assert result["whole"] == {"left": 10, "top": 47, "width": width - 30, "height": height - 81}


def test_the_pages_keyboard_takes_from_the_free_area_alone(run: Run) -> None:
    result = run(SCENE, [{"bottom": "34px"}, 300, None])
    height = result["window"][1]
    assert result["whole"]["height"] == height - 34
    assert result["free"]["height"] == height - 300
    assert result["covered"] == "300px"
    assert result["changes"] == 2


def test_the_systems_keyboard_takes_from_the_free_area_alone(run: Run) -> None:
    result = run(SCENE, [{}, 0, {"height": 400, "offsetTop": 100}])
    width, height = result["window"]
    assert result["whole"]["height"] == height
    assert result["free"] == {"left": 0, "top": 100, "width": width, "height": 400}


def test_a_page_zoomed_by_the_person_is_no_keyboard(run: Run) -> None:
    result = run(SCENE, [{}, 0, {"height": 200, "offsetTop": 100, "scale": 2}])
    assert result["free"] == result["whole"]
