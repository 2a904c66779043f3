"""Modifiers that stay down: latched for one key or click, locked, held with another key."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

# Steps: "command 0" presses a modifier at that time (ms), "hold shift", "let-go shift 0", "+A" and "-A" press
# and release ordinary keys, "button-down", "button-up", both by "click", "clear". The result: the key
# messages, and the state after each step.
STEPS = """
const { HeldKeys } = await load("input/held-keys.js");
const { LatchedModifiers, MODIFIER_NAMES } = await load("input/latched-modifiers.js");
const NAMES = { 0x37: "⌘", 0x38: "⇧", 0x3a: "⌥", 0x36: "⌃" };
const nameOf = (code) => NAMES[code] ?? String.fromCharCode(code);
const sent = [], states = [], lists = [];
const keys = new HeldKeys((data) => {
  const bytes = new Uint8Array(data);
  if (bytes[0] === 1) sent.push((bytes[1] === 1 ? "+" : "-") + nameOf(bytes[2]));
  else lists.push([...bytes.slice(4)].map(nameOf).join(""));
});
const latched = new LatchedModifiers(keys);
let changes = 0;
latched.addEventListener("change", () => { changes += 1; });
for (const step of argument) {
  const [name, first, second] = step.split(" ");
  if (name === "hold") latched.hold(first);
  else if (name === "let-go") latched.letGo(first, Number(second));
  else if (name === "button-down") latched.clickBegins();
  else if (name === "button-up") latched.clickEnds();
  else if (name === "click") { latched.clickBegins(); latched.clickEnds(); }
  else if (name === "clear") keys.clear();
  else if (name === "list") keys.sendList();
  else if (name.startsWith("+")) keys.press(name[1], { adb: name.charCodeAt(1), modifiers: [] });
  else if (name.startsWith("-")) keys.release(name[1]);
  else latched.press(name, Number(first));
  states.push(MODIFIER_NAMES.map((each) => latched.state(each)).filter((state) => state !== "off").join(" "));
}
const down = MODIFIER_NAMES.filter((each) => latched.isDown(each));
keys.clear();
return { sent: sent.join(" "), states, lists, changes, down };
"""


@pytest.fixture
def steps(run: Run) -> Callable[..., dict[str, Any]]:
    return lambda *steps: run(STEPS, list(steps))


def test_a_latched_modifier_is_down_for_the_next_key(steps: Callable[..., Any]) -> None:
    result = steps("command 0", "+C", "-C", "+D", "-D")
    assert result["sent"] == "+⌘ +C -C -⌘ +D -D"
    assert result["states"] == ["latched", "latched", "", "", ""]
    assert result["changes"] > 0


def test_modifiers_are_combined(steps: Callable[..., Any]) -> None:
    assert steps("shift 0", "command 900", "+C", "-C")["sent"] == "+⇧ +⌘ +C -C -⇧ -⌘"


def test_a_second_press_soon_after_locks_a_modifier(steps: Callable[..., Any]) -> None:
    result = steps("shift 0", "shift 400", "+A", "-A", "+B", "-B", "shift 5000", "+C", "-C")
    assert result["sent"] == "+⇧ +A -A +B -B -⇧ +C -C"
    assert result["states"][1] == "locked"


def test_a_later_second_press_releases_a_modifier(steps: Callable[..., Any]) -> None:
    assert steps("shift 0", "shift 401", "shift 500")["states"] == ["latched", "", "latched"]


def test_presses_of_two_modifiers_lock_none(steps: Callable[..., Any]) -> None:
    assert steps("shift 0", "command 100", "shift 200")["states"] == ["latched", "latched latched", "latched"]


def test_a_modifier_held_with_another_key_is_not_latched(steps: Callable[..., Any]) -> None:
    result = steps("hold command", "+C", "-C", "+V", "-V", "let-go command 900", "+A")
    assert result["sent"] == "+⌘ +C -C +V -V -⌘ +A"
    assert set(result["states"]) == {""}


def test_a_modifier_held_alone_is_latched(steps: Callable[..., Any]) -> None:
    result = steps("hold command", "let-go command 900")
    assert result["states"] == ["", "latched"]
    assert result["down"] == ["command"]


def test_a_key_pressed_before_the_first_one_is_up_is_not_modified(steps: Callable[..., Any]) -> None:
    assert steps("shift 0", "+A", "+B", "-A", "-B")["sent"] == "+⇧ +A -⇧ +B -A -B"


def test_a_key_that_was_down_before_does_not_use_up_a_modifier(steps: Callable[..., Any]) -> None:
    assert steps("+A", "shift 0", "-A", "+B", "-B")["sent"] == "+A +⇧ -A +B -B -⇧"


def test_a_click_uses_up_latched_modifiers(steps: Callable[..., Any]) -> None:
    result = steps("shift 0", "click", "shift 900", "shift 1000", "click")
    assert result["states"] == ["latched", "", "latched", "locked", "locked"]


def test_a_click_that_began_before_does_not_use_up_a_modifier(steps: Callable[..., Any]) -> None:
    """A tap's button is up later than the finger: the keyboard on the screen may be in use by then."""
    result = steps("button-down", "command 0", "button-up", "+A", "-A", "shift 900", "click")
    assert result["sent"] == "+⌘ +A -A -⌘ +⇧ -⇧"
    assert result["states"] == ["", "latched", "latched", "latched", "", "latched", ""]


def test_latched_modifiers_are_in_the_list_of_held_keys(steps: Callable[..., Any]) -> None:
    assert steps("shift 0", "list")["lists"] == ["⇧"]


def test_released_keys_are_latched_no_more(steps: Callable[..., Any]) -> None:
    result = steps("shift 0", "shift 100", "clear", "+A")
    assert result["states"][-1] == ""
    assert result["sent"] == "+⇧ +A"


def test_only_a_hold_is_let_go(steps: Callable[..., Any]) -> None:
    assert steps("let-go shift 0")["sent"] == ""
