"""The touch mode: its button, and what follows from it."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { TouchControls } = await load("ui/keys/touch-controls.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(...page.body.children);
const values = { touchMode: "direct" };
const settings = { get: (name) => values[name], set: (name, value) => { values[name] = value; } };
const log = [];
const pointer = { mode: "absolute", macCursor: null };
const display = Object.assign(new EventTarget(), { follow: ({ x, y }) => log.push(["follow", x, y]) });
const touch = new TouchControls(document.getElementById("viewport"), pointer, display, {
  settings,
  hint: { show: (text) => log.push(["hint", text.split(" ")[2]]) },
  actions: { release: () => log.push(["release"]), done: () => log.push(["done"]) },
});
const button = document.getElementById("touch-mode");
const icon = () => button.querySelector("use").getAttribute("href").split("#")[1];
const click = () => button.dispatchEvent(new MouseEvent("click", { detail: 1 }));
"""


@pytest.fixture(autouse=True)
def empty_page(run: Run) -> Any:
    yield
    run("document.body.replaceChildren();")


def test_the_button_switches_the_mode(run: Run) -> None:
    body = "const icons = [icon()]; for (let i = 0; i < 2; i++) { click(); icons.push(icon()); }"
    assert run(SCENE + body + "return [icons, log, values.touchMode];") == [
        ["touch", "trackpad", "touch"],
        [["release"], ["hint", "moves"], ["done"], ["release"], ["hint", "is"], ["done"]],
        "direct",
    ]


def test_while_the_mac_captures_the_mouse_fingers_are_a_trackpads(run: Run) -> None:
    body = "pointer.mode = 'relative'; touch.update(); return [icon(), values.touchMode];"
    assert run(SCENE + body) == ["trackpad", "direct"]


def test_the_picture_follows_the_pointer_that_a_trackpad_moves(run: Run) -> None:
    body = """
    const cursor = (x, y) => ({ x, y, visible: true });
    touch.follow(cursor(1, 2));
    click();
    log.length = 0;
    for (const each of [cursor(1, 2), cursor(3, 2), cursor(3, 2), null, cursor(3, 4)]) touch.follow(each);
    touch.clear();
    return [log, pointer.macCursor];
    """
    assert run(SCENE + body) == [
        [["follow", 3, 2], ["follow", 3, 4]],
        {"x": 3, "y": 4, "visible": True},
    ]
