from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

PLACES = """
const { KeyPlaces } = await load("input/key-places.js");
const [options, events] = argument;
const places = Object.assign(new KeyPlaces(), options);
return events.map(([code, key, shiftKey]) =>
  places.placeOf(new KeyboardEvent("keydown", { code, key, shiftKey })));
"""

FOLLOW = {"followDesktop": True}


@pytest.mark.parametrize("options", [{}, FOLLOW])
def test_the_windows_key_has_an_old_name_in_webkitgtk(run: Run, options: dict[str, bool]) -> None:
    assert run(PLACES, [options, [["OSLeft", "Super", False]]]) == ["MetaLeft"]


@pytest.mark.parametrize(
    ("code", "key", "place"),
    [
        ("CapsLock", "Control", "ControlLeft"),  # setxkbmap -option ctrl:swapcaps
        ("ControlLeft", "CapsLock", "CapsLock"),
        ("AltLeft", "Meta", "MetaLeft"),  # altwin:swap_alt_win
        ("MetaRight", "Alt", "AltRight"),
        ("MetaLeft", "OS", "MetaLeft"),  # Firefox before 118
        ("ControlLeft", "Alt", "AltLeft"),
        ("CapsLock", "Escape", "Escape"),
        ("Escape", "CapsLock", "CapsLock"),
        ("AltRight", "AltGraph", "AltRight"),
        ("ShiftLeft", "Process", "ShiftLeft"),
        ("KeyA", "Control", "KeyA"),
    ],
)
def test_the_desktops_keys_are_followed_if_wanted(run: Run, code: str, key: str, place: str) -> None:
    assert run(PLACES, [FOLLOW, [[code, key, False]]]) == [place]
    assert run(PLACES, [{}, [[code, key, False]]]) == [code]


def test_alt_with_shift_is_not_the_windows_key(run: Run) -> None:
    # X11 calls it Meta.
    assert run(PLACES, [FOLLOW, [["AltLeft", "Meta", True]]]) == ["AltLeft"]


def test_what_was_seen_without_shift_counts_with_shift(run: Run) -> None:
    events = [["AltLeft", "Meta", False], ["AltLeft", "Meta", True]]
    assert run(PLACES, [FOLLOW, events]) == ["MetaLeft", "MetaLeft"]


def test_caps_lock_is_control_if_wanted(run: Run) -> None:
    events = [["CapsLock", "CapsLock", False], ["ControlRight", "Control", False], ["KeyA", "a", False]]
    assert run(PLACES, [{"capsLockControl": True}, events]) == ["ControlLeft", "ControlRight", "KeyA"]


def test_both_changes_together(run: Run) -> None:
    options = {**FOLLOW, "capsLockControl": True}
    assert run(PLACES, [options, [["ControlLeft", "CapsLock", False]]]) == ["ControlLeft"]


def test_a_keyboard_on_the_screen_has_names_alone(run: Run) -> None:
    keys = [["", "Enter", False], ["Unidentified", "Backspace", False], ["", "a", False]]
    assert run(PLACES, [{}, keys]) == ["Enter", "Backspace", "a"]


CHARACTER = """
const { KeyPlaces } = await load("input/key-places.js");
const [capsLockControl, modifierCapsLock, character] = argument;
const places = Object.assign(new KeyPlaces(), { capsLockControl });
return places.characterWithoutCapsLock(new KeyboardEvent("keydown", { modifierCapsLock }), character);
"""


@pytest.mark.parametrize(
    ("control", "on", "character", "meant"),
    [
        (True, True, "A", "a"),
        (True, True, "ä", "Ä"),  # with Shift
        (True, True, "1", "1"),
        (True, True, None, None),
        (True, False, "A", "A"),
        (False, True, "A", "A"),
    ],
)
def test_characters_mean_what_they_are_without_caps_lock_while_it_is_control(
    run: Run, control: bool, on: bool, character: str | None, meant: str | None
) -> None:
    assert run(CHARACTER, [control, on, character]) == meant
