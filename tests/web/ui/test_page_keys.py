from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

# The keys are pressed on the element `target`; the result has what the page takes and what it did.
TAKE = """
const { PageKeys } = await load("ui/page-keys.js");
document.body.innerHTML =
  `<div id=screen tabindex=0><div id=screen-text><p id=text></p></div></div>
   <div id=toolbar><button id=control></button></div>
   <section><button id=take-it></button></section>
   <section id=mac-keyboard><button id=mac-key></button></section>`;
document.body.id = "body";
const [target, events, kept, fullScreen] = argument;
const done = [];
const root = document.documentElement;
Object.defineProperty(document, "fullscreenElement", { value: fullScreen ? root : null, configurable: true });
root.requestFullscreen = async () => void done.push("enter");
document.exitFullscreen = async () => void done.push("exit");
const keys = new PageKeys(document.getElementById("screen"), () => done.push("controls"), false);
keys.browserKeys = kept ?? [];
document.getElementById("control").focus();
const taken = events.map((init) => {
  const event = new KeyboardEvent("keydown", { cancelable: true, ...init });
  document.getElementById(target).dispatchEvent(event);
  const result = keys.take(event);
  if (event.defaultPrevented) done.push("prevented");
  return result;
});
const focus = document.activeElement.id;
delete document.fullscreenElement;
delete document.exitFullscreen;
delete root.requestFullscreen;
return { taken, done, focus };
"""

KEY_A = {"code": "KeyA", "key": "a"}
RELOAD = {"code": "KeyR", "key": "r", "ctrlKey": True}
F11 = {"code": "F11", "key": "F11"}
CONTROLS = {"code": "KeyM", "key": "m", "ctrlKey": True, "altKey": True}


@pytest.fixture
def take(run: Run) -> Callable[..., Any]:
    return lambda target, *events, kept=(), full=False: run(TAKE, [target, events, list(kept), full])


def test_a_key_in_the_screen_is_the_macs(take: Callable[..., Any]) -> None:
    assert take("screen", KEY_A) == {"taken": [False], "done": [], "focus": "control"}


def test_keys_in_the_controls_are_the_pages(take: Callable[..., Any]) -> None:
    assert take("control", KEY_A)["taken"] == [True]
    result = take("control", {"code": "Escape", "key": "Escape"})
    assert (result["taken"], result["focus"]) == ([True], "screen")


def test_keys_in_a_notices_button_are_the_pages_and_without_a_focus_the_macs(
    take: Callable[..., Any],
) -> None:
    """A notice that somebody has the mouse, for example, stands outside of toolbar and panels."""
    assert take("take-it", {"code": "Tab", "key": "Tab"}, {"code": "Enter", "key": "Enter"})["taken"] == [
        True,
        True,
    ]
    assert take("body", KEY_A)["taken"] == [False]
    assert take("mac-key", KEY_A)["taken"] == [False]
    assert take("text", KEY_A)["taken"] == [True]


def test_control_alt_m_shows_the_controls(take: Callable[..., Any]) -> None:
    assert take("screen", CONTROLS) == {
        "taken": [True],
        "done": ["controls", "prevented"],
        "focus": "control",
    }
    assert take("screen", {**CONTROLS, "modifierAltGraph": True})["taken"] == [False]  # µ of German AltGr+M


def test_a_kept_combination_is_left_to_the_browser(take: Callable[..., Any]) -> None:
    assert take("screen", RELOAD, kept=["reload"]) == {"taken": [True], "done": [], "focus": "control"}
    assert take("screen", RELOAD, kept=["zoom"])["taken"] == [False]


def test_all_but_that_of_full_screen_are_the_macs_in_full_screen(take: Callable[..., Any]) -> None:
    assert take("screen", RELOAD, kept=["reload"], full=True)["taken"] == [False]
    result = take("screen", F11, kept=["fullScreen"], full=True)
    assert (result["taken"], result["done"]) == ([True], ["exit", "prevented"])


def test_the_page_enters_full_screen_itself(take: Callable[..., Any]) -> None:
    result = take("screen", F11, {**F11, "repeat": True}, kept=["fullScreen"])
    assert (result["taken"], result["done"]) == ([True, True], ["enter", "prevented", "prevented"])
    assert take("screen", F11)["taken"] == [False]
