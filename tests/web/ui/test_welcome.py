from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { Welcome, welcomeLines } = await load("ui/welcome.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(...page.body.children);
const values = { welcomed: false };
const settings = { get: (name) => values[name], set: (name, value) => { values[name] = value; } };
const element = (id) => document.getElementById(id);
const create = () => new Welcome(settings, element("screen"), () => {});
const picture = { hasFrame: true, viewOnly: false };
const shown = () => !element("welcome").hidden;
"""


def test_lines_are_shown_with_the_first_picture(run: Run) -> None:
    body = """
    const welcome = create();
    welcome.show({ ...picture, hasFrame: false });
    const before = shown();
    welcome.show(picture);
    return [before, shown(), element("welcome-lines").childElementCount];
    """
    assert run(SCENE + body) == [False, True, 3]


def test_button_dismisses_them_for_ever(run: Run) -> None:
    body = """
    create().show(picture);
    element("welcome-close").click();
    const closed = shown();
    create().show(picture);
    return [closed, shown(), values.welcomed];
    """
    assert run(SCENE + body) == [False, False, True]


def test_using_the_mac_hides_them_for_this_visit(run: Run) -> None:
    body = """
    const welcome = create();
    welcome.show(picture);
    element("screen").dispatchEvent(new PointerEvent("pointerdown"));
    welcome.show(picture);
    const used = shown();
    create().show(picture);
    return [used, shown(), values.welcomed];
    """
    assert run(SCENE + body) == [False, True, False]


@pytest.mark.parametrize(
    ("view_only", "touch", "words"),
    [
        (False, False, "Click in the picture"),
        (False, True, "Touch the picture"),
        (True, True, "You are watching"),
    ],
)
def test_second_line_says_what_to_do(run: Run, view_only: bool, touch: bool, words: str) -> None:
    lines = run(SCENE + "return welcomeLines(...argument);", [view_only, touch])
    assert lines[1].startswith(words)
