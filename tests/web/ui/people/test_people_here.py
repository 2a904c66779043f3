"""The list of those who are here, in the panel "People"."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { PeopleHere } = await load("ui/people/people-here.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(page.getElementById("people-panel"));
document.getElementById("people-panel").showPopover();
const done = [];
const here = new PeopleHere("Ann", {
  give: (viewer) => done.push(["give", viewer]),
  rename: (name) => done.push(["rename", name]),
  setRules: (rules) => done.push(["rules", rules]),
});
const at = (id) => document.getElementById(id);
const person = (viewer, name, role) =>
  ({ viewer, name, role, plays: role !== "viewer", present: true, line: "good" });
const people = [person("a", "<b>Ann", "owner"), person("b", "Bob", "player"), person("v", "", "viewer")];
const floor = (more) =>
  ({ type: "people", people, mode: "request", minutes: 5, holder: "", waiting: [], left: null, ...more });
const rows = () => [...at("here").children].map((row) =>
  [row.querySelector("strong").textContent,
    [...row.querySelectorAll("em")].map((mark) => mark.textContent).join(),
    row.querySelector("button")?.textContent ?? ""]);
const change = (id, value) => { at(id).value = value; at(id).dispatchEvent(new Event("change")); };
"""


def test_an_owner_gives_the_mouse_to_anybody_who_plays(run: Run) -> None:
    body = """
    here.show(floor({ holder: "a" }), "a");
    at("here").querySelector("button").click();
    return [rows(), done, at("floor-rules").hidden, at("floor-turn").hidden];
    """
    assert run(SCENE + body) == [
        [["<b>Ann", "you,has the mouse", ""], ["Bob", "", "Give the mouse"], ["Somebody", "", ""]],
        [["give", "b"]],
        False,
        True,
    ]


def test_a_player_gives_what_it_has(run: Run) -> None:
    body = """
    const buttons = () => rows().map(([, , button]) => button);
    here.show(floor({ holder: "a" }), "b");
    const other = buttons();
    here.show(floor({ holder: "b" }), "b");
    const own = buttons();
    here.show(floor({ mode: "free" }), "b");
    return [other, own, buttons(), at("floor-rules").hidden];
    """
    assert run(SCENE + body) == [["", "", ""], ["Give the mouse", "", ""], ["", "", ""], True]


def test_rules_and_name_are_sent(run: Run) -> None:
    body = """
    here.show(floor(), "a");
    const name = at("my-name").value;
    change("my-name", "  Anna ");
    change("floor-mode", "queue");
    here.show(floor({ mode: "queue" }), "a");
    change("floor-minutes", "2");
    change("floor-minutes", "0");
    return [name, done, at("floor-turn").hidden];
    """
    assert run(SCENE + body) == [
        "Ann",
        [
            ["rename", "Anna"],
            ["rules", {"mode": "queue", "minutes": 5}],
            ["rules", {"mode": "queue", "minutes": 2}],
        ],
        False,
    ]
