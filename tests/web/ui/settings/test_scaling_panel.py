"""The settings of the picture's size and pixels: settings, the address, what it says."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { ScalingPanel } = await load("ui/settings/scaling-panel.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(...page.body.children);
const values = { scale: "whole", pixels: "smooth" };
const settings = { get: (name) => values[name], set: (name, value) => { values[name] = value; } };
const calls = [];
const display = Object.assign(new EventTarget(), {
  scale: 1.6, overflows: false, setScaling: (...choice) => calls.push(choice),
});
const open = (search) => new ScalingPanel(display, settings, search);
const checked = () => [...document.querySelectorAll(".segments :checked")].map(({ value }) => value);
const choose = (value) => document.querySelector(`.segments [value="${value}"]`).click();
const note = () => document.getElementById("scaling-note").textContent;
"""


@pytest.fixture(autouse=True)
def empty_page(run: Run) -> Iterator[None]:
    yield
    run("document.body.replaceChildren();")


def test_a_choice_is_applied_and_stored(run: Run) -> None:
    body = """
    open("");
    const before = checked();
    choose("fill");
    choose("crt");
    return [before, checked(), calls, values];
    """
    assert run(SCENE + body) == [
        ["whole", "smooth"],
        ["fill", "crt"],
        [["whole", "smooth"], ["fill", "smooth"], ["fill", "crt"]],
        {"scale": "fill", "pixels": "crt"},
    ]


@pytest.mark.parametrize(
    ("search", "choice"),
    [
        ("?scale=1:1", ["1:1", "smooth"]),
        ("?scale=fit&pixels=sharp", ["fit", "sharp"]),
        ("?scale=huge&pixels=", ["whole", "smooth"]),
    ],
)
def test_the_address_comes_first_and_is_not_stored(run: Run, search: str, choice: list[str]) -> None:
    body = "open(argument); return [checked(), calls[0], values];"
    assert run(SCENE + body, search) == [choice, choice, {"scale": "whole", "pixels": "smooth"}]


def test_it_says_how_large_the_pixels_are_and_how_to_see_the_rest(run: Run) -> None:
    body = """
    open("");
    const notes = [note()];
    Object.assign(display, { scale: 1, overflows: true });
    display.dispatchEvent(new Event("layout"));
    return [...notes, note()];
    """
    fits, overflows = run(SCENE + body)
    assert fits == "Each Mac pixel is 1.6 display pixels wide."
    assert overflows.startswith("Each Mac pixel is 1 display pixel wide. Move to the window’s edge")
