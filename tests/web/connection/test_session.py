"""The page while it connects, changes and loses its connection: a new page for each test."""

import dataclasses
import json
import struct
from typing import Any

import pytest
from playwright.sync_api import expect

from moof.server.protocol.latency_messages import Latency, PathTimes
from moof.server.protocol.messages import parse
from support.tile_updates import picture

Scene = Any  # see conftest.py

KEY_A_DOWN, KEY_A_UP = "01010000", "01000000"
GREEN = (0, 128, 64)
SILENCE = "fcfffe"  # an Opus packet of 20 ms
# Each way of not having WebRTC, and the beginning of the sentence about it.
MISSING = "delete window.RTCPeerConnection;"
CONSTRUCTOR_THROWS = "window.RTCPeerConnection = class { constructor() { throw new Error('not allowed'); } };"
ANSWER_THROWS = "RTCPeerConnection.prototype.createAnswer = () => Promise.reject(new Error('no codec'));"
NO_CANDIDATES = """
    const Direct = RTCPeerConnection;
    window.RTCPeerConnection = class extends Direct {
        constructor() { super({ iceTransportPolicy: "relay" }); }
    };
"""
NO_WEBRTC = [
    (MISSING, "This browser has no WebRTC"),
    (CONSTRUCTOR_THROWS, "This browser refused the WebRTC connection"),
    (ANSWER_THROWS, "This browser refused the WebRTC connection"),
    (NO_CANDIDATES, "This browser uses no network interface"),
]

PARTS = tuple(part.name for part in dataclasses.fields(PathTimes))


def choose_png(scene: Scene) -> None:
    scene.page.locator("#codec").select_option("png", force=True)
    scene.offerer.wait_for_function("() => mac.codec === 'png'")


def test_the_codec_is_changed_during_a_session(scene: Scene) -> None:
    choose_png(scene)
    scene.offerer.evaluate("(messages) => mac.update(messages)", picture(GREEN, 1))
    canvas = scene.page.locator("#display-canvas")
    expect(canvas).to_be_visible()
    expect(scene.page.locator("#display")).to_be_hidden()
    pixel = canvas.evaluate("(canvas) => Array.from(canvas.getContext('2d').getImageData(9, 9, 1, 1).data)")
    assert tuple(pixel) == (*GREEN, 255)
    scene.page.locator("#codec").select_option("h264", force=True)
    expect(scene.page.locator("#display")).to_be_visible()
    expect(canvas).to_be_hidden()


def test_the_chosen_codec_is_stored(scene: Scene) -> None:
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
    scene.offerer.evaluate("(messages) => mac.update(messages)", messages)
    scene.wait_for_stats("stats.latencySamples === 1")
    latency = scene.page.evaluate("async () => (await moof.stats()).latency")
    assert tuple(latency) == PARTS
    scene.page.locator("#latency").click()
    expect(scene.page.locator("#latency-parts tr")).to_have_count(len(PARTS))
    assert isinstance(parse(json.dumps(scene.server.expect("latency"))), Latency)


def test_the_command_key_is_alt_or_meta(scene: Scene) -> None:
    text = scene.page.locator("#command-key-text")
    expect(text).to_have_text("Alt")
    scene.page.keyboard.press("Alt")
    scene.wait_for_input("01013700")
    scene.page.locator("#command-key").click()
    expect(text).to_have_text("Win")
    scene.page.keyboard.press("Meta")
    scene.wait_for_input("01013700", "01013700")


def test_a_click_in_the_toolbar_returns_the_focus_to_the_screen(scene: Scene) -> None:
    scene.page.locator("#mute").click()
    assert scene.page.locator("#sound").evaluate("(audio) => audio.muted") is True
    scene.page.keyboard.press("a")
    scene.wait_for_input(KEY_A_DOWN, KEY_A_UP)


