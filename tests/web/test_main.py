"""The connected page, against another tab that does the server's side of WebRTC; one page for all tests."""

from typing import Any

import pytest
from playwright.sync_api import expect

from support.mac_page import show_toolbar

Scene = Any  # see conftest.py

KEY_A_DOWN, KEY_A_UP, RELEASE = "01010000", "01000000", "21000000"
COMMAND_DOWN, COMMAND_UP = "01013700", "01003700"


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
    show_toolbar(steady.page)
    steady.page.locator("#mute").focus()
    steady.page.keyboard.press("Tab")
    steady.discard_inputs()
    steady.page.keyboard.press("ArrowLeft")
    steady.page.keyboard.press("Shift+Tab")
    steady.page.keyboard.press("Escape")  # back to the Mac
    steady.page.keyboard.press("a")
    steady.wait_for_input(KEY_A_DOWN, KEY_A_UP)
    assert steady.keys() == [KEY_A_DOWN, KEY_A_UP]
    assert steady.page.locator("#volume").input_value() == "99"


def test_a_key_combination_focuses_the_toolbar(steady: Scene) -> None:
    steady.page.keyboard.press("Control+Alt+m")
    assert steady.page.evaluate("document.activeElement.parentElement.closest('#toolbar') !== null")
    steady.wait_for_input(RELEASE)


def test_the_first_key_shows_how_the_keyboard_comes_back(steady: Scene) -> None:
    hint = steady.page.locator("#hint")
    steady.page.evaluate("localStorage.clear()")
    steady.page.reload()
    steady.wait_for_picture()
    steady.page.keyboard.press("a")
    expect(hint).to_contain_text("Ctrl+Alt+M")
    steady.page.evaluate("document.getElementById('hint').textContent = ''")
    steady.page.keyboard.press("a")
    steady.wait_for_input(KEY_A_DOWN, KEY_A_UP, KEY_A_DOWN, KEY_A_UP)
    expect(hint).to_have_text("")


def test_a_combination_of_the_keys_panel(steady: Scene) -> None:
    show_toolbar(steady.page)
    steady.page.locator("#keys").click()
    steady.page.get_by_role("button", name="Screenshot").click()
    steady.wait_for_input("01013800", "01013700", "01011400", "01001400", "01003700", "01003800")
    expect(steady.page.locator("#keys-panel")).to_be_hidden()
    assert steady.page.evaluate("document.activeElement.id") == "screen"


def test_a_latched_modifier_is_held_until_the_next_key_is_up(steady: Scene) -> None:
    show_toolbar(steady.page)
    steady.page.locator("#keys").click()
    steady.page.get_by_role("button", name="command").click()
    steady.wait_for_input(COMMAND_DOWN, "2201000037")  # the list of held keys
    steady.page.keyboard.press("a")
    steady.wait_for_input(COMMAND_DOWN, KEY_A_DOWN, KEY_A_UP, COMMAND_UP)
    steady.page.locator("#keys").click()


def test_a_modifier_is_latched_without_a_mouse(steady: Scene) -> None:
    keys = ["Control+Alt+m", "Home", "ArrowRight", "ArrowRight", "Enter", "Tab", "Enter"]
    for key in keys:
        steady.page.keyboard.press(key)
    steady.wait_for_input(COMMAND_DOWN)
    steady.page.keyboard.press("Escape")
    expect(steady.page.locator("#keys-panel")).to_be_hidden()
    steady.page.keyboard.press("a")
    steady.wait_for_input(COMMAND_DOWN, KEY_A_DOWN, KEY_A_UP, COMMAND_UP)


def test_a_latched_modifier_is_for_a_click_and_a_locked_one_stays(steady: Scene) -> None:
    show_toolbar(steady.page)
    steady.page.locator("#keys").click()
    steady.page.get_by_role("button", name="command").click()
    steady.page.get_by_role("button", name="shift").dblclick()
    steady.page.mouse.click(640, 300)
    steady.wait_for_input(COMMAND_DOWN, "01013800", COMMAND_UP)
    messages = steady.inputs()
    pressed = next(index for index, message in enumerate(messages) if message.startswith("021001"))
    assert messages.index(COMMAND_DOWN) < pressed < messages.index(COMMAND_UP)
    assert "01003800" not in messages
    expect(steady.page.locator("#keys-held")).to_have_text("⇧")
    steady.page.evaluate("window.dispatchEvent(new Event('blur'))")
    expect(steady.page.locator("#keys-held")).to_be_hidden()


def test_keys_of_the_browser_are_not_sent_unless_that_is_wanted(steady: Scene) -> None:
    steady.page.keyboard.press("F12")
    steady.page.keyboard.press("a")
    steady.wait_for_input(KEY_A_DOWN, KEY_A_UP)
    assert steady.keys() == [KEY_A_DOWN, KEY_A_UP]
    show_toolbar(steady.page)
    steady.page.locator("#keys").click()
    steady.page.get_by_text("Options").click()
    steady.page.get_by_label("Developer tools").uncheck()
    steady.page.locator("#screen").focus()
    steady.page.keyboard.press("F12")
    steady.wait_for_input("01016f00", "01006f00")
    steady.page.get_by_label("Developer tools").check()
    steady.page.locator("#settings-panel").evaluate("(panel) => panel.hidePopover()")


def test_full_screen_tells_how_to_leave_it(steady: Scene) -> None:
    steady.page.keyboard.press("F11")
    expect(steady.page.locator("#hint")).to_contain_text("full screen")
    steady.page.wait_for_function("document.fullscreenElement !== null")
    steady.page.keyboard.press("F11")
    steady.page.wait_for_function("document.fullscreenElement === null")
    expect(steady.page.locator("#hint")).to_be_hidden()
    assert steady.keys() == []


def test_arrow_keys_move_along_the_toolbar(steady: Scene) -> None:
    steady.page.keyboard.press("Control+Alt+m")
    steady.page.keyboard.press("Home")
    assert steady.page.evaluate("document.activeElement.id") == "mouse-mode"
    steady.page.keyboard.press("ArrowRight")
    assert steady.page.evaluate("document.activeElement.id") == "command-key"
    steady.page.keyboard.press("ArrowLeft")
    steady.page.keyboard.press("Tab")
    assert steady.page.evaluate("document.activeElement.id") == "volume"


@pytest.mark.parametrize("width", [390, 360, 320])
def test_the_toolbar_fits_a_narrow_window(steady: Scene, width: int) -> None:
    steady.page.set_viewport_size({"width": width, "height": 780})
    bar = steady.page.locator("#toolbar").bounding_box()
    last = steady.page.locator("#more").bounding_box()
    steady.page.set_viewport_size({"width": 1280, "height": 900})
    assert bar is not None
    assert last is not None
    assert bar["x"] >= 0
    assert last["x"] + last["width"] < bar["x"] + bar["width"] <= width


def test_panels_fit_a_low_window(steady: Scene) -> None:
    steady.page.set_viewport_size({"width": 1280, "height": 380})
    for button, panel in (("latency", "#latency-panel"), ("keys", "#keys-panel")):
        steady.page.evaluate("(id) => document.getElementById(id).click()", button)
        box = steady.page.locator(panel).bounding_box()
        assert box is not None
        assert box["y"] >= 0
        steady.page.keyboard.press("Escape")
        steady.page.evaluate("(id) => document.getElementById(id).click()", button)
    steady.page.set_viewport_size({"width": 1280, "height": 900})


def test_pause_and_reset_are_sent(steady: Scene) -> None:
    show_toolbar(steady.page)
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
        .map((control) => control.outerHTML)""")
    assert unnamed == []
