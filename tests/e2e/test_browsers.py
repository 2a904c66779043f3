"""Each browser displays the Mac, types into it and plays its sound; WebKitGTK has no WebRTC."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial

import pytest

from support.browser_tabs import BrowserError, BrowserTab
from support.browsers import BROWSERS, firefox_tab
from support.guest_memory import GuestMemory, Program
from support.mac_tab import MacTab
from support.moof_process import MoofProcess
from support.waiting import wait_for_value, wait_until

pytestmark = pytest.mark.browser

KEYS_BUTTON = "#keys"
COMMAND = 0x37  # ADB code
COPIED = "Copied from the Mac: “moof”"
NO_WEBRTC = {"media.peerconnection.enabled": False}
STARTS: Mapping[str, Callable[[], AbstractContextManager[BrowserTab]]] = {
    **BROWSERS,
    "firefox without webrtc": partial(firefox_tab, NO_WEBRTC),
}


@pytest.fixture(scope="module", params=STARTS)
def tab(request: pytest.FixtureRequest) -> Iterator[BrowserTab]:
    """Start a browser; one that is not installed fails the tests with what to install."""
    try:
        with STARTS[request.param]() as tab:
            yield tab
    except BrowserError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="module")
def mac(tab: BrowserTab, moof: MoofProcess) -> MacTab:
    mac = MacTab(tab, moof.memory())
    mac.connect(moof.url)
    return mac


def test_the_picture_is_displayed(mac: MacTab) -> None:
    wait_until(lambda: mac.colours > 2, "a picture with colours", poll_seconds=0.2)


def test_a_browser_without_webrtc_uses_the_websocket(mac: MacTab) -> None:
    has_webrtc = mac.tab.evaluate("return typeof RTCPeerConnection === 'function'")
    assert mac.tab.evaluate("return window.moof.pc !== null") is has_webrtc
    title = mac.tab.evaluate("return document.getElementById('connection').title")
    assert ("This browser has no WebRTC" in title) is not has_webrtc


def test_a_typed_word_reaches_guest_memory(mac: MacTab, memory: GuestMemory) -> None:
    mac.open_program(Program.NOTES)
    mac.press("a", "Alt")  # ⌘A: what an earlier browser typed is replaced
    for character in "clarus":
        mac.press(character)
    wait_for_value(lambda: memory.notes, "clarus", "the word in guest memory")
    close_front_window(mac, memory)


def test_a_combination_of_the_keys_panel_closes_a_window(mac: MacTab, memory: GuestMemory) -> None:
    mac.open_program(Program.NOTES)
    windows = memory.u32(memory.WINDOWS)
    mac.click_control(KEYS_BUTTON)
    mac.click_control("#key-combinations button")  # ⌘W
    wait_until(lambda: memory.u32(memory.WINDOWS) < windows, "the front window to close")


def test_a_latched_modifier_combines_with_a_typed_key(mac: MacTab, memory: GuestMemory) -> None:
    mac.open_program(Program.NOTES)
    windows = memory.u32(memory.WINDOWS)
    mac.click_control(KEYS_BUTTON)
    mac.click_control("#key-modifiers button")  # ⌘
    wait_until(lambda: memory.key_is_down(COMMAND), "⌘ to be down in the guest")
    mac.press("w")
    wait_until(lambda: memory.u32(memory.WINDOWS) < windows, "the front window to close")
    wait_until(lambda: not memory.key_is_down(COMMAND), "⌘ to be up in the guest")
    mac.click_control(KEYS_BUTTON)


def test_a_word_that_was_copied_in_the_mac_is_pasted_in_the_browser(mac: MacTab, memory: GuestMemory) -> None:
    mac.open_program(Program.NOTES)
    mac.press("a", "Alt")
    for character in "moof":
        mac.press(character)
    wait_for_value(lambda: memory.notes, "moof", "the word in guest memory")
    mac.press("a", "Alt")
    mac.press("c", "Alt")
    wait_until(lambda: COPIED in (shown(mac, "hint"), shown(mac, "copied")), "the word on the page")
    if shown(mac, "copied"):
        mac.click_control("#copied-copy")
        wait_for_value(lambda: shown(mac, "hint"), COPIED, "the word on the clipboard")
    mac.click_control(KEYS_BUTTON)
    mac.click_control("#type-open")
    mac.press("v", "Control")
    wait_until(
        lambda: mac.tab.evaluate("return document.getElementById('type-text').value") == "moof", "paste"
    )
    mac.tab.evaluate("document.getElementById('type-panel').hidePopover()")
    mac.tab.evaluate("document.getElementById('screen').focus()")
    close_front_window(mac, memory)


def shown(mac: MacTab, element: str) -> str:
    """Return the words of an element, "" while it is hidden."""
    line = f"document.querySelector('#{element}:not([hidden]) p, p#{element}:not([hidden])')"
    return str(mac.tab.evaluate(f"return {line}?.textContent ?? ''")).replace(
        "Copied in the Mac", "Copied from the Mac"
    )


def test_a_tone_is_played(mac: MacTab, memory: GuestMemory) -> None:
    mac.open_program(Program.SOUND)
    mac.press("2")  # 1000 Hz
    wait_for_value(lambda: memory.u32(memory.SOURCES), 1, "a sound source in the guest")
    wait_until(lambda: mac.loudness > 0.01, "a tone in the page", poll_seconds=0.1)
    mac.press(" ")
    wait_for_value(lambda: memory.u32(memory.SOURCES), 0, "the guest's sound to stop")
    wait_until(lambda: mac.loudness < 0.001, "silence in the page", poll_seconds=0.1)
    close_front_window(mac, memory)


def close_front_window(mac: MacTab, memory: GuestMemory) -> None:
    """Close the guest's front window with ⌘W."""
    windows = memory.u32(memory.WINDOWS)
    mac.press("w", "Alt")
    wait_until(lambda: memory.u32(memory.WINDOWS) < windows, "the front window to close")
