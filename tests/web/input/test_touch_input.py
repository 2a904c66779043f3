"""Real touches of a touch screen on a viewport: what the pointer sends and the picture does."""

import itertools
import struct
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page

from support.pointing_devices import TouchScreen
from support.waiting import wait_for_value

Run = Callable[..., Any]


class Mouse(NamedTuple):
    x: int
    y: int
    buttons: int


# A screen of 200x100 CSS pixels in a viewport that shows 400x200 Mac pixels.
SCENE = """
const { Pointer } = await load("input/pointer.js");
const { TouchInput } = await load("input/touch-input.js");
document.body.innerHTML = `<div id=viewport><div id=screen tabindex=0>
  <textarea id=text style="pointer-events: none"></textarea></div></div>`;
const [viewport, screen] = ["viewport", "screen"].map((id) => document.getElementById(id));
Object.assign(viewport.style, { position: "fixed", inset: 0, touchAction: "none" });
Object.assign(screen.style, { position: "absolute", left: "100px", top: "100px" });
Object.assign(screen.style, { width: "200px", height: "100px" });
window.views = [];
const view = (name) => (...values) => views.push([name, ...values]);
const display = { width: 400, height: 200, cssPerMacPixel: 0.5, overflows: false,
  toMacPixels: (x, y) => ({ x: Math.min(Math.max(2 * (x - 100), 0), 399),
                           y: Math.min(Math.max(2 * (y - 100), 0), 199) }),
  zoomBy: view("zoom"), panBy: view("pan"), settleZoom: view("settle") };
window.sent = [];
const pointer = new Pointer(viewport, screen, display, (data) => sent.push(Array.from(new Uint8Array(data))));
window.touch = new TouchInput(viewport, screen, pointer, display);
"""


class Scene:
    def __init__(self, page: Page) -> None:
        self.page = page

    def sent(self) -> list[bytes]:
        return [bytes(message) for message in self.page.evaluate("() => sent")]

    def moves(self) -> list[Mouse]:
        """Return the mouse messages, without repeated ones."""
        found: list[Mouse] = []
        for message in self.sent():
            if message[0] == 2:
                x, y = struct.unpack_from("<HH", message, 4)
                move = Mouse(x, y, message[2])
                if found[-1:] != [move]:
                    found.append(move)
        return found

    def buttons(self) -> list[int]:
        """Return the changes of the buttons."""
        found = [0]
        found += [move.buttons for move in self.moves()]
        return [after for before, after in itertools.pairwise(found) if before != after]

    def wait_for_buttons(self, *buttons: int) -> None:
        wait_for_value(lambda: self.buttons(), list(buttons), f"buttons {buttons}")

    def wheel(self) -> tuple[int, int]:
        turns = [struct.unpack_from("<hh", message, 4) for message in self.sent() if message[0] == 0x20]
        return sum(x for x, _ in turns), sum(y for _, y in turns)


@pytest.fixture
def scene(run: Run, blank: Page) -> Iterator[Scene]:
    run(SCENE)
    yield Scene(blank)
    blank.evaluate("() => document.body.replaceChildren()")


@pytest.fixture
def fingers(scene: Scene) -> Iterator[TouchScreen]:
    fingers = TouchScreen(scene.page)
    yield fingers
    fingers.close()


def test_a_finger_is_the_mouse(fingers: TouchScreen, scene: Scene) -> None:
    for place in ((110, 150), (130, 150), (190, 150)):
        fingers.touch(place)
    fingers.touch()
    scene.wait_for_buttons(1, 0)
    assert scene.moves()[0] == Mouse(20, 100, 0)
    assert scene.moves()[1] == Mouse(20, 100, 1)
    assert scene.moves()[-1] == Mouse(180, 100, 0)


def test_a_long_press_holds_the_button_and_opens_no_menu(fingers: TouchScreen, scene: Scene) -> None:
    fingers.touch((150, 150))
    scene.wait_for_buttons(1)
    fingers.touch((153, 148))
    fingers.touch()
    scene.wait_for_buttons(1, 0)
    assert {(move.x, move.y) for move in scene.moves()} == {(100, 100)}


def test_a_double_tap_is_two_clicks_at_one_place(fingers: TouchScreen, scene: Scene) -> None:
    for place in ((150, 150), (158, 145)):
        fingers.touch(place)
        fingers.touch()
    scene.wait_for_buttons(1, 0, 1, 0)
    assert {(move.x, move.y) for move in scene.moves()} == {(100, 100)}


def test_two_fingers_turn_the_wheel_and_press_nothing(fingers: TouchScreen, scene: Scene) -> None:
    fingers.touch((120, 150))
    fingers.touch((120, 150), (180, 150))
    for y in (140, 130, 120):
        fingers.touch((120, y), (180, y))
    wait_for_value(lambda: scene.wheel(), (0, 60), "the wheel to turn by 60 Mac pixels")
    fingers.touch()
    assert scene.buttons() == []


def test_two_fingers_that_tap_are_the_right_button(fingers: TouchScreen, scene: Scene) -> None:
    fingers.touch((120, 150))
    fingers.touch((120, 150), (180, 150))
    fingers.touch()
    scene.wait_for_buttons(2, 0)
    assert {(move.x, move.y) for move in scene.moves()} == {(40, 100)}


def test_a_pinch_zooms_the_picture(fingers: TouchScreen, scene: Scene) -> None:
    fingers.touch((140, 150), (160, 150))
    fingers.touch((120, 150), (180, 150))
    fingers.touch((100, 150), (200, 150))
    fingers.touch()
    views = scene.page.evaluate("() => views")
    assert {view[0] for view in views} == {"zoom", "pan", "settle"}
    assert scene.buttons() == []


def test_a_trackpads_finger_moves_the_pointer_from_where_it_is(fingers: TouchScreen, scene: Scene) -> None:
    scene.page.evaluate("() => { touch.mode = 'trackpad'; }")
    fingers.touch((400, 400))  # anywhere in the viewport
    for x in (420, 440, 460):
        fingers.touch((x, 400))
    fingers.touch()
    fingers.touch((400, 400))
    fingers.touch()
    scene.wait_for_buttons(1, 0)
    assert scene.moves()[-1].x > 40
    assert scene.moves()[-1].y == 0
    assert scene.page.evaluate("touch.mode") == "trackpad"


def test_cleared_touches_release_nothing(fingers: TouchScreen, scene: Scene) -> None:
    fingers.touch((150, 150))
    scene.wait_for_buttons(1)
    scene.page.evaluate("() => touch.clear()")
    fingers.touch()
    assert scene.buttons() == [1]


def test_a_touch_focuses_the_screen_unless_text_is_being_typed(fingers: TouchScreen, scene: Scene) -> None:
    fingers.touch((150, 150))
    fingers.touch()
    assert scene.page.evaluate("document.activeElement.id") == "screen"
    scene.page.evaluate("() => document.getElementById('text').focus()")
    fingers.touch((150, 150))
    fingers.touch()
    assert scene.page.evaluate("document.activeElement.id") == "text"
