from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { Kiosk } = await load("ui/people/kiosk.js");
document.body.replaceChildren();
const done = [];
const names = ["start", "releaseAll", "done"];
const kiosk = new Kiosk(Object.fromEntries(names.map((name) => [name, () => done.push(name)])));
const show = (attract, mayPlay = true) => kiosk.show({ type: "kiosk", attract }, mayPlay);
const screen = () => document.getElementById("attract");
"""


def test_without_a_kiosk_there_is_nothing(run: Run) -> None:
    assert run(SCENE + "show(false); return [screen(), done];") == [None, []]


def test_who_only_watches_sees_the_picture_alone(run: Run) -> None:
    assert run(SCENE + "show(true, false); return screen();") is None


@pytest.mark.parametrize("begin", ["new MouseEvent('click')", "new KeyboardEvent('keydown', { key: 'a' })"])
def test_a_touch_or_a_key_begins_and_goes_no_further(run: Run, begin: str) -> None:
    body = f"""
    show(true);
    const before = [screen().hidden, document.activeElement === screen(), screen().textContent];
    let seen = 0;
    for (const type of ["click", "keydown"]) window.addEventListener(type, () => seen += 1, {{ once: true }});
    const event = {begin};
    const kept = new event.constructor(event.type, {{ bubbles: true, cancelable: true, key: "a" }});
    screen().dispatchEvent(kept);
    return [before, screen().hidden, seen, kept.defaultPrevented, done];
    """
    before, hidden, seen, prevented, done = run(SCENE + body)
    assert before == [False, True, "Touch the screen or press a key"]
    assert (hidden, seen, prevented) == (True, 0, True)
    assert done == ["releaseAll", "start", "done"]


def test_another_page_began_and_it_comes_back(run: Run) -> None:
    body = """
    for (const attract of [true, true, false, false, true]) show(attract);
    return [done, document.querySelectorAll("#attract").length, screen().hidden];
    """
    assert run(SCENE + body) == [["releaseAll", "done", "releaseAll"], 1, False]
