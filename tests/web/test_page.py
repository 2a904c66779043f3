"""The whole page against a server's part of WebRTC that another tab plays."""

import io
import json
import struct
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

KEY_A_DOWN, KEY_A_UP, RELEASE = "01010000", "01000000", "21000000"
SCREEN = (320, 240)
GREEN = (0, 128, 64)


class Scene:
    """The page, connected, and the tab that plays the server and its Mac."""

    def __init__(self, page: Page, offerer: Page, server: Any) -> None:
        self.page, self.offerer, self.server = page, offerer, server

    def open(self) -> None:
        self.page.goto(self.server.url)
        self.wait_for_picture()

    def wait_for_picture(self) -> None:
        self.wait_for_stats("stats.picture")
        self.offerer.wait_for_function("() => mac.open()")

    def wait_for_stats(self, condition: str) -> None:
        """Until the page's report fulfils a condition in JavaScript on `stats`."""
        assert self.page.evaluate(
            f"""async () => {{
                for (let attempt = 0; attempt < 500; attempt++) {{
                    const stats = await moof.stats();
                    if ({condition}) return true;
                    await new Promise((done) => setTimeout(done, 20));
                }}
            }}"""
        ), condition

    def inputs(self) -> list[str]:
        """All input that has come so far, in hex, without pings."""
        everything: list[str] = self.offerer.evaluate("mac.inputs")
        return [message for message in everything if not message.startswith("04")]

    def wait_for_input(self, *messages: str) -> None:
        """Until these have come, in this order; others may be in between."""
        self.offerer.wait_for_function(
            "(wanted) => mac.inputs.reduce((n, hex) => n + (hex === wanted[n]), 0) === wanted.length",
            arg=list(messages),
        )

    def keys(self) -> list[str]:
        return [message for message in self.inputs() if message.startswith("01")]

    def forget_inputs(self) -> None:
        self.offerer.evaluate("() => { mac.inputs.length = 0; }")

    def notice(self) -> Any:
        return expect(self.page.locator("#notice"))


@pytest.fixture
def scene(page: Page, offerer: Page, offering_server: Any) -> Scene:
    offering_server.forget()
    offerer.evaluate("() => mac.powerOn()")
    scene = Scene(page, offerer, offering_server)
    scene.open()
    return scene


def picture(colour: tuple[int, int, int], update: int, sequence: int = 0, t1: float = 0) -> list[str]:
    """One update of the whole screen in one colour, as messages in hex."""
    file = io.BytesIO()
    Image.new("RGB", SCREEN, colour).save(file, "PNG")
    header = struct.pack("<BB7HIHH", 2, 3, 0, 0, *SCREEN, *SCREEN, 0, update, 1, 0)
    times = (t1, *(1000 * t1 + micros for micros in (1, 2, 3, 4, 5, 6)))
    closing = struct.pack("<BB5HIII7d", 1, 1, 0, 0, *SCREEN, 0, 0, update, sequence, *times)
    return [(header + file.getvalue()).hex(), closing.hex()]


def choose_png(scene: Scene) -> None:
    scene.page.locator("#codec").select_option("png")
    scene.offerer.wait_for_function("() => mac.codec === 'png'")


def test_picture_and_sound_come(scene: Scene) -> None:
    expect(scene.page.locator("#display")).to_be_visible()
    expect(scene.page.locator("#display-canvas")).to_be_hidden()
    scene.notice().to_be_hidden()
    scene.wait_for_stats("stats.audio.received > 4800")
    stats = scene.page.evaluate("moof.stats()")
    assert (stats["width"], stats["height"]) == SCREEN
    assert (stats["codec"], stats["connected"], stats["emulator"]["pid"]) == ("h264", True, 1)
    assert stats["frames"] > 0
    assert set(stats["audio"]) == {"received", "concealed", "inserted", "removed", "jitterBufferMs"}
    assert scene.page.evaluate("moof.pc.connectionState") == "connected"
    assert scene.page.evaluate("document.getElementById('sound').paused") is False


