from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

GROUP = """
const { browserKeyGroup } = await load("input/browser-keys.js");
const [code, key, modifiers, apple] = argument;
const NAMES = { Shift: "shiftKey", Control: "ctrlKey", Alt: "altKey", Meta: "metaKey",
                AltGraph: "modifierAltGraph" };
const flags = Object.fromEntries(modifiers.split(" ").filter(Boolean).map((name) => [NAMES[name], true]));
return browserKeyGroup(new KeyboardEvent("keydown", { code, key, ...flags }), apple);
"""


@pytest.mark.parametrize(
    ("code", "key", "modifiers", "group"),
    [
        ("F5", "F5", "", "reload"),
        ("F5", "F5", "Control", "reload"),
        ("KeyR", "r", "Control", "reload"),
        ("KeyR", "R", "Control Shift", "reload"),
        ("KeyO", "r", "Control", "reload"),  # Dvorak
        ("KeyR", "p", "Control", None),
        ("KeyR", "к", "Control", "reload"),  # Russian: browsers look at the place
        ("F11", "F11", "", "fullScreen"),
        ("F12", "F12", "", "developer"),
        ("KeyI", "I", "Control Shift", "developer"),
        ("KeyI", "i", "Control", None),
        ("Equal", "=", "Control", "zoom"),
        ("Equal", "+", "Control Shift", "zoom"),
        ("BracketRight", "+", "Control", "zoom"),  # German
        ("Digit0", "à", "Control", "zoom"),  # French
        ("NumpadSubtract", "-", "Control", "zoom"),
        ("Tab", "Tab", "Control Shift", "tabs"),
        ("Digit1", "1", "Control", "tabs"),
        ("Digit2", "é", "Control", "tabs"),
        ("F1", "F1", "", None),
        ("KeyR", "r", "", None),
        ("Minus", "-", "", None),
        ("Tab", "Tab", "", None),
        ("KeyR", "r", "Meta", None),
        ("KeyR", "r", "Alt", None),
        ("F11", "F11", "Alt", None),
        ("Equal", "}", "Control Alt AltGraph", None),
        ("Digit0", "}", "AltGraph", None),
    ],
)
def test_combinations_of_windows_and_linux(
    run: Run, code: str, key: str, modifiers: str, group: str | None
) -> None:
    assert run(GROUP, [code, key, modifiers, False]) == group


@pytest.mark.parametrize(
    ("code", "key", "modifiers", "group"),
    [
        ("KeyR", "r", "Meta", "reload"),
        ("Equal", "+", "Meta Shift", "zoom"),
        ("Digit0", "0", "Meta", "zoom"),
        ("KeyI", "ˆ", "Meta Alt", "developer"),
        ("KeyF", "f", "Meta Control", "fullScreen"),
        ("Tab", "Tab", "Control", "tabs"),
        ("Digit3", "3", "Meta", "tabs"),
        ("Digit3", "3", "Meta Shift", None),  # the Mac's screenshot
        ("KeyR", "r", "Control", None),
        ("F5", "F5", "", None),
        ("F11", "F11", "", None),
    ],
)
def test_combinations_of_macos(run: Run, code: str, key: str, modifiers: str, group: str | None) -> None:
    assert run(GROUP, [code, key, modifiers, True]) == group


@pytest.mark.parametrize(
    ("apple", "groups"),
    [(True, ["fullScreen", "developer"]), (False, ["reload", "fullScreen", "zoom", "developer", "tabs"])],
)
def test_defaults(run: Run, apple: bool, groups: list[str]) -> None:
    assert run('return (await load("input/browser-keys.js")).defaultBrowserKeys(argument)', apple) == groups
