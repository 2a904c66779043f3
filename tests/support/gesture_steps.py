"""Replays touches on the page's gesture recognition (input/touch-gestures.js) and returns its actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

_REPLAY: Final = """
const { TouchGestures } = await load("input/touch-gestures.js");
const [text, mode, overflows] = argument;
const actions = [];
const round = (value) => Math.round(value * 100) / 100 + 0;
const act = (name) => (...values) =>
  actions.push([name, ...values.map((v) => typeof v === "number" ? round(v) : [round(v.x), round(v.y)])]);
const target = { overflows, ...Object.fromEntries(
  ["point", "move", "setButtons", "scroll", "zoom", "pan", "settle"].map((name) => [name, act(name)])) };
const gestures = new TouchGestures(target);
gestures.mode = mode;
for (const step of text.split(",")) {
  const [kind, ...numbers] = step.trim().split(" ");
  const [id, clientX, clientY, timeStamp] = numbers.map(Number);
  if (kind === "tick") gestures.tick(Number(numbers[0]));
  else if (kind === "clear") gestures.clear();
  else if (kind === "cancel") gestures.cancel(id, clientX);
  else {
    // What is due before this event happens before it.
    if (gestures.deadline < timeStamp) gestures.tick(timeStamp);
    const touch = { type: `pointer${kind.replace("out", "down")}`, clientX, clientY, timeStamp };
    if (kind === "down" || kind === "out") gestures.down(id, touch, kind === "down");
    else gestures[kind](id, touch);
  }
}
return actions;
"""


def replay_touches(
    run: Callable[..., Any], touches: str, mode: str = "direct", *, overflows: bool = False
) -> list[list[Any]]:
    """Return the actions of steps: "down ID X Y MS", "move …", "up …", "cancel ID MS", "tick MS", "clear".

    "out" is a "down" beside the picture. Numbers in the actions are rounded to hundredths.
    """
    actions: list[list[Any]] = run(_REPLAY, [touches, mode, overflows])
    return actions


def buttons_of(actions: list[list[Any]]) -> list[int]:
    """Return the buttons of the actions that set them."""
    return [action[1] for action in actions if action[0] == "setButtons"]
