"""Real keys of several layouts in real windows: what reaches the Mac from Chromium, Firefox and WebKitGTK."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from support.browser_tabs import BrowserError
from support.browsers import WINDOWS
from support.desktop_tab import DesktopTab, desktop_tab
from support.guest_memory import GuestMemory, Program
from support.mac_tab import MacTab
from support.moof_process import MoofProcess
from support.waiting import wait_for_value, wait_until

pytestmark = pytest.mark.browser

A, COMMAND, SHIFT = 0x00, 0x37, 0x38  # ADB codes


@pytest.fixture(scope="module", params=WINDOWS)
def tab(request: pytest.FixtureRequest) -> Iterator[DesktopTab]:
    """Start a browser in a window; one that is not installed fails the tests with what to install."""
    try:
        with desktop_tab(request.param) as tab:
            yield tab
    except BrowserError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="module")
def mac(tab: DesktopTab, moof: MoofProcess) -> MacTab:
    mac = MacTab(tab, moof.memory())
    tab.open(moof.url)
    tab.evaluate("localStorage.setItem('moof.layoutChosen', 'true')")  # the Mac's layout stays U.S.
    mac.connect(moof.url)
    return mac


@pytest.fixture
def notes(mac: MacTab, tab: DesktopTab, memory: GuestMemory) -> Iterator[DesktopTab]:
    """Open Notes, empty; afterwards no key may be down."""
    tab.set_layout("us")
    if memory.u32(memory.FRONT_APPLICATION) != Program.NOTES:
        mac.open_program(Program.NOTES)
    mac.press("a", "Alt")
    tab.keyboard.tap("backspace")
    wait_until(lambda: memory.notes == "" and not memory.held_keys, "empty Notes")
    yield tab
    if tab.name == "webkit":
        tab.wait_for_keys()
    wait_until(lambda: not memory.held_keys, "all keys to be up")


TEXTS: Mapping[str, tuple[str, str, str]] = {
    "German": (
        "de",
        "",
        "Zwölf Boxkämpfer jagen Eva quer über die Straße: Äpfel @ 5 €; {[x]} \\ | ~ „y“ § ^\n",
    ),
    "German without dead keys": ("de", "nodeadkeys", "´x` für Übung ^y\n"),
    "French": ("fr", "", "Où ça ? L'été, à la forêt (naïve) -- 1990 & 20 %: [ç_è] #{~}\n"),
    "British": ("gb", "", '£5 "quoted" @home #1 ~ \\ |\n'),
    "U.S. international": ("us", "intl", "¿Qué? São, piñata, naïve, Ångström, ça, à 5 €: 'x' \"y\" ~^`\n"),
}
"""X's layout and variant, and a text that its keys type, dead keys included; MacRoman has all of it."""


@pytest.mark.parametrize("name", TEXTS)
def test_text_of_a_keyboard_arrives(notes: DesktopTab, memory: GuestMemory, name: str) -> None:
    layout, variant, text = TEXTS[name]
    notes.set_layout(layout, variant)
    notes.keyboard.type(text)
    wait_for_notes(memory, text)


def test_polish_letters_that_the_mac_lacks_are_named(notes: DesktopTab, memory: GuestMemory) -> None:
    notes.set_layout("pl")
    notes.keyboard.type("Gęś żółta")
    wait_for_notes(memory, "G óta")
    assert notes.evaluate("return document.getElementById('hint').textContent").endswith("has no ł")


def test_russian_letters_are_places(notes: DesktopTab, memory: GuestMemory) -> None:
    notes.set_layout("ru")
    notes.keyboard.type("Привет, 5")
    wait_for_notes(memory, "Ghbdtn, 5")


def test_the_command_key_with_a_french_a_selects_all(
    mac: MacTab, notes: DesktopTab, memory: GuestMemory
) -> None:
    notes.set_layout("fr")
    types(notes, memory, "moof")
    mac.press("a", "Alt")  # ⌘Q by its place
    types(notes, memory, "x")
    assert memory.notes == "x"