def test_sound_is_stereo_and_nothing_waits_in_a_buffer(scene: Scene) -> None:
    assert "stereo=1" in scene.page.evaluate("moof.pc.localDescription.sdp")
    targets = scene.page.evaluate(
        "moof.pc.getReceivers().map(({ jitterBufferTarget }) => jitterBufferTarget)"
    )
    assert targets == [0, 0]


def test_the_codec_is_switched_while_it_runs(scene: Scene) -> None:
    choose_png(scene)
    scene.offerer.evaluate("(messages) => mac.send('tiles', messages)", picture(GREEN, 1))
    canvas = scene.page.locator("#display-canvas")
    expect(canvas).to_be_visible()
    expect(scene.page.locator("#display")).to_be_hidden()
    pixel = canvas.evaluate("(canvas) => Array.from(canvas.getContext('2d').getImageData(9, 9, 1, 1).data)")
    assert tuple(pixel) == (*GREEN, 255)
    scene.page.locator("#codec").select_option("h264")
    expect(scene.page.locator("#display")).to_be_visible()
    expect(canvas).to_be_hidden()


def test_the_choice_of_codec_is_kept_for_the_next_visit(scene: Scene) -> None:
    assert scene.server.expect("join")["codec"] is None
    choose_png(scene)
    scene.page.reload()
    assert scene.server.expect("join")["codec"] == "png"


def test_latency_is_measured(scene: Scene) -> None:
    choose_png(scene)
    scene.offerer.wait_for_function("() => mac.inputs.some((hex) => hex.startsWith('04'))")
    newest = scene.offerer.evaluate("mac.inputs.findLast((hex) => hex.startsWith('04'))")
    sequence, t1 = struct.unpack_from("<Id", bytes.fromhex(newest), 4)
    messages = picture(GREEN, 1, sequence, t1)
    scene.offerer.evaluate("(messages) => mac.send('tiles', messages)", messages)
    scene.wait_for_stats("stats.latencySamples === 1")
    latency = scene.page.evaluate("async () => (await moof.stats()).latency")
    assert list(latency) == ["up", "ipc", "mac", "wait", "encode", "network", "display", "total"]
    scene.page.locator("#latency").click()
    expect(scene.page.locator("#latency-parts tr")).to_have_count(8)


def test_keys_and_mouse_reach_the_mac(scene: Scene) -> None:
    scene.page.keyboard.press("a")
    scene.wait_for_input(KEY_A_DOWN, KEY_A_UP)
    scene.page.mouse.click(640, 450)
    scene.wait_for_input("06000000")  # absolute, said when the channel opened
    scene.offerer.wait_for_function("() => mac.inputs.some((hex) => hex.startsWith('021001'))")


def test_the_command_key_is_alts_or_metas(scene: Scene) -> None:
    text = scene.page.locator("#command-key-text")
    expect(text).to_have_text("Alt")
    scene.page.keyboard.press("Alt")
    scene.wait_for_input("01013700")
    scene.page.locator("#command-key").click()
    expect(text).to_have_text("Win")
    scene.page.keyboard.press("Meta")
    scene.wait_for_input("01013700", "01013700")


@pytest.mark.parametrize(
    "leave",
    [
        "window.dispatchEvent(new Event('blur'))",
        "window.dispatchEvent(new PageTransitionEvent('pagehide'))",
        """Object.defineProperty(document, 'hidden', { value: true, configurable: true });
           document.dispatchEvent(new Event('visibilitychange'))""",
    ],
    ids=["blur", "pagehide", "hidden"],
)
def test_what_is_held_is_released(scene: Scene, leave: str) -> None:
    scene.page.keyboard.down("a")
    scene.page.evaluate(f"() => {{ {leave} }}")
    scene.wait_for_input(KEY_A_DOWN, RELEASE)
    scene.page.keyboard.up("a")
    scene.page.keyboard.press("s")
    scene.wait_for_input("01010100", "01000100")
    assert KEY_A_UP not in scene.inputs()


