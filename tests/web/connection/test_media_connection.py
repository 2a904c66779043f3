"""Media over the WebSocket while a WebRTC connection takes long, in the page."""

import re
from typing import Any

from playwright.sync_api import expect

from support.tile_updates import picture

KEY_A_UP = "01000000"
GREEN = (0, 128, 64)
AUDIO_PART = "03000000c0030000" + "fcfffe"  # with an Opus packet of 20 ms of silence


def test_media_use_the_websocket_until_a_slow_connection_is_established(
    page: Any, offerer: Any, offering_server: Any
) -> None:
    offering_server.discard_messages()
    offerer.evaluate("() => { mac.powerOn(); mac.block(); }")
    page.goto(offering_server.url)
    assert "media" not in offering_server.expect("join")
    assert offering_server.expect("join")["media"] == "meanwhile"
    offerer.evaluate("(messages) => mac.update(messages)", picture(GREEN, 1))
    expect(page.locator("#display-canvas")).to_be_visible()
    offerer.evaluate("(part) => mac.update([part])", AUDIO_PART)
    page.wait_for_function("() => document.getElementById('sound').srcObject?.active")
    page.keyboard.press("a")
    offerer.wait_for_function("(hex) => mac.inputs.includes(hex)", arg=KEY_A_UP)
    offerer.evaluate("() => mac.unblock()")
    assert offering_server.expect("join")["media"] == "offered"
    expect(page.locator("#display")).to_be_visible()
    expect(page.locator("#display-canvas")).to_be_hidden()
    sounding = "() => document.getElementById('sound').srcObject.getTracks()[0].id"
    received = "() => moof.pc.getReceivers().find(({ track }) => track.kind === 'audio').track.id"
    assert page.evaluate(sounding) == page.evaluate(received)
    offering_server.discard_messages()
    offerer.evaluate("() => { mac.inputs.length = 0; }")
    page.keyboard.press("a")
    offerer.wait_for_function("(hex) => mac.inputs.includes(hex)", arg=KEY_A_UP)
    assert all(message["type"] != "input" for message in offering_server.messages.queue)


def test_media_stay_on_the_websocket_when_a_slow_connection_fails(
    page: Any, offerer: Any, offering_server: Any
) -> None:
    offering_server.discard_messages()
    offerer.evaluate("() => { mac.powerOn(); mac.block(); }")
    page.add_init_script(
        """
        const Direct = RTCPeerConnection;
        window.RTCPeerConnection = class extends Direct {
            constructor(configuration) { super(configuration); window.made = this; }
        };
        """
    )
    page.goto(offering_server.url)
    offering_server.expect("join")
    assert offering_server.expect("join")["media"] == "meanwhile"
    offerer.evaluate("(messages) => mac.update(messages)", picture(GREEN, 1))
    expect(page.locator("#display-canvas")).to_be_visible()
    page.evaluate(
        """() => {
            Object.defineProperty(made, "iceConnectionState", { value: "failed" });
            made.dispatchEvent(new Event("iceconnectionstatechange"));
        }"""
    )
    assert offering_server.expect("join")["media"] == "socket"
    assert page.evaluate("() => made.signalingState") == "closed"
    expect(page.locator("#display-canvas")).to_be_visible()
    expect(page.locator("#connection")).to_have_attribute("title", re.compile("UDP"))
    offerer.evaluate("() => mac.unblock()")
