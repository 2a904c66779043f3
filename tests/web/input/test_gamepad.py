"""Gamepads in a real browser, with navigator.getGamepads replaced."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from support.waiting import wait_for_value, wait_until

SCENE = """
const { Keyboard } = await load("input/keyboard.js");
const { GamepadInput } = await load("input/gamepad.js");
window.pad = { axes: [0, 0], buttons: Array.from({ length: 17 }, () => ({ pressed: false })) };
Object.assign(window, { pads: [], sent: [], lists: [], mouse: [], connections: 0 });
navigator.getGamepads = () => pads;
const keyboard = new Keyboard((data) => {
  const bytes = new Uint8Array(data);
  if (bytes[0] === 1) sent.push((bytes[1] === 1 ? "+" : "-") + bytes[2]);
  else lists.push(bytes[4]);
}, { platform: "other", commandKey: "meta" });
keyboard.setMap({ Space: 49, ArrowLeft: 59 });
const pointer = { moveBy: (dx, dy) => mouse.push([dx, dy]), setButtons: (buttons) => mouse.push(buttons) };
window.input = new GamepadInput(keyboard, pointer);
input.addEventListener("connected", () => { connections += 1; });
window.connect = () => { pads = [null, pad]; dispatchEvent(new Event("gamepadconnected")); };
window.disconnect = () => { pads = [null, null]; dispatchEvent(new Event("gamepaddisconnected")); };
"""


@pytest.fixture
def gamepad(run: Callable[..., Any], blank: Page) -> Iterator[Page]:
    blank.bring_to_front()
    run(SCENE)
    blank.evaluate("() => connect()")
    yield blank
    blank.reload()  # the next test has no gamepads of this one


def test_a_button_is_a_key_that_is_listed_while_it_is_down(gamepad: Page) -> None:
    gamepad.evaluate("() => { pad.buttons[0].pressed = true; }")
    wait_until(lambda: 49 in gamepad.evaluate("() => lists"), "the list of held keys")
    gamepad.evaluate("() => { pad.buttons[0].pressed = false; }")
    wait_for_value(lambda: gamepad.evaluate("() => sent"), ["+49", "-49"], "the release")
    assert gamepad.evaluate("() => connections") == 1


@pytest.mark.parametrize("end", ["disconnect()", "dispatchEvent(new Event('blur'))"])
def test_keys_are_released_at_the_end(gamepad: Page, end: str) -> None:
    gamepad.evaluate("() => { pad.axes = [-1, 0]; }")
    wait_for_value(lambda: gamepad.evaluate("() => sent"), ["+59"], "the arrow key")
    gamepad.evaluate(f"() => {{ {end}; }}")
    assert gamepad.evaluate("() => sent") == ["+59", "-59"]


def test_the_stick_moves_the_mouse_and_a_is_its_button(gamepad: Page) -> None:
    gamepad.evaluate("() => { input.mode = 'mouse'; pad.axes = [1, 0]; pad.buttons[0].pressed = true; }")
    wait_until(lambda: 1 in gamepad.evaluate("() => mouse"), "the button")
    wait_until(
        lambda: gamepad.evaluate("() => mouse.some((move) => move[0] > 0 && move[1] === 0)"), "a movement"
    )
    gamepad.evaluate("() => { input.mode = 'keys'; }")
    assert 0 in gamepad.evaluate("() => mouse")
    assert gamepad.evaluate("() => input.mode") == "keys"