def test_keys_in_the_bar_stay_in_the_bar(scene: Scene) -> None:
    scene.page.locator("#volume").focus()
    scene.forget_inputs()
    scene.page.keyboard.press("ArrowLeft")
    scene.page.keyboard.press("Tab")
    scene.page.keyboard.press("Escape")  # back to the Mac
    scene.page.keyboard.press("a")
    scene.wait_for_input(KEY_A_DOWN, KEY_A_UP)
    assert scene.keys() == [KEY_A_DOWN, KEY_A_UP]
    assert scene.page.locator("#sound").evaluate("(audio) => audio.volume") == pytest.approx(0.99)


def test_a_click_in_the_bar_gives_the_keyboard_back(scene: Scene) -> None:
    scene.page.locator("#mute").click()
    assert scene.page.locator("#sound").evaluate("(audio) => audio.muted") is True
    scene.page.keyboard.press("a")
    scene.wait_for_input(KEY_A_DOWN, KEY_A_UP)


def test_a_chord_leads_to_the_bar(scene: Scene) -> None:
    scene.page.keyboard.press("Control+Alt+m")
    assert scene.page.evaluate("document.activeElement.id") == "codec"
    scene.wait_for_input(RELEASE)


def test_a_mac_that_is_off_can_be_started_again(scene: Scene) -> None:
    scene.offerer.evaluate("() => { mac.emulator.connected = false; mac.status(); }")
    scene.notice().to_contain_text("The Mac is off")
    scene.page.get_by_role("button", name="Start it again").click()
    scene.server.expect("restart")
    scene.server.send(type="status", emulator={"connected": False}, note="The Mac is restarting…")
    scene.notice().to_contain_text("The Mac is restarting…")
    scene.offerer.evaluate("() => { mac.emulator.connected = true; mac.status(); }")
    scene.notice().to_be_hidden()


def test_pause_and_reset(scene: Scene) -> None:
    scene.page.locator("#power").click()
    scene.page.locator("#pause").click()
    assert scene.server.expect("command")["command"] == "pause"
    scene.offerer.evaluate("() => { mac.emulator.state = 'paused'; mac.status(); }")
    scene.page.get_by_role("button", name="Go on").click()
    assert scene.server.expect("command")["command"] == "resume"


def test_the_servers_complaint_is_shown(scene: Scene) -> None:
    scene.server.send(type="error", message="There is no such codec.")
    expect(scene.page.locator("#hint")).to_have_text("There is no such codec.")
    scene.notice().to_be_hidden()


def test_a_lost_server_is_found_again_on_the_same_page(scene: Scene) -> None:
    scene.page.evaluate("() => { window.samePage = true; }")
    scene.server.next_viewer().close()
    scene.server.next_viewer()
    scene.wait_for_picture()
    scene.notice().to_be_hidden()
    scene.forget_inputs()
    scene.page.keyboard.press("a")
    scene.wait_for_input(KEY_A_DOWN, KEY_A_UP)
    assert scene.keys() == [KEY_A_DOWN, KEY_A_UP]
    assert scene.page.evaluate("samePage")


def test_the_macs_own_pointer_is_enough(scene: Scene) -> None:
    choose_png(scene)
    scene.offerer.evaluate("(messages) => mac.send('tiles', messages)", picture(GREEN, 1))
    scene.page.wait_for_function(
        "() => getComputedStyle(document.getElementById('screen')).cursor === 'none'"
    )


def test_full_screen(scene: Scene) -> None:
    scene.page.locator("#full-screen").click()
    scene.page.wait_for_function("() => document.fullscreenElement === document.documentElement")
    expect(scene.page.locator("#full-screen")).to_have_attribute("aria-label", "Leave full screen")


def test_every_control_has_a_name(scene: Scene) -> None:
    nameless = scene.page.evaluate("""() => [...document.querySelectorAll("button, select, input")]
        .filter((control) => !(control.ariaLabel || control.textContent.trim() || control.labels?.length))
        .filter((control) => control.id !== "notice-action")
        .map((control) => control.id)""")
    assert nameless == []


def test_settings_of_the_browser_are_json(scene: Scene) -> None:
    scene.page.locator("#scaling").click()
    assert json.loads(scene.page.evaluate("localStorage.getItem('moof.scaling')")) == "fill"
