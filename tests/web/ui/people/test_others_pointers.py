"""The arrows of those who point."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { OthersPointers } = await load("ui/people/others-pointers.js");
const screen = document.createElement("div");
document.body.replaceChildren(screen);
const pointers = new OthersPointers(screen, { width: 640, height: 480 });
const people = ["Ann", "Bob"].map((name, n) =>
  ({ viewer: "ab"[n], name, role: "player", plays: true, present: true, line: "good" }));
const floor = (more) =>
  ({ type: "people", people, mode: "request", minutes: 5, holder: "", waiting: [], left: null, ...more });
const rounded = (text) => Math.round(parseFloat(text));
const arrows = () => [...screen.querySelectorAll(".others-pointer")].map(({ textContent, dataset, style }) =>
  [textContent, dataset.colour, rounded(style.left), rounded(style.top)]);
"""


def test_each_has_an_arrow_with_name_and_colour(run: Run) -> None:
    body = """
    pointers.show([{ viewer: "a", x: 320, y: 120 }, { viewer: "b", x: 639, y: 479 }], floor());
    pointers.show([{ viewer: "a", x: 0, y: 240 }, { viewer: "gone", x: 70000, y: 0 }], floor());
    return arrows();
    """
    assert run(SCENE + body) == [["Ann", "1", 0, 50], ["Bob", "2", 100, 100], ["Somebody", "8", 100, 0]]


def test_who_has_left_or_has_the_mouse_has_no_arrow(run: Run) -> None:
    body = """
    const both = [{ viewer: "a", x: 0, y: 0 }, { viewer: "b", x: 0, y: 0 }];
    const names = () => arrows().map(([name]) => name);
    pointers.show(both, floor());
    pointers.keep(floor({ holder: "a" }));
    const left = names();
    pointers.keep(floor({ people: [] }));
    const none = names();
    pointers.show(both, floor());
    pointers.keep(floor({ mode: "free" }));
    return [left, none, names()];
    """
    assert run(SCENE + body) == [["Bob"], [], []]
