import struct
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page

from support import chromium
from support.pointing_devices import Pen

Run = Callable[..., Any]


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return the path of a whole Chromium: the headless shell reports no movements of a locked pointer."""
    return chromium.chromium_path()


class Mouse(NamedTuple):
    absolute: bool
    x: int
    y: int
    buttons: int


# A viewport with a screen of 200x100 CSS pixels in it that shows 400x200 Mac pixels.
SCENE = """
const { Pointer } = await load("input/pointer.js");
document.body.innerHTML = `<div id=viewport><div id=screen tabindex=0></div></div>`;
const [viewport, screen] = ["viewport", "screen"].map((id) => document.getElementById(id));
Object.assign(viewport.style, { position: "fixed", inset: 0 });
Object.assign(screen.style, { position: "absolute", left: "100px", top: "100px" });
Object.assign(screen.style, { width: "200px", height: "100px" });
const display = { width: 400, height: 200,
                  toMacPixels: (x, y) => ({ x: Math.min(Math.max(2 * (x - 100), 0), 399),
                                            y: Math.min(Math.max(2 * (y - 100), 0), 199) }) };
window.sent = [];
const send = (data) => sent.push(Array.from(new Uint8Array(data)));
window.pointer = new Pointer(viewport, screen, display, send);
"""


class Scene:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.mouse = page.mouse

    def sent(self) -> list[bytes]:
        """Return all messages, after a combined move has been sent, too.

        The page's timers run in the order in which they are due: that of a combined move, which waits 8 ms,
        runs before this one.
        """
        self.page.evaluate("() => new Promise((done) => setTimeout(done, 30))")
        return [bytes(message) for message in self.page.evaluate("() => sent.splice(0)")]

    def moves(self) -> list[Mouse]:
        found = []
        for message in self.sent():
            assert message[0] == 2
            absolute = message[1] == 0x10
            x, y = struct.unpack_from("<HH" if absolute else "<hh", message, 4)
            found.append(Mouse(absolute, x, y, message[2]))
        return found


@pytest.fixture
def scene(run: Run, blank: Page) -> Iterator[Scene]:
    blank.mouse.move(0, 0)
    run(SCENE)
    yield Scene(blank)
    blank.mouse.up()
    blank.evaluate("() => { pointer.mode = 'absolute'; document.body.replaceChildren(); }")


def test_move_has_the_position(scene: Scene) -> None:
    scene.mouse.move(150, 120)
    assert scene.moves() == [Mouse(True, 100, 40, 0)]


def test_time_is_that_of_the_event(scene: Scene) -> None:
    before = scene.page.evaluate("performance.timeOrigin + performance.now()")
    scene.mouse.move(150, 120)
    (message,) = scene.sent()
    after = scene.page.evaluate("performance.timeOrigin + performance.now()")
    assert before - 1 <= struct.unpack_from("<d", message, 8)[0] <= after


def test_position_is_clamped_to_the_picture(scene: Scene) -> None:
    scene.mouse.move(150, 20)
    assert scene.moves()[-1] == Mouse(True, 100, 0, 0)
    scene.mouse.move(700, 500)
    assert scene.moves()[-1] == Mouse(True, 399, 199, 0)


def test_fast_moves_are_combined_and_the_last_one_arrives(scene: Scene) -> None:
    scene.page.evaluate("""() => {
        const screen = document.getElementById("screen");
        for (let i = 1; i <= 100; i++) {
            screen.dispatchEvent(new PointerEvent("pointermove", {
                bubbles: true, isPrimary: true, pointerType: "mouse", clientX: 100 + i, clientY: 150 }));
        }
    }""")
    moves = scene.moves()
    assert 1 < len(moves) < 20
    assert moves[-1] == Mouse(True, 200, 100, 0)


def test_button_changes_are_never_combined(scene: Scene) -> None:
    scene.mouse.move(150, 150)
    for button in ("left", "right", "middle"):
        scene.mouse.down(button=button)
        scene.mouse.up(button=button)
    assert [move.buttons for move in scene.moves() if move.x == 100][1:] == [1, 0, 2, 0, 4, 0]


def test_two_buttons_at_once(scene: Scene) -> None:
    scene.mouse.move(150, 150)
    scene.mouse.down()
    scene.mouse.down(button="right")
    scene.mouse.up()
    scene.mouse.up(button="right")
    assert [move.buttons for move in scene.moves()][1:] == [1, 3, 2, 0]


def test_position_is_known_after_the_first_move_and_not_in_relative_mode(scene: Scene) -> None:
    assert scene.page.evaluate("() => pointer.position") is None
    scene.mouse.move(150, 120)
    assert scene.page.evaluate("() => pointer.position") == {"x": 100, "y": 40}
    scene.page.evaluate("() => pointer.clear()")
    assert scene.page.evaluate("() => pointer.position") == {"x": 100, "y": 40}
    scene.page.evaluate("() => { pointer.mode = 'relative'; }")
    assert scene.page.evaluate("() => pointer.position") is None


def test_drag_continues_outside(scene: Scene) -> None:
    scene.mouse.move(150, 150)
    scene.mouse.down()
    scene.mouse.move(600, 400)
    scene.mouse.up()
    moves = scene.moves()  # the release has a position, so the move right before it may be left out
    assert moves[-2].buttons == 1
    assert moves[-1] == Mouse(True, 399, 199, 0)


def test_presses_far_outside_are_ignored(scene: Scene) -> None:
    scene.mouse.move(600, 400)
    scene.mouse.down()
    scene.mouse.up()
    assert {move.buttons for move in scene.moves()} == {0}
    scene.mouse.move(150, 95)  # just above the menu bar counts
    scene.mouse.down()
    assert scene.moves()[-1] == Mouse(True, 100, 0, 1)


def test_press_focuses_the_screen(scene: Scene) -> None:
    scene.mouse.click(150, 150)
    assert scene.page.evaluate("document.activeElement.id") == "screen"


def test_wheel(scene: Scene) -> None:
    scene.mouse.move(150, 150)
    scene.sent()
    scene.mouse.wheel(10, -120)
    assert scene.sent() == [struct.pack("<B3xhh", 0x20, 10, -120)]


def test_wheel_with_arrow_keys(scene: Scene) -> None:
    scene.page.evaluate("() => { pointer.wheelArrows = true; }")
    scene.mouse.move(150, 150)
    scene.sent()
    scene.mouse.wheel(0, 40)
    assert scene.sent() == [struct.pack("<BB2xhh", 0x20, 0x01, 0, 40)]


BOTH_SENT = "while (sent.length < 2) await new Promise((resolve) => setTimeout(resolve));"
"""What follows a turn of the wheel at once is sent together, a little later."""


def test_wheel_turns_that_follow_each_other_are_sent_together(scene: Scene) -> None:
    scene.page.evaluate(f"""async () => {{
        for (let turn = 0; turn < 1000; turn += 1) pointer.scroll(0, 3);
        {BOTH_SENT}
    }}""")
    turns = [struct.unpack_from("<h", message, 6)[0] for message in scene.sent()]
    assert (turns[0], sum(turns)) == (3, 3000)
    assert len(turns) < 100


def test_wheel_fractions_are_added(scene: Scene) -> None:
    scene.page.evaluate(f"""async () => {{
        for (const deltaY of [0.4, 0.4, 0.4, 3]) {{
            const deltaMode = deltaY === 3 ? 1 : 0;
            const event = new WheelEvent("wheel", {{ bubbles: true, deltaY, deltaMode }});
            document.getElementById("screen").dispatchEvent(event);
        }}
        {BOTH_SENT}
    }}""")
    assert [struct.unpack_from("<h", message, 6)[0] for message in scene.sent()] == [1, 48]


def test_wheel_says_whether_arrow_keys_may_replace_it(scene: Scene) -> None:
    scene.page.evaluate(f"""async () => {{
        pointer.wheelArrows = true;
        pointer.scroll(-1.5, 20);
        pointer.scroll(-1.5, 0);
        {BOTH_SENT}
    }}""")
    assert scene.sent() == [struct.pack("<BB2xhh", 0x20, 1, dx, dy) for dx, dy in ((-1, 20), (-2, 0))]


def test_touches_are_left_to_the_gestures(scene: Scene) -> None:
    scene.page.evaluate("""() => {
        const touch = { bubbles: true, pointerType: "touch", isPrimary: true, clientX: 150, clientY: 150 };
        for (const type of ["pointerdown", "pointermove", "pointerup"])
            document.getElementById("screen").dispatchEvent(new PointerEvent(type, touch));
    }""")
    assert scene.sent() == []


def test_gestures_point_and_press(scene: Scene) -> None:
    presses = scene.page.evaluate("""() => {
        let presses = 0;
        pointer.addEventListener("press", () => { presses += 1; });
        pointer.pointTo(150, 150);
        for (const buttons of [1, 1, 3, 1]) pointer.setButtons(buttons);
        return presses;
    }""")
    assert presses == 1
    assert scene.moves()[-1] == Mouse(True, 100, 100, 1)
    scene.page.evaluate("""() => new Promise((resolve) => {
        pointer.addEventListener("release", resolve);
        pointer.setButtons(0);
    })""")
    assert scene.moves() == [Mouse(True, 100, 100, 0)]


def test_gestures_move_the_pointer_from_where_the_mac_has_it(scene: Scene) -> None:
    scene.page.evaluate("() => { pointer.macCursor = { x: 50, y: 60 }; pointer.moveBy(3.4, -2); }")
    assert scene.moves() == [Mouse(True, 53, 58, 0)]
    # Without a pause the frames are behind; fractions are kept, and the screen's edges are the limits.
    scene.page.evaluate(
        "() => { pointer.pointTo(150, 150); pointer.moveBy(0.4, 0); pointer.moveBy(0.4, -500); }"
    )
    assert scene.moves()[-1] == Mouse(True, 101, 0, 0)


def test_gestures_send_movements_in_relative_mode(scene: Scene) -> None:
    scene.page.evaluate(
        "() => { pointer.mode = 'relative'; pointer.moveBy(0.6, -2); pointer.moveBy(0.6, 0); }"
    )
    moves = scene.moves()
    assert not any(move.absolute for move in moves)
    assert (sum(move.x for move in moves), sum(move.y for move in moves)) == (1, -2)


def test_a_pen_hovers_and_its_tip_is_the_left_button(scene: Scene) -> None:
    pen = Pen(scene.page)
    pen.event("mouseMoved", 120, 150)
    pen.event("mousePressed", 130, 150, "left", 1)
    pen.event("mouseMoved", 133, 150, "left", 1)
    pen.event("mouseReleased", 133, 150, "left", 0)
    pen.event("mouseMoved", 140, 150)
    # The release carries its position: a move right before it may be left out, as it may before any button.
    moves = [(move.x, move.buttons) for move in scene.moves() if (move.x, move.buttons) != (66, 1)]
    assert moves == [(40, 0), (60, 1), (66, 0), (80, 0)]


def test_a_pens_barrel_button_is_the_right_button(scene: Scene) -> None:
    pen = Pen(scene.page)
    pen.event("mousePressed", 130, 150, "right", 2)
    pen.event("mouseReleased", 130, 150, "right", 0)
    assert [move.buttons for move in scene.moves()] == [2, 0]


def test_a_pens_eraser_is_the_left_button(scene: Scene) -> None:
    scene.page.evaluate("""() => {
        document.getElementById("viewport").setPointerCapture = () => {};
        const eraser = { bubbles: true, pointerType: "pen", isPrimary: true, clientX: 150, clientY: 150 };
        for (const [type, buttons] of [["pointerdown", 32], ["pointerup", 0]])
            document.getElementById("screen").dispatchEvent(new PointerEvent(type, { ...eraser, buttons }));
    }""")
    assert [move.buttons for move in scene.moves()] == [1, 0]


def test_relative_mode_locks_the_pointer_at_a_click(scene: Scene) -> None:
    scene.page.evaluate("() => { pointer.mode = 'relative'; }")
    scene.mouse.move(140, 150)
    scene.mouse.click(150, 150)
    assert scene.moves() == []  # the click only locks the pointer
    scene.page.wait_for_function("() => pointer.locked")
    scene.mouse.move(157, 146)
    scene.mouse.down()
    moves = scene.moves()
    assert not any(move.absolute for move in moves)
    assert (sum(move.x for move in moves), sum(move.y for move in moves)) == (7, -4)
    assert moves[-1].buttons == 1
    scene.page.evaluate("() => { pointer.mode = 'absolute'; }")
    scene.page.wait_for_function("() => !document.pointerLockElement")


@pytest.mark.parametrize("error", ["NotSupportedError", "UnknownError"])
def test_without_unadjusted_movement_the_pointer_is_locked_all_the_same(scene: Scene, error: str) -> None:
    options = scene.page.evaluate(
        """async (name) => {
            const options = [];
            document.getElementById("screen").requestPointerLock = async (wanted) => {
                options.push(wanted ?? null);
                if (wanted) throw new DOMException("no", name);
            };
            await pointer.lock();
            return options;
        }""",
        error,
    )
    assert options == [{"unadjustedMovement": True}, None]
