from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const calls = [];
Object.defineProperty(navigator, "keyboard", { configurable: true, value: {
  lock: async () => { calls.push("lock"); if (argument === "refused") throw new Error("refused"); },
  unlock: () => calls.push("unlock"),
} });
const { canFullScreen, isFullScreen, toggleFullScreen, watchFullScreen } =
  await load(`ui/fullscreen.js?${Math.random()}`);
const toggle = async () => {
  const changed = new Promise((resolve) => {
    document.addEventListener("fullscreenchange", resolve, { once: true });
  });
  await toggleFullScreen();
  await changed;
};
"""


def test_every_key_is_the_macs_in_full_screen(run: Run) -> None:
    body = """
    watchFullScreen(() => calls.push(isFullScreen()));
    await toggle();
    await toggle();
    return { possible: canFullScreen(), calls: calls.filter((call) => typeof call === "string"),
             states: calls.filter((call) => typeof call === "boolean") };
    """
    expected = {"possible": True, "calls": ["lock", "unlock"], "states": [True, False]}
    assert run(SCENE + body) == expected


def test_full_screen_without_the_keys(run: Run) -> None:
    body = """
    await toggle();
    const entered = isFullScreen();
    await toggle();
    return entered;
    """
    assert run(SCENE + body, "refused") is True
