"""The choice that the Mac's screen is read out: what is asked for, and what is shown when."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { ScreenText } = await load("ui/accessibility/screen-text.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(...page.body.children);
const values = { readScreen: false };
const settings = { get: (name) => values[name], set: (name, value) => { values[name] = value; } };
const sent = [];
let done = 0;
const struck = [];
const text = new ScreenText(settings, {
  send: ({ wanted }) => sent.push(wanted), done: () => { done += 1; },
  strike: (places) => struck.push(places.join(" ")),
});
const element = (id) => document.getElementById(id);
const status = (readable) => text.receive({ type: "screen-text-status", readable });
const say = (...parts) => text.receive({ type: "screen-text", parts });
const active = (kind, text) => ({ kind, text, disabled: false, checked: false, active: true });
const press = () => element("screen").dispatchEvent(new KeyboardEvent("keydown", {
  code: "KeyR", ctrlKey: true, altKey: true, cancelable: true, bubbles: true,
}));
"""


@pytest.fixture(autouse=True)
def empty_page(run: Run) -> Iterator[None]:
    yield
    run("document.body.replaceChildren();")


def test_nothing_is_asked_for_before_it_is_switched_on(run: Run) -> None:
    body = """
    const hidden = [element("read-screen-option").hidden];
    press();
    status(true);
    hidden.push(element("read-screen-option").hidden, element("screen-text").hidden);
    status(false); // its listener stays: the keys of other tests are not for it
    return [hidden, sent, values.readScreen];
    """
    assert run(SCENE + body) == [[True, False, True], [], False]


def test_the_key_switches_it_on_goes_there_and_back(run: Run) -> None:
    body = """
    status(true);
    press();
    const there = [document.activeElement.id, values.readScreen];
    say(active("window", "Notes"), active("field", "Dear"));
    const field = element("screen-text").querySelector("textarea");
    there.push(field?.value, element("screen-text-news").textContent, element("read-screen").checked);
    press();
    say(active("window", "late"));
    const left = element("screen-text").textContent;
    status(false);
    return [there, sent, done, left, element("screen-text").hidden];
    """
    assert run(SCENE + body) == [
        ["screen-text", True, "Dear", "Window on the Mac: Notes", True],
        [True, False],
        1,
        "",
        True,
    ]


def test_menu_items_and_buttons_of_dialogs_press_the_macs_keys(run: Run) -> None:
    body = """
    status(true);
    press();
    const part = (kind, text) => ({ ...active(kind, text), active: false });
    say(part("menu", "File"), part("item", "Save\\tS"), part("item", "Save As…"),
      { ...part("item", "Print\\tP"), disabled: true }, part("item", "Help\\t?"),
      active("dialog", ""), part("text", "Save?"), active("button", "Save"), part("button", "Don’t Save"),
      part("button", "Cancel"), part("window", "Calculator"), part("button", "C"));
    const all = element("screen-text").querySelectorAll("[role=menuitem], [role=button]");
    for (const each of all) each.click();
    press();
    status(false);
    return struck;
    """
    assert run(SCENE + body) == ["Enter", "KeyD", "Escape", "MetaLeft KeyS"]


def test_another_session_or_emulator_is_asked_again(run: Run) -> None:
    body = """
    status(true);
    element("read-screen").click();
    say(active("dialog", ""), active("text", "Save?"));
    const asked = element("screen-text-news").textContent;
    status(false);
    const without = element("screen-text").textContent;
    status(true);
    return [asked, without, sent];
    """
    assert run(SCENE + body) == ["The Mac asks: Save?", "", [True, True]]
