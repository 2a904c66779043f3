from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { KeysPanel } = await load("ui/keys/keys-panel.js");
const { HeldKeys } = await load("input/held-keys.js");
const { LatchedModifiers } = await load("input/latched-modifiers.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(...page.body.children);
const calls = [];
const latched = new LatchedModifiers(new HeldKeys(() => {}));
new KeysPanel({ strike: (places) => calls.push(places.join(" ")), done: () => calls.push("done") }, latched);
const panel = document.getElementById("keys-panel");
panel.showPopover();
const button = (name) => [...panel.querySelectorAll("button")]
  .find((one) => (one.ariaLabel ?? one.querySelector(".name")?.textContent)?.split(", ").includes(name));
const click = (name, detail = 1) => button(name).dispatchEvent(new MouseEvent("click", { detail }));
"""


def test_a_combination_is_pressed_and_the_panel_closes(run: Run) -> None:
    body = """
    click("Force quit");
    return [calls, panel.matches(":popover-open")];
    """
    assert run(SCENE + body) == [["AltLeft MetaLeft Escape", "done"], False]


def test_a_key_is_pressed_and_the_panel_stays(run: Run) -> None:
    body = """
    for (const name of ["Home", "Page down", "F15"]) click(name, 0);
    return [calls, panel.matches(":popover-open")];
    """
    assert run(SCENE + body) == [["Home", "PageDown", "F15"], True]  # by the keyboard: the focus stays


def test_all_buttons_have_names(run: Run) -> None:
    body = """
    return [...panel.querySelectorAll("button")].map((one) => one.ariaLabel ?? one.textContent);
    """
    names = run(SCENE + body)
    assert len(names) == len(set(names)) == 4 + 2 + 12 + 10 + 15
    assert "" not in names


def test_modifiers_are_latched_and_locked(run: Run) -> None:
    body = """
    const held = document.getElementById("keys-held");
    const down = () => [...panel.querySelectorAll("[aria-pressed=true]")].map((one) => one.ariaLabel);
    const states = [];
    const note = () => states.push([down(), held.hidden ? null : held.textContent]);
    note();
    click("command");
    note();
    click("command");
    click("shift");
    note();
    latched.used();
    note();
    return states;
    """
    locked, shifted = "command, stays down", "shift, for the next key or click"
    assert run(SCENE + body) == [
        [[], None],
        [["command, for the next key or click"], "⌘"],
        [[locked, shifted], "⌘⇧"],
        [[locked], "⌘"],
    ]
