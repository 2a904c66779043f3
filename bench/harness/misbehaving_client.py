"""A viewer that misbehaves between the lines "begin" and "end" on standard input: `… URL KIND`.

KIND is one of
- "computes": uses all CPU time that it gets, but sends the server nothing, for comparison;
- "floods": sends input messages as fast as possible;
- "asks": requests key frames endlessly;
- "rains": sends RTCP as fast as possible;
- "fetches": requests screenshots over HTTP, eight at a time;
- "nags": sends signaling messages as fast as possible;
- "returns": disconnects and reconnects endlessly;
- "stalls": stops reading everything.

Otherwise it behaves; when it is disconnected, it reconnects at once. It decodes nothing, so that what it
costs the others happens in the server.
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
_BURST_MESSAGES = 200
_CHANNELS = 2
_JOIN_SECONDS = 20.0
_RECONNECT_SECONDS = 0.2


class MisbehavingClient:
    """A connection like a browser's, and the ways to abuse it."""

    def __init__(self, signaling: ClientConnection) -> None:
        self._signaling = signaling
        self._connection = RTCPeerConnection()
        self._channels: dict[str, RTCDataChannel] = {}
        self._channels_open = asyncio.Event()
        self._video_ssrcs: list[int] = []
        self._connection.on("datachannel", self._add_channel)

    def _add_channel(self, channel: RTCDataChannel) -> None:
        self._channels[channel.label] = channel
        if len(self._channels) == _CHANNELS:
            self._channels_open.set()

    async def join(self) -> None:
        """Negotiate as a page does, until both data channels are open."""
        await self._signaling.send(json.dumps({"type": "join", "codec": "h264"}))
        while (message := json.loads(await self._signaling.recv()))["type"] != "offer":
            pass
        self._video_ssrcs = [int(ssrc) for ssrc in re.findall(r"a=ssrc:(\d+) cname", message["sdp"])]
        await self._connection.setRemoteDescription(RTCSessionDescription(message["sdp"], "offer"))
        for receiver in self._connection.getReceivers():
            receiver.__dict__["_handle_rtp_packet"] = _ignore
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        sdp = self._connection.localDescription.sdp
        await self._signaling.send(json.dumps({"type": "answer", "sdp": sdp}))
        await self._channels_open.wait()

    async def stay(self, kind: str, hostile: asyncio.Event) -> None:
        """Stay connected, and misbehave while `hostile` is set, until disconnected."""
        disconnected = asyncio.create_task(self._read())
        acting = asyncio.create_task(self._act(kind, hostile))
        await asyncio.wait({disconnected, acting}, return_when=asyncio.FIRST_COMPLETED)
        for task in (disconnected, acting):
            task.cancel()
        await asyncio.gather(disconnected, acting, return_exceptions=True)
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
        """Send input messages, but no more than the channel buffers."""
        channel = self._channels["input"]
        for _ in range(_BURST_MESSAGES if channel.bufferedAmount < 4_000 else 0):
            channel.send(_MOUSE)
            channel.send(_KEY_UP)
        await asyncio.sleep(0.005)

    async def asks(self) -> None:
        """Send picture loss indications (PLI), two hundred times a second."""
        await self._send_pli()
        await asyncio.sleep(0.005)

    async def rains(self) -> None:
        """Send picture loss indications as fast as possible."""
        await self._send_pli()
        await asyncio.sleep(0)

    async def _send_pli(self) -> None:
        video = next(each for each in self._connection.getReceivers() if each.track.kind == "video")
        for ssrc in self._video_ssrcs:
            await video._send_rtcp_pli(ssrc)

    async def nags(self) -> None:
        """Request one codec and another, in turns."""
        for codec in ("png", "h264"):
            await self._signaling.send(json.dumps({"type": "codec", "codec": codec}))

    async def fetches(self) -> None:
        """Request screenshots, each over a connection of its own."""
        await asyncio.gather(*(self._fetch() for _ in range(8)))

    async def _fetch(self) -> None:
        host, port = self._signaling.remote_address[:2]
        reader, writer = await asyncio.open_connection(host, port)
        request = f"GET /api/screenshot.png HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
        writer.write(request.encode())
        while await reader.read(1 << 16):
            pass
        writer.close()

    async def stalls(self) -> None:
        """Stop this process; its parent continues it with SIGCONT."""
        os.kill(os.getpid(), signal.SIGSTOP)
        await asyncio.sleep(1.0)  # until the command that came meanwhile has been read

    async def _read(self) -> None:
        """Read and discard the server's messages."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self._signaling.recv()


async def _ignore(*_: Any, **__: Any) -> None:
    """Discard a packet."""


def _follow_commands(hostile: asyncio.Event) -> None:
    """Set and clear `hostile` as standard input says; exit at its end."""
    loop = asyncio.get_running_loop()

    def follow() -> None:
        for command in sys.stdin:
            loop.call_soon_threadsafe(hostile.set if command.strip() == "begin" else hostile.clear)
        os._exit(0)

    threading.Thread(target=follow, name="commands", daemon=True).start()


async def main(url: str, kind: str) -> None:
    """Connect, print "ready", follow the commands, and reconnect whenever disconnected."""
    os.nice(10)  # it must not compete for the other processes' CPU time
    hostile = asyncio.Event()
    _follow_commands(hostile)
    for number in itertools.count():
        with contextlib.suppress(ConnectionClosed, ConnectionError, TimeoutError):
            async with connect(url.replace("http", "ws") + "/signaling", max_size=None) as signaling:
                client = MisbehavingClient(signaling)
                async with asyncio.timeout(_JOIN_SECONDS):
                    await client.join()
                print("reconnected" if number else "ready", flush=True)
                await client.stay(kind, hostile)
        if not hostile.is_set():
            await asyncio.sleep(_RECONNECT_SECONDS)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