def wait_for_notes(memory: GuestMemory, text: str) -> None:
    """Wait until Notes has this text and no more."""
    wait_for_value(lambda: notes_text(memory), text, "the text in Notes")


def notes_text(memory: GuestMemory) -> str:
    return memory.notes.encode("latin-1").decode("mac_roman").replace("\r", "\n")


def types(tab: DesktopTab, memory: GuestMemory, character: str) -> None:
    """Type one character, with which the text ends as soon as all keys before it have arrived."""
    tab.keyboard.type(character)
    wait_until(lambda: memory.notes.endswith(character), f"{character} in guest memory")


def test_german_altgr_with_q_does_not_quit(notes: DesktopTab, memory: GuestMemory) -> None:
    notes.set_layout("de")
    windows = memory.u32(memory.WINDOWS)
    notes.keyboard.tap("rightalt", "q")
    types(notes, memory, "x")
    assert memory.u32(memory.WINDOWS) == windows


def test_polish_altgr_with_a_selects_nothing(notes: DesktopTab, memory: GuestMemory) -> None:
    notes.set_layout("pl")
    types(notes, memory, "moof")
    notes.keyboard.tap("rightalt", "a")
    types(notes, memory, "x")
    assert memory.notes.startswith("moof")


@pytest.mark.parametrize(
    ("layout", "variant", "key"),
    [("de", "", "equal"), ("fr", "", "leftbrace"), ("us", "intl", "apostrophe")],
)
def test_a_dead_key_does_not_stay_down(
    notes: DesktopTab, memory: GuestMemory, layout: str, variant: str, key: str
) -> None:
    notes.set_layout(layout, variant)
    notes.keyboard.tap(key)
    wait_until(lambda: not memory.held_keys, "the dead key to be up")
    types(notes, memory, "x")
    assert len(memory.notes) <= 2
    notes.keyboard.tap(key)
    notes.keyboard.tap("backspace")


def test_a_letter_after_a_release_taken_by_the_window_manager(notes: DesktopTab, memory: GuestMemory) -> None:
    for key, letter in (("tab", "q"), ("space", "w")):
        notes.keyboard.press("leftalt")
        wait_until(lambda: memory.key_is_down(COMMAND), "the command key")
        with notes.desktop.grabbed_keyboard():
            notes.keyboard.tap(key)
            notes.keyboard.release("leftalt")
        types(notes, memory, letter)  # with ⌘ it would quit, or close the window
    assert memory.notes == "qw"


def test_both_shift_keys_are_counted(notes: DesktopTab, memory: GuestMemory) -> None:
    notes.keyboard.press("leftshift", "rightshift")
    notes.keyboard.release("leftshift")
    notes.keyboard.tap("a")
    notes.keyboard.release("rightshift")
    types(notes, memory, "a")
    assert memory.notes == "Aa"


def test_a_key_of_a_page_that_stalls_is_released(notes: DesktopTab, memory: GuestMemory) -> None:
    notes.keyboard.press("a")
    wait_until(lambda: memory.key_is_down(A), "the key")
    with notes.frozen():
        wait_until(lambda: not memory.key_is_down(A), "the server to release the key")
        notes.keyboard.release("a")
    types(notes, memory, "b")
    assert memory.notes == "ab"


def test_keys_are_released_when_the_window_loses_the_focus(notes: DesktopTab, memory: GuestMemory) -> None:
    notes.keyboard.press("leftshift")
    wait_until(lambda: memory.key_is_down(SHIFT), "shift")
    notes.desktop.focus_other_window()
    wait_until(lambda: not memory.held_keys, "shift to be released")
    notes.keyboard.release("leftshift")
    notes.desktop.focus_browser()
    types(notes, memory, "b")
    assert memory.notes == "b"
