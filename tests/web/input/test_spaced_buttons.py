"""Changes of the mouse button that the Mac can see, 60 times a second."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

# Steps: [method, arguments…]; the result has [buttons, the step's time] of each change, and the deadline.
STEPS = """
const { SpacedButtons } = await load("input/spaced-buttons.js");
const changes = [];
let now = 0;
const buttons = new SpacedButtons((down) => changes.push([down, now]));
for (const [method, ...values] of argument) {
  now = method === "set" ? values[1] : values[0] ?? now;
  buttons[method](...values);
}
const deadline = buttons.deadline === Infinity ? null : buttons.deadline;
return { changes, deadline, buttons: buttons.buttons };
"""


@pytest.fixture
def steps(run: Run) -> Callable[..., dict[str, Any]]:
    return lambda *steps: run(STEPS, [list(step) for step in steps])


def test_a_press_and_a_release_at_once_are_apart(steps: Callable[..., Any]) -> None:
    result = steps(("set", 1, 100), ("set", 0, 100))
    assert result == {"changes": [[1, 100]], "deadline": 150, "buttons": 0}
    assert steps(("set", 1, 100), ("set", 0, 100), ("tick", 149), ("tick", 150))["changes"] == [
        [1, 100],
        [0, 150],
    ]


def test_changes_that_are_apart_happen_at_once(steps: Callable[..., Any]) -> None:
    assert steps(("set", 1, 100), ("set", 0, 150))["changes"] == [[1, 100], [0, 150]]


def test_a_change_may_be_later(steps: Callable[..., Any]) -> None:
    result = steps(("set", 1, 100), ("set", 0, 100, 300), ("tick", 299))
    assert (result["changes"], result["deadline"]) == ([[1, 100]], 300)


def test_flush_makes_all_changes_in_order(steps: Callable[..., Any]) -> None:
    result = steps(("set", 1, 100), ("set", 0, 100), ("set", 1, 100), ("flush", 101))
    assert result["changes"] == [[1, 100], [0, 101], [1, 101]]


def test_keep_drops_what_waits(steps: Callable[..., Any]) -> None:
    result = steps(("set", 1, 100), ("set", 0, 100), ("keep",), ("tick", 900))
    assert result == {"changes": [[1, 100]], "deadline": None, "buttons": 1}


def test_cleared_buttons_are_up_without_a_change(steps: Callable[..., Any]) -> None:
    result = steps(("set", 1, 100), ("set", 0, 100), ("clear",), ("tick", 900))
    assert result == {"changes": [[1, 100]], "deadline": None, "buttons": 0}
