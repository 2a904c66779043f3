"""The connected page, against another tab that does the server's side of WebRTC; one page for all tests."""

from typing import Any

import pytest
from playwright.sync_api import expect

Scene = Any  # see conftest.py

KEY_A_DOWN, KEY_A_UP, RELEASE = "01010000", "01000000", "21000000"


def test_picture_and_sound_are_received(steady: Scene) -> None:
    expect(steady.page.locator("#display")).to_be_visible()
    expect(steady.page.locator("#display-canvas")).to_be_hidden()
    steady.notice().to_be_hidden()
    steady.wait_for_stats("stats.audio.received > 4800")
    stats = steady.page.evaluate("moof.stats()")
    assert (stats["width"], stats["height"]) == (320, 240)
    assert (stats["codec"], stats["connected"], stats["emulator"]["pid"]) == ("h264", True, 1)
    assert stats["frames"] > 0
    assert set(stats["audio"]) == {
        "received",
        "concealed",
        "inserted",
        "removed",
        "jitterBufferMs",
        "clock",
        "latency",
    }
    assert steady.page.evaluate("moof.pc.connectionState") == "connected"
    assert steady.page.evaluate("document.getElementById('sound').paused") is False


def test_sound_is_stereo_and_the_jitter_buffer_stays_short(steady: Scene) -> None:
    assert "stereo=1" in steady.page.evaluate("moof.pc.localDescription.sdp")
    targets = steady.page.evaluate(
        "moof.pc.getReceivers().map(({ jitterBufferTarget }) => jitterBufferTarget)"
    )
    assert targets == [0, 0]


def test_keys_and_mouse_reach_the_mac(steady: Scene) -> None:
    steady.page.keyboard.press("a")
    steady.wait_for_input(KEY_A_DOWN, KEY_A_UP)
    steady.page.mouse.click(640, 450)
    steady.offerer.wait_for_function("() => mac.inputs.some((hex) => hex.startsWith('021001'))")


@pytest.mark.parametrize(
    "leave",
    [
        "window.dispatchEvent(new Event('blur'))",
        "window.dispatchEvent(new PageTransitionEvent('pagehide'))",
        """Object.defineProperty(document, 'hidden', { value: true, configurable: true });
           document.dispatchEvent(new Event('visibilitychange'));
           delete document.hidden""",
    ],
    ids=["blur", "pagehide", "hidden"],
)
def test_held_keys_are_released_when_the_page_is_left(steady: Scene, leave: str) -> None:
    steady.page.keyboard.down("a")
    steady.page.evaluate(f"() => {{ {leave} }}")
    steady.wait_for_input(KEY_A_DOWN, RELEASE)
    steady.page.keyboard.up("a")
    steady.page.keyboard.press("s")
    steady.wait_for_input("01010100", "01000100")
    assert KEY_A_UP not in steady.inputs()


def test_keys_in_the_toolbar_are_not_sent(steady: Scene) -> None:
    steady.page.locator("#volume").focus()
    steady.discard_inputs()
    steady.page.keyboard.press("ArrowLeft")
    steady.page.keyboard.press("Tab")
    steady.page.keyboard.press("Escape")  # back to the Mac
    steady.page.keyboard.press("a")
    steady.wait_for_input(KEY_A_DOWN, KEY_A_UP)
    assert steady.keys() == [KEY_A_DOWN, KEY_A_UP]
    assert steady.page.locator("#sound").evaluate("(audio) => audio.volume") == pytest.approx(0.99)


def test_a_key_combination_focuses_the_toolbar(steady: Scene) -> None:
    steady.page.keyboard.press("Control+Alt+m")
    assert steady.page.evaluate("document.activeElement.id") == "codec"
    steady.wait_for_input(RELEASE)


def test_pause_and_reset_are_sent(steady: Scene) -> None:
    steady.page.locator("#power").click()
    steady.page.locator("#pause").click()
    assert steady.server.expect("command")["command"] == "pause"
    steady.offerer.evaluate("() => { mac.emulator.state = 'paused'; mac.status(); }")
    steady.page.get_by_role("button", name="Go on").click()
    assert steady.server.expect("command")["command"] == "resume"
    steady.offerer.evaluate("() => { mac.powerOn(); mac.status(); }")
    steady.notice().to_be_hidden()


def test_the_servers_error_is_shown(steady: Scene) -> None:
    steady.server.send(type="error", message="There is no such codec.")
    expect(steady.page.locator("#hint")).to_have_text("There is no such codec.")
    steady.notice().to_be_hidden()


def test_every_control_has_a_name(steady: Scene) -> None:
    unnamed = steady.page.evaluate("""() => [...document.querySelectorAll("button, select, input")]
        .filter((control) => !(control.ariaLabel || control.textContent.trim() || control.labels?.length))
        .filter((control) => control.id !== "notice-action")
        .map((control) => control.id)""")
    assert unnamed == []
