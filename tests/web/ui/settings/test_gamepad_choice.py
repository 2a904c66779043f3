"""The choice of what a gamepad does."""

from collections.abc import Callable
from typing import Any

SCENE = """
const { GamepadChoice } = await load("ui/settings/gamepad-choice.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(page.getElementById("gamepad-row"));
const values = { gamepadMode: "mouse" }, hints = [];
const settings = { get: (name) => values[name], set: (name, value) => { values[name] = value; } };
navigator.getGamepads = () => [{ axes: [], buttons: [] }];
const keys = { press() {}, release() {} };
new GamepadChoice({ keys, placeCode: () => 1 }, { moveBy() {}, setButtons() {} }, settings,
  { show: (text) => hints.push(text.split(" ").slice(0, 3).join(" ")) });
const row = document.getElementById("gamepad-row");
const before = row.hidden;
dispatchEvent(new Event("gamepadconnected"));
const mode = document.getElementById("gamepad-mouse").checked;
document.getElementById("gamepad-keys").click();
const result = [before, row.hidden, mode, values.gamepadMode, hints];
navigator.getGamepads = () => [];
document.body.replaceChildren();
return result;
"""


def test_a_connected_gamepad_is_explained_and_can_be_changed(run: Callable[..., Any]) -> None:
    assert run(SCENE) == [True, False, True, "keys", ["The gamepad moves"]]