def test_a_stopped_mac_can_be_started(scene: Scene) -> None:
    scene.offerer.evaluate("() => { mac.emulator.connected = false; mac.status(); }")
    scene.notice().to_contain_text("The Mac is off")
    scene.page.get_by_role("button", name="Start it again").click()
    scene.server.expect("restart")
    scene.server.send(type="status", emulator={"connected": False}, note="The Mac is restarting…")
    scene.notice().to_contain_text("The Mac is restarting…")
    scene.offerer.evaluate("() => { mac.emulator.connected = true; mac.status(); }")
    scene.notice().to_be_hidden()


def test_the_same_page_reconnects_to_a_restarted_server(scene: Scene) -> None:
    scene.page.evaluate("() => { window.samePage = true; }")
    scene.server.next_viewer().close()
    scene.server.next_viewer()
    scene.wait_for_picture()
    scene.notice().to_be_hidden()
    scene.discard_inputs()
    scene.page.keyboard.press("a")
    scene.wait_for_input(KEY_A_DOWN, KEY_A_UP)
    assert scene.keys() == [KEY_A_DOWN, KEY_A_UP]
    assert scene.page.evaluate("samePage")


def test_the_browsers_pointer_is_hidden_over_the_picture(scene: Scene) -> None:
    choose_png(scene)
    scene.offerer.evaluate("(messages) => mac.update(messages)", picture(GREEN, 1))
    scene.page.wait_for_function(
        "() => getComputedStyle(document.getElementById('screen')).cursor === 'none'"
    )


def test_full_screen_is_entered(scene: Scene) -> None:
    scene.page.locator("#full-screen").click()
    scene.page.wait_for_function("() => document.fullscreenElement === document.documentElement")
    expect(scene.page.locator("#full-screen")).to_have_attribute("aria-label", "Leave full screen")


def test_settings_are_stored_as_json(scene: Scene) -> None:
    scene.page.locator("#mute").click()
    assert json.loads(scene.page.evaluate("localStorage.getItem('moof.muted')")) is True


@pytest.mark.parametrize(
    ("script", "reason"), NO_WEBRTC, ids=["missing", "constructor throws", "answer throws", "no candidates"]
)
def test_the_websocket_carries_all_media_without_webrtc(
    page: Any, offerer: Any, offering_server: Any, script: str, reason: str
) -> None:
    offering_server.discard_messages()
    offerer.evaluate("() => mac.powerOn()")
    page.add_init_script(script)
    page.goto(offering_server.url)
    if script != MISSING:
        assert "media" not in offering_server.expect("join")
    assert offering_server.expect("join")["media"] == "socket"
    expect(page.locator("#notice-detail")).to_contain_text(reason)
    offerer.evaluate("(messages) => mac.update(messages)", picture(GREEN, 1))
    expect(page.locator("#display-canvas")).to_be_visible()
    expect(page.locator("#notice")).to_be_hidden()
    expect(page.locator("#hint")).to_contain_text(reason)
    page.keyboard.press("a")
    offerer.wait_for_function("(hex) => mac.inputs.includes(hex)", arg=KEY_A_UP)
    offerer.evaluate("(opus) => mac.update(['03000000c0030000' + opus])", SILENCE)
    page.wait_for_function("() => document.getElementById('sound').srcObject?.active")


def test_without_webrtc_and_webcodecs_the_page_names_the_missing_sound(
    page: Any, offerer: Any, offering_server: Any
) -> None:
    offering_server.discard_messages()
    offerer.evaluate("() => mac.powerOn()")
    page.add_init_script(MISSING + "delete window.AudioDecoder;")
    page.goto(offering_server.url)
    offering_server.expect("join")
    offerer.evaluate("(messages) => mac.update(messages)", picture(GREEN, 1))
    offerer.evaluate("(opus) => mac.update(['03000000c0030000' + opus])", SILENCE)
    expect(page.locator("#hint")).to_contain_text("The Mac is silent in this browser: it has no WebCodecs")
    page.keyboard.press("a")
    offerer.wait_for_function("(hex) => mac.inputs.includes(hex)", arg=KEY_A_UP)
