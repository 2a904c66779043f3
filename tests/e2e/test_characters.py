"""Characters reach the Mac: of any keyboard, composed by the browser, of telephones, and pasted.

The events are replayed as the browsers report them with such keyboards. The Mac has the U.S. layout
unless a test changes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from support.browser_tabs import BrowserError, BrowserTab
from support.browsers import BROWSERS
from support.guest_memory import GuestMemory, Program
from support.mac_page import MacPage, new_mac_page
from support.mac_tab import MacTab
from support.moof_process import MoofProcess
from support.waiting import wait_for_value, wait_until

pytestmark = pytest.mark.browser

REPLAY = """
const field = document.activeElement;
const NAMES = { Shift: "shiftKey", Control: "ctrlKey", AltGraph: "modifierAltGraph" };
const options = { bubbles: true, cancelable: true };
const key = (type, code, key, modifiers = "", more = {}) => {
  const init = { ...options, code, key, ...more };
  for (const modifier of modifiers.split(" ").filter(Boolean)) init[NAMES[modifier]] = true;
  return field.dispatchEvent(new KeyboardEvent(type, init));
};
const press = (...of) => { key("keydown", ...of); key("keyup", ...of); };
const compose = (type, data = "") =>
  field.dispatchEvent(new CompositionEvent(`composition${type}`, { ...options, data }));
