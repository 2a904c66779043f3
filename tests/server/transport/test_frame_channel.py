"""The "frame" channel between two connections, without media."""

import asyncio

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection

from moof.server.transport.frame_channel import FrameChannel
from support.webrtc_pair import AiortcBrowser, until


@pytest.fixture
async def connection() -> RTCPeerConnection:
    return RTCPeerConnection(RTCConfiguration([]))


async def test_messages_arrive_and_what_is_out_of_date_is_dropped(connection: RTCPeerConnection) -> None:
    frame, browser = FrameChannel(connection), AiortcBrowser()
    opened: list[bool] = []
    received: list[bytes | str] = []
    frame.on_open(lambda: opened.append(frame.is_open))
    frame.on_message(received.append)
    frame.send(b"too early")
    await connection.setLocalDescription(await connection.createOffer())
    await browser.connection.setRemoteDescription(connection.localDescription)
    await browser.connection.setLocalDescription(await browser.connection.createAnswer())
    await connection.setRemoteDescription(browser.connection.localDescription)
    await until(lambda: opened == [True] and "frame" in browser.channels)
    channel = browser.channels["frame"]
    assert (channel.ordered, channel.maxRetransmits) == (False, 0)
    channel.send(b"answer")
    await asyncio.to_thread(frame.send, b"first")
    await until(lambda: received == [b"answer"] and browser.messages == [("frame", b"first")])
    for _ in range(100):  # while the loop has no time to send
        frame.send(bytes(80))
    frame.send(b"behind too many")
    frame.send(b"")
    await until(lambda: len(browser.messages) > 40)
    await asyncio.to_thread(frame.send, b"last")
    await until(lambda: browser.messages[-1] == ("frame", b"last"))
    assert ("frame", b"behind too many") not in browser.messages
    await connection.close()
    frame.send(b"too late")
    await browser.connection.close()
