from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const calls = [];
Object.defineProperty(navigator, "keyboard", { configurable: true, value: {
  lock: async () => { calls.push("lock"); if (argument === "refused") throw new Error("refused"); },
  unlock: () => calls.push("unlock"),
} });
const { canFullScreen, isFullScreen, isKeyboardLocked, toggleFullScreen, watchEntered, watchFullScreen } =
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
    watchEntered(() => calls.push(isKeyboardLocked() ? "locked" : "not locked"));
    await toggle();
    await toggle();
    calls.push(isKeyboardLocked() ? "locked" : "not locked");
    return { possible: canFullScreen(), calls: calls.filter((call) => typeof call === "string"),
             states: calls.filter((call) => typeof call === "boolean") };
    """
    expected = {
        "possible": True,
        "calls": ["lock", "locked", "unlock", "not locked"],
        "states": [True, False],
    }
    assert run(SCENE + body) == expected


def test_full_screen_without_the_keys(run: Run) -> None:
    body = """
    watchEntered(() => calls.push(isKeyboardLocked()));
    await toggle();
    const entered = isFullScreen();
    await toggle();
    return [entered, ...calls];
    """
    assert run(SCENE + body, "refused") == [True, "lock", False, "unlock"]


def test_a_browser_that_has_the_option_of_full_screen_locks_the_keyboard(run: Run) -> None:
    # Firefox 151 and Safari 26.4: they read it, and have no Keyboard Lock API.
    body = """
    const request = Element.prototype.requestFullscreen;
    Element.prototype.requestFullscreen = function (options) {
      calls.push(options.keyboardLock);
      return request.call(this);
    };
    await toggle();
    const locked = isKeyboardLocked();
    await toggle();
    Element.prototype.requestFullscreen = request;
    return [locked, isKeyboardLocked(), ...calls];
    """
    assert run(SCENE + body) == [True, False, "browser", "unlock"]


def test_full_screen_that_ends_while_the_keyboard_is_locked(run: Run) -> None:
    body = """
    navigator.keyboard.lock = () => document.exitFullscreen();
    watchEntered(() => calls.push("entered"));
    await toggleFullScreen();
    return [isKeyboardLocked(), ...calls];
    """
    assert run(SCENE + body) == [False, "unlock"]


def test_a_browser_may_refuse_full_screen(run: Run) -> None:
    body = """
    const request = Element.prototype.requestFullscreen;
    Element.prototype.requestFullscreen = async () => { throw new TypeError("refused"); };
    await toggleFullScreen();
    Element.prototype.requestFullscreen = request;
    return [isFullScreen(), ...calls];
    """
    assert run(SCENE + body) == [False]
