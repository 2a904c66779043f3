"""The keyboard on the screen: real touches, the keys that are down, labels."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from moof.keyboard import layouts_json
from moof.server.protocol.keymap import ADB_CODES
from support.pointing_devices import TouchScreen
from support.waiting import wait_for_value, wait_until

Run = Callable[..., Any]

SCENE = """
const { Keyboard } = await load("input/keyboard.js");
const { LatchedModifiers } = await load("input/latched-modifiers.js");
const { macLayouts } = await load("input/mac-layout.js");
const { MacKeyboard } = await load("ui/keys/mac-keyboard.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.head.append(...["page", "mac-keyboard"].map((name) => Object.assign(document.createElement("link"),
  { rel: "stylesheet", href: `/static/style/${name}.css` })));
document.body.replaceChildren(...["keyboard", "mac-keyboard"].map((id) => page.getElementById(id)));
const [file, codes, width] = argument;
Object.assign(window, { sent: [], lists: [], heights: [], done: 0, texts: 0, layouts: macLayouts(file) });
window.keyboard = new Keyboard((data) => {
  const bytes = new Uint8Array(data);
  if (bytes[0] === 1) sent.push((bytes[1] === 1 ? "+" : "-") + bytes[2]);
  else if (bytes[0] === 0x22) lists.push([...bytes.slice(4)].join(" "));
}, { platform: "other", commandKey: "meta" });
keyboard.setMap(codes);
window.latched = new LatchedModifiers(keyboard.keys);
new MacKeyboard(keyboard, latched, {
  resized: (height) => heights.push(height), opened: () => {}, text: () => { texts += 1; },
  done: () => { done += 1; } });
await Promise.all([...document.head.querySelectorAll("[rel=stylesheet]")].map((link) => link.sheet ||
  new Promise((resolve) => { link.onload = resolve; })));
