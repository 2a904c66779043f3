"""The notice that somebody has the mouse."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { FloorNotice } = await load("ui/people/floor-notice.js");
document.body.replaceChildren();
const done = [];
const notice = new FloorNotice((action) => done.push(action));
const section = document.getElementById("floor-notice");
const people = ["Ann", "Bob"].map((name, n) =>
  ({ viewer: "ab"[n], name, role: "player", plays: true, present: true, line: "good" }));
const floor = (more) =>
  ({ type: "people", people, mode: "queue", minutes: 5, holder: "a", waiting: [], left: null, ...more });
const buttons = () => [...section.querySelectorAll("button")];
const time = () => section.querySelector("time");
"""


def test_it_offers_what_can_be_done(run: Run) -> None:
    body = """
    const before = section.hidden;
    notice.show(floor(), "b", true);
    const text = section.querySelector("p").textContent;
    const shown = [section.hidden, text, time().hidden, section.dataset.colour];
    buttons()[0].click();
    notice.show(floor({ mode: "free", holder: "" }), "b", true);
    return [before, shown, done, section.hidden];
    """
    assert run(SCENE + body) == [True, [False, "Ann has the mouse", True, "1"], ["request"], True]


def test_it_counts_the_seconds_that_are_left(run: Run) -> None:
    body = """
    notice.show(floor({ waiting: ["b"], left: 61 }), "a", true);
    const first = [time().hidden, time().textContent];
    while (time().textContent === first[1]) await new Promise((resolve) => setTimeout(resolve, 20));
    const second = time().textContent;
    notice.show(floor(), "a", true);
    return [first, second < first[1], time().hidden];
    """
    assert run(SCENE + body) == [[False, "1:01"], True, True]


def test_a_button_keeps_the_focus_while_nothing_changes(run: Run) -> None:
    body = """
    notice.show(floor(), "b", true);
    buttons()[0].focus();
    notice.show(floor({ people: people.map((each) => ({ ...each, line: "slow" })) }), "b", true);
    return document.activeElement === buttons()[0];
    """
    assert run(SCENE + body) is True
