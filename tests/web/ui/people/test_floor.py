"""What a page says of mouse and keyboard, for each of those who are here."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { colourOf, describeFloor, describePerson, describeTime, nameOf } = await load("ui/people/floor.js");
const person = (viewer, name, role, more) =>
  ({ viewer, name, role, plays: role !== "viewer", present: true, line: "good", ...more });
const people = [person("a", "Ann", "player"), person("b", "Bob", "player"), person("o", "Olga", "owner"),
  person("v", "Vera", "viewer")];
const floor = (mode, holder, waiting) =>
  ({ type: "people", people, mode, minutes: 5, holder, waiting, left: null });
const say = (message, me, mayPlay = true) => {
  const notice = describeFloor(message, me, mayPlay);
  if (!notice) return null;
  return [notice.text, notice.counts, ...notice.buttons.map(({ action, label }) => `${action}: ${label}`)];
};
"""


def test_free_for_all_needs_no_notice(run: Run) -> None:
    assert run(SCENE + 'return say(floor("free", "", []), "a");') is None
    assert run(SCENE + 'return say(floor("request", "a", []), "stranger");') is None


@pytest.mark.parametrize(
    ("holder", "waiting", "me", "said"),
    [
        ("", "", "a", ["Nobody has the mouse", False, "request: Take it"]),
        ("a", "", "a", ["You have the mouse", True, "release: Release it"]),
        ("a", "b", "a", ["Bob asks for the mouse", True, "release: Pass it on"]),
        ("a", "", "b", ["Ann has the mouse", False, "request: Ask for it"]),
        ("a", "b", "b", ["Ann has the mouse · you are number 1", True, "release: Do not wait"]),
        ("a", "", "o", ["Ann has the mouse", False, "request: Ask for it", "take: Take it"]),
        (
            "a",
            "bo",
            "o",
            ["Ann has the mouse · you are number 2", False, "release: Do not wait", "take: Take it"],
        ),
    ],
)
def test_who_may_play_is_told_what_to_do(
    run: Run, holder: str, waiting: str, me: str, said: list[Any]
) -> None:
    argument = [holder, list(waiting), me]
    assert run(SCENE + 'return say(floor("queue", argument[0], argument[1]), argument[2]);', argument) == said


def test_who_watches_is_told_who_has_the_mouse(run: Run) -> None:
    assert run(SCENE + 'return say(floor("request", "a", []), "v", false);') == ["Ann has the mouse", False]
    assert run(SCENE + 'return say(floor("request", "", []), "v", false);') is None


def test_people_have_facts_names_and_colours(run: Run) -> None:
    body = """
    const message = floor("request", "a", ["b"]);
    const many = { ...message, people: Array.from({ length: 9 }, (_, n) => person(String(n), "", "player")) };
    return [
      describePerson(message, people[1], "player"),
      describePerson(message, person("v", "", "viewer", { present: false }), "viewer"),
      describePerson(message, person("x", "", "viewer", { line: "" }), "viewer"),
      nameOf(message, "b"), nameOf(many, "1"), nameOf(message, "gone"),
      colourOf(message, "a"), colourOf(many, "7"), colourOf(many, "8"),
      describeTime(0), describeTime(61.2), describeTime(-3),
    ];
    """
    assert run(SCENE + body) == [
        "player · good line · asks for the mouse (1)",
        "viewer · connection lost",
        "viewer",
        *("Bob", "Somebody", "Somebody"),
        *(1, 8, 1),
        *("0:00", "1:02", "0:00"),
    ]
