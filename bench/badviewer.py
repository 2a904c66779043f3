"""A viewer that misbehaves: `python bench/badviewer.py URL KIND`, told "begin" and "end" on standard input.

KIND is one of
- "computes": takes what processor time it gets, but tells the server nothing, for comparison;
- "floods": input messages as fast as they go;
- "asks": key frames endlessly;
- "rains": RTCP as fast as it goes;
- "fetches": screenshots over HTTP, eight at a time;
- "nags": signalling messages as fast as they go;
- "returns": goes and comes, endlessly;
- "stalls": stops reading everything.

Between the words it behaves; shown out, it comes back at once. It decodes nothing, so that what it costs the
others is the server's affair.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import re
import signal
import struct
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiortc import RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

_MOUSE = struct.pack("<BBBxHHd", 2, 0x10, 0, 40, 50, 0.0)
_KEY_UP = struct.pack("<BBBx", 1, 0, 0x24)
_BURST = 200
_CHANNELS = 2
_PATIENCE = 20.0
_MODESTY = 0.2


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

    async def visit(self, kind: str, hostile: asyncio.Event) -> None:
        """Stay, and misbehave while it is time to, until shown out."""
        shown_out = asyncio.create_task(self._read())
        acting = asyncio.create_task(self._act(kind, hostile))
        await asyncio.wait({shown_out, acting}, return_when=asyncio.FIRST_COMPLETED)
        for task in (shown_out, acting):
            task.cancel()
        await asyncio.gather(shown_out, acting, return_exceptions=True)
        await self._connection.close()

    async def _act(self, kind: str, hostile: asyncio.Event) -> None:
        act: Callable[[], Awaitable[None]] = getattr(self, kind)
        while True:
            await hostile.wait()
            if kind == "returns":
                return
            await act()

    async def computes(self) -> None:
        """Keep the processor busy."""
        began = time.monotonic()
        while time.monotonic() - began < 0.01:
            pass
        await asyncio.sleep(0)

    async def floods(self) -> None:
        """Send input; no more than the channel takes."""
        channel = self._channels["input"]
        for _ in range(_BURST if channel.bufferedAmount < 4_000 else 0):
            channel.send(_MOUSE)
            channel.send(_KEY_UP)
        await asyncio.sleep(0.005)

    async def asks(self) -> None:
        """Send picture loss indications, two hundred a second."""
        await self._ask()
        await asyncio.sleep(0.005)

    async def rains(self) -> None:
        """Send them as fast as they go."""
        await self._ask()
        await asyncio.sleep(0)

    async def _ask(self) -> None:
        video = next(each for each in self._connection.getReceivers() if each.track.kind == "video")
        for ssrc in self._streams:
            await video._send_rtcp_pli(ssrc)

    async def nags(self) -> None:
        """Ask for other codecs, in turns."""
        for codec in ("png", "h264"):
            await self._signalling.send(json.dumps({"type": "codec", "codec": codec}))

    async def fetches(self) -> None:
        """Ask for screenshots, each over a connection of its own."""
        await asyncio.gather(*(self._fetch() for _ in range(8)))

    async def _fetch(self) -> None:
        host, port = self._signalling.remote_address[:2]
        reader, writer = await asyncio.open_connection(host, port)
        request = f"GET /api/screenshot.png HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
        writer.write(request.encode())
        while await reader.read(1 << 16):
            pass
        writer.close()

    async def stalls(self) -> None:
        """Stop altogether; somebody else has to let this process go on."""
        os.kill(os.getpid(), signal.SIGSTOP)
        await asyncio.sleep(1.0)  # for the word that came meanwhile

    async def _read(self) -> None:
        """Read what the server says."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self._signalling.recv()


async def _ignore(*_: Any, **__: Any) -> None:
    """Take a packet and do nothing."""


def _follow_words(hostile: asyncio.Event) -> None:
    """Begin and end as standard input says; at its end, go."""
    loop = asyncio.get_running_loop()

    def follow() -> None:
        for word in sys.stdin:
            loop.call_soon_threadsafe(hostile.set if word.strip() == "begin" else hostile.clear)
        os._exit(0)

    threading.Thread(target=follow, name="words", daemon=True).start()


async def main(url: str, kind: str) -> None:
    """Connect, say so, follow the words, and come back whenever shown out."""
    os.nice(10)  # the others' processor time is not what is fought over here
    hostile = asyncio.Event()
    _follow_words(hostile)
    for number in itertools.count():
        with contextlib.suppress(ConnectionClosed, ConnectionError, TimeoutError):
            async with connect(url.replace("http", "ws") + "/signaling", max_size=None) as signalling:
                viewer = BadViewer(signalling)
                async with asyncio.timeout(_PATIENCE):
                    await viewer.join()
                print("here" if number else "ready", flush=True)
                await viewer.visit(kind, hostile)
        if not hostile.is_set():
            await asyncio.sleep(_MODESTY)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
