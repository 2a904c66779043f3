from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

# Steps: key, code and other fields of a key press. The result has 1 for each that is left to the browser.
TAKES = """
const { Composition } = await load("input/composition.js");
const composition = new Composition();
composition.textField = argument.field;
return argument.steps.map(([key, code, more]) =>
  Number(composition.takes(new KeyboardEvent("keydown", { key, code, ...more }), argument.typing)));
"""
DEAD, E, SHIFT = ("Dead", "Equal"), ("e", "KeyE"), ("Shift", "ShiftLeft")
PHONE = {"keyCode": 229}


@pytest.fixture
def takes(run: Run) -> Callable[..., Any]:
    def takes(*steps: Any, typing: str = "automatic", composes: bool = True, composing: bool = True) -> Any:
        argument = {"steps": [list(step) for step in steps], "typing": typing}
        return run(TAKES, {**argument, "field": {"composes": composes, "isComposing": composing}})

    return takes


def test_a_dead_key_and_the_next_character(takes: Callable[..., Any]) -> None:
    assert takes(DEAD, E, E) == [1, 1, 0]
    assert takes(DEAD, SHIFT, E) == [1, 0, 1]
    assert takes(DEAD, DEAD, E) == [1, 1, 1]


def test_a_dead_key_and_a_key_without_a_character(takes: Callable[..., Any]) -> None:
    assert takes(DEAD, ("Escape", "Escape"), E) == [1, 0, 0]
    for modifier in ("ctrlKey", "altKey", "metaKey"):
        assert takes(DEAD, ("c", "KeyC", {modifier: True}), E) == [1, 0, 0]


def test_a_dead_key_ends_with_a_key_that_an_input_method_takes(takes: Callable[..., Any]) -> None:
    # Firefox: Backspace takes the accent back.
    assert takes(DEAD, ("Backspace", "Backspace", {"isComposing": True}), E) == [1, 1, 0]


def test_input_methods(takes: Callable[..., Any]) -> None:
    process = ("Process", "KeyE", {"keyCode": 229})
    assert takes(process, ("e", "KeyE", {"isComposing": True}), E) == [1, 1, 0]
    assert takes(("Process", "ShiftLeft", {"keyCode": 229})) == [0]


def test_a_composition_that_ended_without_an_event(takes: Callable[..., Any]) -> None:
    # WebKitGTK: the focus moved while the accent of a dead key waited.
    stale = ("a", "KeyA", {"isComposing": True})
    assert takes(stale, DEAD, stale, stale, composing=False) == [0, 1, 1, 0]


def test_keyboards_on_the_screen(takes: Callable[..., Any]) -> None:
    keys = [
        ("Unidentified", "", PHONE),
        ("Unidentified", "Unidentified", PHONE),
        ("a", ""),
        ("Backspace", ""),
    ]
    assert takes(*keys) == [1, 1, 1, 1]
    assert takes(*keys, typing="places") == [1, 1, 1, 1]
    assert takes(("Enter", ""), ("ArrowLeft", ""), ("Backspace", "Backspace")) == [0, 0, 0]


@pytest.mark.parametrize("state", [{"typing": "places"}, {"composes": False}])
def test_places_are_never_left_to_the_browser(takes: Callable[..., Any], state: dict[str, Any]) -> None:
    assert takes(DEAD, E, ("Process", "KeyE", {"keyCode": 229}), **state) == [0, 0, 0]