document.getElementById("keyboard").click();
"""

A, C, SHIFT, COMMAND, F5 = 0, 8, 56, 55, 0x60


class Keys:
    def __init__(self, page: Page, fingers: TouchScreen) -> None:
        self.page, self.fingers = page, fingers

    def place(self, label: str) -> tuple[float, float]:
        """Return the middle of a key, by its accessible name or its text."""
        middle = self.page.evaluate(
            """(label) => {
                const keys = [...document.querySelectorAll("#mac-keyboard button")];
                const key = keys.find((key) => (key.ariaLabel ?? key.textContent) === label);
                const { x, y, width, height } = key.getBoundingClientRect();
                return [x + width / 2, y + height / 2];
            }""",
            label,
        )
        return middle[0], middle[1]

    def tap(self, *labels: str) -> None:
        for label in labels:
            self.fingers.touch(self.place(label))
            self.fingers.touch()

    def sent(self) -> str:
        return str(self.page.evaluate("() => sent.splice(0).join(' ')"))

    def labels(self) -> list[str]:
        texts: list[str] = self.page.evaluate(
            "[...document.querySelectorAll('#mac-keyboard button:not(.named)')].map((key) => key.textContent)"
        )
        return texts


@pytest.fixture(params=[390, 900], ids=["compact", "whole"])
def keys(request: pytest.FixtureRequest, run: Run, blank: Page) -> Iterator[Keys]:
    blank.set_viewport_size({"width": request.param, "height": 800})
    run(SCENE, [layouts_json(), ADB_CODES, request.param])
    fingers = TouchScreen(blank)
    yield Keys(blank, fingers)
    fingers.close()
    blank.evaluate(
        "() => { keyboard.clear(); document.body.replaceChildren(); document.head.replaceChildren(); }"
    )
    blank.set_viewport_size({"width": 1280, "height": 900})


def test_a_key_is_down_while_it_is_touched(keys: Keys) -> None:
    keys.fingers.touch(keys.place("A"))
    assert keys.sent() == f"+{A}"
    wait_until(lambda: str(A) in keys.page.evaluate("() => lists"), "the list of held keys")
    keys.fingers.touch()
    assert keys.sent() == f"-{A}"


def test_a_tapped_modifier_is_for_the_next_key(keys: Keys) -> None:
    keys.tap("command", "C", "C")
    assert keys.sent() == f"+{COMMAND} +{C} -{C} -{COMMAND} +{C} -{C}"


def test_a_modifier_is_held_together_with_a_key(keys: Keys) -> None:
    command, letter = keys.place("command"), keys.place("C")
    keys.fingers.touch(command)
    keys.fingers.touch(command, letter)
    keys.fingers.touch()
    assert keys.sent().split()[:2] == [f"+{COMMAND}", f"+{C}"]
    assert keys.page.evaluate("() => keyboard.keys.codes") == []


def test_two_fingers_press_two_keys(keys: Keys) -> None:
    keys.fingers.touch(keys.place("A"))
    keys.fingers.touch(keys.place("A"), keys.place("C"))
    assert keys.sent() == f"+{A} +{C}"
    keys.fingers.touch()
    assert sorted(keys.sent().split()) == [f"-{A}", f"-{C}"]


def test_keys_released_otherwise_are_not_released_again(keys: Keys) -> None:
    keys.fingers.touch(keys.place("A"))
    keys.page.evaluate("() => keyboard.clear()")
    keys.fingers.touch()
    assert keys.sent() == f"+{A}"


def test_the_layout_of_the_mac_labels_the_keys(keys: Keys) -> None:
    assert "Q" in keys.labels()
    keys.page.evaluate("() => { keyboard.layout = layouts.get('french'); }")
    assert keys.labels().index("A") < keys.labels().index("Q")
    keys.page.evaluate("() => { keyboard.layout = layouts.get('german'); }")
    assert "Ö" in keys.labels()
    keys.tap("option")
    assert "@" in keys.labels()  # of option and L


def test_function_keys_are_behind_a_switch(keys: Keys) -> None:
    keys.tap("fn function keys", "F5", "fn function keys")
    assert keys.sent() == f"+{F5} -{F5}"
    assert "Q" in keys.labels()


def test_the_keyboard_says_what_it_covers_and_closes(keys: Keys) -> None:
    wait_until(lambda: keys.page.evaluate("() => heights.at(-1) > 150"), "the height")
    keys.tap("close the keyboard")
    wait_for_value(lambda: keys.page.evaluate("() => heights.at(-1)"), 0, "the height")
    assert keys.page.evaluate("() => [done, document.getElementById('mac-keyboard').hidden]") == [1, True]


def test_the_systems_keyboard_takes_its_place(keys: Keys) -> None:
    keys.tap("the system’s keyboard")
    assert keys.page.evaluate("() => [texts, document.getElementById('mac-keyboard').hidden]") == [1, True]


def test_every_key_is_large_enough_for_a_finger(keys: Keys) -> None:
    sizes = keys.page.evaluate("""() => [...document.querySelectorAll("#mac-keyboard button")].map((key) => {
        const { width, height } = key.getBoundingClientRect();
        return [width, height];
    })""")
    assert min(width for width, _ in sizes) >= 36
    assert min(height for _, height in sizes) >= 38


def test_a_screen_readers_click_is_a_tap(keys: Keys) -> None:
    keys.page.evaluate("""() => [...document.querySelectorAll("#mac-keyboard button")]
        .find((key) => key.textContent === "A").click()""")
    assert keys.sent() == f"+{A} -{A}"


def test_caps_lock_stays_down(run: Run, blank: Page) -> None:
    run(SCENE, [layouts_json(), ADB_CODES, 1280])
    script = """() => {
        const key = document.querySelector("[aria-label='caps lock']");
        key.click();
        return [sent.splice(0), key.dataset.state];
    }"""
    assert blank.evaluate(script) == [["+57"], "locked"]
    assert blank.evaluate(script) == [["-57"], "off"]
    blank.evaluate("() => { document.body.replaceChildren(); document.head.replaceChildren(); }")


def test_signs_are_on_a_page_of_their_own_where_space_is_short(run: Run, blank: Page) -> None:
    blank.set_viewport_size({"width": 320, "height": 568})
    run(SCENE, [layouts_json(), ADB_CODES, 320])
    fingers = TouchScreen(blank)
    keys = Keys(blank, fingers)
    keys.tap("123 digits and signs", "!1", "abc letters", "A")
    assert keys.sent() == f"+18 -18 +{A} -{A}"
    fingers.close()
    blank.evaluate("() => { document.body.replaceChildren(); document.head.replaceChildren(); }")
    blank.set_viewport_size({"width": 1280, "height": 900})
