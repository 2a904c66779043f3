import struct
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page

Run = Callable[..., Any]


class Mouse(NamedTuple):
    absolute: bool
    x: int
    y: int
    buttons: int


# A desk with a screen of 200x100 CSS pixels in it that shows 400x200 of the Mac's.
SCENE = """
const { Pointer } = await load("input/pointer.js");
document.body.innerHTML = `<div id=desk><div id=screen tabindex=0></div></div>`;
const [desk, screen] = [document.getElementById("desk"), document.getElementById("screen")];
Object.assign(desk.style, { position: "fixed", inset: 0 });
Object.assign(screen.style, { position: "absolute", left: "100px", top: "100px" });
Object.assign(screen.style, { width: "200px", height: "100px" });
const display = { toMac: (x, y) => ({ x: Math.min(Math.max(2 * (x - 100), 0), 399),
                                      y: Math.min(Math.max(2 * (y - 100), 0), 199) }) };
window.sent = [];
window.pointer = new Pointer(desk, screen, display, (data) => sent.push(Array.from(new Uint8Array(data))));
"""


class Scene:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.mouse = page.mouse

    def sent(self) -> list[bytes]:
        """All messages, once a move that waits for its turn has been sent, too."""
        self.page.wait_for_timeout(30)
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


def test_a_move_says_where(scene: Scene) -> None:
    scene.mouse.move(150, 120)
    assert scene.moves() == [Mouse(True, 100, 40, 0)]


def test_the_time_is_that_of_the_event(scene: Scene) -> None:
    before = scene.page.evaluate("performance.timeOrigin + performance.now()")
    scene.mouse.move(150, 120)
    (message,) = scene.sent()
    after = scene.page.evaluate("performance.timeOrigin + performance.now()")
    assert before - 1 <= struct.unpack_from("<d", message, 8)[0] <= after


def test_the_pointer_slides_along_the_edges(scene: Scene) -> None:
    scene.mouse.move(150, 20)
    assert scene.moves()[-1] == Mouse(True, 100, 0, 0)
    scene.mouse.move(700, 500)
    assert scene.moves()[-1] == Mouse(True, 399, 199, 0)


def test_a_flood_of_moves_is_folded_and_the_last_one_arrives(scene: Scene) -> None:
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


def test_buttons_are_never_folded(scene: Scene) -> None:
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


def test_a_drag_goes_on_outside(scene: Scene) -> None:
    scene.mouse.move(150, 150)
    scene.mouse.down()
    scene.mouse.move(600, 400)
    scene.mouse.up()
    moves = scene.moves()
    assert moves[-2:] == [Mouse(True, 399, 199, 1), Mouse(True, 399, 199, 0)]


def test_presses_far_outside_are_not_the_macs(scene: Scene) -> None:
    scene.mouse.move(600, 400)
    scene.mouse.down()
    scene.mouse.up()
    assert {move.buttons for move in scene.moves()} == {0}
    scene.mouse.move(150, 95)  # but just above the menu bar is meant for it
    scene.mouse.down()
    assert scene.moves()[-1] == Mouse(True, 100, 0, 1)


def test_a_press_hands_over_the_keyboard(scene: Scene) -> None:
    scene.mouse.click(150, 150)
    assert scene.page.evaluate("document.activeElement.id") == "screen"


def test_the_wheel(scene: Scene) -> None:
    scene.mouse.move(150, 150)
    scene.sent()
    scene.mouse.wheel(10, -120)
    assert scene.sent() == [struct.pack("<B3xhh", 0x20, 10, -120)]


def test_fractions_of_the_wheel_add_up(scene: Scene) -> None:
    scene.page.evaluate("""() => {
        for (const deltaY of [0.4, 0.4, 0.4, 3]) {
            const deltaMode = deltaY === 3 ? 1 : 0;
            const event = new WheelEvent("wheel", { bubbles: true, deltaY, deltaMode });
            document.getElementById("screen").dispatchEvent(event);
        }
    }""")
    assert [struct.unpack_from("<h", message, 6)[0] for message in scene.sent()] == [1, 48]


def test_a_finger_is_the_one_button(scene: Scene) -> None:
    scene.page.evaluate("""() => {
        const screen = document.getElementById("screen");
        const finger = { bubbles: true, pointerType: "touch", pointerId: 7, clientY: 150 };
        const touch = (type, clientX, buttons, isPrimary = true) =>
            screen.dispatchEvent(new PointerEvent(type, { ...finger, isPrimary, clientX, buttons }));
        screen.parentElement.setPointerCapture = () => {};
        touch("pointerdown", 110, 1);
        touch("pointerdown", 190, 1, false);
        touch("pointermove", 120, 1);
        touch("pointerup", 130, 0);
    }""")
    moves = scene.moves()
    assert moves[0] == Mouse(True, 20, 100, 1)
    assert moves[-1] == Mouse(True, 60, 100, 0)


def test_relative_mode_takes_the_mouse_with_a_click(scene: Scene) -> None:
    scene.page.evaluate("() => { pointer.mode = 'relative'; }")
    scene.mouse.move(140, 150)
    scene.mouse.click(150, 150)
    assert scene.moves() == []  # the click only hands the mouse over
    scene.page.wait_for_function("() => pointer.locked")
    scene.mouse.move(157, 146)
    scene.mouse.down()
    moves = scene.moves()
    assert not any(move.absolute for move in moves)
    assert (sum(move.x for move in moves), sum(move.y for move in moves)) == (7, -4)
    assert moves[-1].buttons == 1
    scene.page.evaluate("() => { pointer.mode = 'absolute'; }")
    scene.page.wait_for_function("() => !document.pointerLockElement")
