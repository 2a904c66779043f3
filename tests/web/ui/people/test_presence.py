"""The parts of a page that show other people, together."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { Presence } = await load("ui/people/presence.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
const screen = document.createElement("div");
document.body.replaceChildren(page.getElementById("people-panel"), screen);
const done = [];
const presence = new Presence(screen, { width: 640, height: 480 }, "Ann", {
  send: (message) => done.push(message),
  setRules: (rules) => done.push(["rules", rules]),
  keepName: (name) => done.push(["keep", name]),
  floorChanged: (has) => done.push(["floor", has]),
});
const people = ["a", "o"].map((viewer) =>
  ({ viewer, name: viewer, role: viewer === "o" ? "owner" : "player", plays: true, present: true }));
const floor = (more) =>
  ({ type: "people", people, mode: "request", minutes: 5, holder: "", waiting: [], left: null, ...more });
"""


def test_each_session_is_told_the_name_once(run: Run) -> None:
    body = """
    for (const me of ["a", "a", "o"]) presence.receive(floor({ mode: "free" }), me, true);
    return done;
    """
    assert run(SCENE + body) == [{"type": "name", "name": "Ann"}] * 2


def test_the_page_learns_when_it_gets_and_loses_the_mouse(run: Run) -> None:
    body = """
    for (const holder of ["a", "a", "o", "o", "a"]) presence.receive(floor({ holder }), "a", true);
    presence.receive(floor({ mode: "free" }), "a", true);
    return done.slice(1);
    """
    assert run(SCENE + body) == [["floor", False], ["floor", True]]


def test_an_owner_takes_the_mouse_by_the_notice(run: Run) -> None:
    body = """
    presence.receive(floor({ holder: "a" }), "o", true);
    document.querySelector('#floor-notice [data-action="take"]').click();
    document.querySelector('#floor-notice [data-action="request"]').click();
    return done.slice(-2);
    """
    assert run(SCENE + body) == [
        {"type": "floor", "action": "give", "to": "o"},
        {"type": "floor", "action": "request"},
    ]


def test_pointers_wait_for_the_people(run: Run) -> None:
    body = """
    const pointers = { type: "pointers", pointers: [{ viewer: "a", x: 1, y: 2 }] };
    presence.receive(pointers, "o", true);
    const before = screen.children.length;
    presence.receive(floor(), "o", true);
    presence.receive(pointers, "o", true);
    return [before, screen.children.length];
    """
    assert run(SCENE + body) == [0, 1]
