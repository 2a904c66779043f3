"""A viewer that misbehaves: `python bench/badviewer.py URL KIND`, told "begin" and "end" on standard input.

KIND is "floods" (input messages as fast as they go), "asks" (key frames endlessly), "stalls" (stops reading
everything) or "nags" (signalling messages as fast as they go). Between the words it behaves. It decodes
nothing, so that what it costs the others is the server's affair.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import struct
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from aiortc import RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

_MOUSE = struct.pack("<BBBxHHd", 2, 0x10, 0, 40, 50, 0.0)
_KEY_UP = struct.pack("<BBBx", 1, 0, 0x24)
_BURST = 200
_CHANNELS = 2


class BadViewer:
    """A connection like a browser's, and the ways to abuse it."""

    def __init__(self, signalling: ClientConnection) -> None:
        self._signalling = signalling
        self._connection = RTCPeerConnection()
        self._channels: dict[str, RTCDataChannel] = {}
        self._complete = asyncio.Event()
        self._streams: list[int] = []
        self._connection.on("datachannel", self._take_channel)

    def _take_channel(self, channel: RTCDataChannel) -> None:
        self._channels[channel.label] = channel
        if len(self._channels) == _CHANNELS:
            self._complete.set()

    async def join(self) -> None:
        """Do what a page does until pictures come."""
        await self._signalling.send(json.dumps({"type": "join", "codec": "h264"}))
        while (message := json.loads(await self._signalling.recv()))["type"] != "offer":
            pass
        self._streams = [int(ssrc) for ssrc in re.findall(r"a=ssrc:(\d+) cname", message["sdp"])]
        await self._connection.setRemoteDescription(RTCSessionDescription(message["sdp"], "offer"))
        for receiver in self._connection.getReceivers():
            receiver.__dict__["_handle_rtp_packet"] = _ignore
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        sdp = self._connection.localDescription.sdp
        await self._signalling.send(json.dumps({"type": "answer", "sdp": sdp}))
        await self._complete.wait()

    async def floods(self) -> None:
        """Send input; no more than the channel takes."""
        channel = self._channels["input"]
        while True:
            for _ in range(_BURST if channel.bufferedAmount < 200_000 else 0):
                channel.send(_MOUSE)
                channel.send(_KEY_UP)
            await asyncio.sleep(0.005)

    async def asks(self) -> None:
        """Send picture loss indications."""
        video = next(each for each in self._connection.getReceivers() if each.track.kind == "video")
        while True:
            for ssrc in self._streams:
                await video._send_rtcp_pli(ssrc)
            await asyncio.sleep(0.005)

    async def nags(self) -> None:
        """Ask for other codecs, in turns."""
        while True:
            for codec in ("png", "h264"):
                await self._signalling.send(json.dumps({"type": "codec", "codec": codec}))

    async def stalls(self) -> None:
        """Stop altogether; somebody else has to let this process go on."""
        os.kill(os.getpid(), signal.SIGSTOP)

    async def read(self) -> None:
        """Read what the server says."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self._signalling.recv()


async def _ignore(*_: Any, **__: Any) -> None:
    """Take a packet and do nothing."""


async def _misbehave(act: Callable[[], Awaitable[None]]) -> None:
    with contextlib.suppress(ConnectionClosed, ConnectionError):
        await act()


async def main(url: str, kind: str) -> None:
    """Connect, say so, and follow the words."""
    os.nice(10)  # the others' processor time is not what is fought over here
    async with connect(url.replace("http", "ws") + "/signaling", max_size=None) as signalling:
        viewer = BadViewer(signalling)
        await viewer.join()
        reading = asyncio.create_task(viewer.read())
        print("ready", flush=True)
        acting: asyncio.Task[None] | None = None
        while word := (await asyncio.to_thread(sys.stdin.readline)).strip():
            if word == "begin":
                acting = asyncio.create_task(_misbehave(getattr(viewer, kind)))
            elif acting is not None:
                acting.cancel()
        reading.cancel()
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