const edit = (inputType, deleted, data = "") => {
  const input = (type) => field.dispatchEvent(new InputEvent(type, { ...options, inputType, data }));
  if (!input("beforeinput")) return;
  const at = field.selectionStart;
  field.setRangeText(data, Math.max(at - deleted, 0), at, "end");
  input("input");
};
const phone = (...of) => {
  key("keydown", "", "Unidentified", "", { keyCode: 229 });
  edit(...of);
  key("keyup", "", "Unidentified", "", { keyCode: 229 });
};
"""
GERMAN = """
const keys = { KeyZ: "y", KeyY: "z", Quote: "ä", Minus: "ß" };
for (const [code, character] of Object.entries(keys)) press(code, character);
key("keydown", "AltRight", "AltGraph");
press("KeyQ", "@", "AltGraph");
key("keyup", "AltRight", "AltGraph");
"""
FRENCH = """
Array.from(`&é"'(-è_çà`).forEach((character, index) => press(`Digit${(index + 1) % 10}`, character));
"""


@pytest.fixture(scope="module", params=BROWSERS)
def tab(request: pytest.FixtureRequest) -> Iterator[BrowserTab]:
    """Start a browser; one that is not installed fails the tests with what to install."""
    try:
        with BROWSERS[request.param]() as tab:
            yield tab
    except BrowserError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="module")
def connected(tab: BrowserTab, moof: MoofProcess) -> MacTab:
    mac = MacTab(tab, moof.memory())
    tab.open(moof.url)
    tab.evaluate("localStorage.setItem('moof.layoutChosen', 'true')")  # not by what is typed here
    mac.connect(moof.url)
    mac.open_program(Program.NOTES)
    return mac


@pytest.fixture
def notes(connected: MacTab) -> MacTab:
    """Return a page whose Mac has an empty window of Notes in front, and which composes."""
    connected.press("a", "Alt")  # ⌘A
    replay(connected, "press('Backspace', 'Backspace');")
    wait_for_notes(connected.memory, "")
    focused = connected.tab.evaluate("return document.activeElement.id")
    assert focused == "text-field"
    return connected


def replay(mac: MacTab, script: str) -> None:
    mac.tab.evaluate(f"{REPLAY} {script}")


def wait_for_notes(memory: GuestMemory, text: str) -> None:
    """Wait until Notes has this text, in MacRoman."""
    encoded = text.replace("\n", "\r").encode("mac_roman").decode("latin-1")
    wait_for_value(lambda: memory.notes, encoded, f"{text!r} in Notes")


def hint(mac: MacTab) -> str:
    return str(mac.tab.evaluate("return document.getElementById('hint').textContent"))


def test_a_german_keyboard(notes: MacTab) -> None:
    replay(notes, GERMAN)
    wait_for_notes(notes.memory, "yzäß@")


def test_a_french_keyboard(notes: MacTab) -> None:
    replay(notes, FRENCH)
    wait_for_notes(notes.memory, "&é\"'(-è_çà")


def test_what_the_mac_lacks_is_named(notes: MacTab) -> None:
    def named() -> bool:
        altgr = "key('keydown', 'AltRight', 'AltGraph'); press('KeyA', 'ą', 'AltGraph');"
        replay(notes, f"{altgr} key('keyup', 'AltRight', 'AltGraph');")
        return hint(notes) == "The Mac’s U.S. keyboard has no ą"  # or another hint has taken its place

    wait_until(named, "the page to name what is missing")
    replay(notes, "press('KeyB', 'b');")
    wait_for_notes(notes.memory, "b")


def test_a_dead_key(notes: MacTab) -> None:
    script = """
    key("keydown", "Equal", "Process", "", { keyCode: 229 });
    compose("start");
    edit("insertCompositionText", 0, "´");
    key("keyup", "Equal", "Dead", "", { isComposing: true });
    key("keydown", "KeyE", "Process", "", { keyCode: 229, isComposing: true });
    edit("insertCompositionText", 1, "é");
    compose("end", "é");
    key("keyup", "KeyE", "e");
    press("KeyT", "t");
    """
    replay(notes, script)
    wait_for_notes(notes.memory, "ét")


def test_the_keyboard_of_android(notes: MacTab) -> None:
    script = """
    compose("start");
    phone("insertCompositionText", 0, "C");
    phone("insertCompositionText", 1, "Cl");
    phone("insertCompositionText", 2, "Clx");
    phone("insertCompositionText", 3, "Cl");
    phone("insertCompositionText", 2, "Clarus");
    compose("end", "Clarus");
    phone("insertText", 0, "  ");
    phone("deleteContentBackward", 1);
    press("", "Enter");
    phone("insertText", 0, "é");
    """
    replay(notes, script)
    wait_for_notes(notes.memory, "Clarus \né")


def test_the_keyboard_of_ios(notes: MacTab) -> None:
    script = """
    const type = (character) => {
      if (key("keydown", "", character)) edit("insertText", 0, character);
      key("keyup", "", character);
    };
    for (const character of "mooof") type(character);
    for (let count = 0; count < 2; count += 1) {
      if (key("keydown", "", "Backspace")) edit("deleteContentBackward", 1);
    }
    type("f");
    if (key("keydown", "", "Enter")) edit("insertLineBreak", 0, "\\n");
    edit("insertText", 0, "dictated words");
    """
    replay(notes, script)
    wait_for_notes(notes.memory, "moof\ndictated words")


def test_a_pasted_text(notes: MacTab) -> None:
    text = "".join(f"{index}: Ça va, Straße, 5 €.\n" for index in range(12))
    assert len(text) > 250
    replay(
        notes,
        f"""
    const paste = new Event("paste", options);
    paste.clipboardData = {{ getData: () => {json.dumps(text)} }};
    field.dispatchEvent(paste);
    """,
    )
    wait_for_notes(notes.memory, text)
    wait_for_value(lambda: hint(notes), f"Typed {len(text)} characters", "the end in the page")


def test_the_mac_gets_another_layout(notes: MacTab) -> None:
    def choose(control: str, value: str) -> None:
        choice = f"Object.assign(document.getElementById('{control}'), {{ value: '{value}' }})"
        notes.tab.evaluate(f"{choice}.dispatchEvent(new Event('change'))")

    def last_character() -> str:
        replay(notes, "press('KeyZ', '');")  # the place between left Shift and X
        return notes.memory.notes[-1:]

    choose("layout", "german")
    choose("typing", "places")
    try:
        wait_for_value(last_character, "y", "the German layout in the Mac", poll_seconds=0.2)
    finally:
        choose("layout", "us")
        wait_for_value(last_character, "z", "the U.S. layout in the Mac", poll_seconds=0.2)
        choose("typing", "automatic")


def test_the_clipboard_of_chromium(browser: Browser, moof: MoofProcess, memory: GuestMemory) -> None:
    text = "“Moof!” she said, 300 times. " * 11
    with new_mac_page(browser) as mac:
        mac.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        mac.connect(moof.url)
        open_notes(mac, memory)
        mac.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
        mac.page.keyboard.press("Control+KeyV")
        wait_for_notes(memory, text)


def test_an_input_method_of_chromium(browser: Browser, moof: MoofProcess, memory: GuestMemory) -> None:
    with new_mac_page(browser) as mac:
        mac.connect(moof.url)
        open_notes(mac, memory)
        devtools = mac.page.context.new_cdp_session(mac.page)
        for text in ("n", "na", "naïf"):
            selection = {"selectionStart": len(text), "selectionEnd": len(text)}
            devtools.send("Input.imeSetComposition", {"text": text, **selection})
        assert memory.notes == ""
        devtools.send("Input.insertText", {"text": "naïve"})
        wait_for_notes(memory, "naïve")


def open_notes(mac: MacPage, memory: GuestMemory) -> None:
    """Bring an empty window of Notes to the front."""
    mac.open_program(memory, Program.NOTES)
    mac.page.keyboard.press("Alt+KeyA")
    mac.page.keyboard.press("Backspace")
    wait_for_notes(memory, "")
