"""Many watchers in one process, which receive and decode nothing: by way of a Janus, or connected directly.

`python watching_client.py janus|direct URL NUMBER` prints "ready" once pictures arrive at all of them, and
stays until it is killed. ICE and DTLS are real. RTP packets are counted and reported as a browser does
(transport-wide feedback), and not decrypted: a hundred watchers must leave the cores to what is measured.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import struct
import sys
import time
from pathlib import Path
from typing import Any, Final

import httpx
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

sys.path.insert(0, str(Path(__file__).parents[1]))
from harness.transport_feedback import transport_feedback, transport_number
from moof.server.rtp.twcc import TRANSPORT_CC_URI
from moof.server.transport.capabilities import configure_codecs, rtp_codecs

_AT_ONCE: Final = 2
"""So many connect at the same time: each costs a handshake at both ends."""
_PACKETS: Final = 3
_FEEDBACK_SECONDS: Final = 0.1


class Watcher:
    """One connection."""

    def __init__(self) -> None:
        self._connection = RTCPeerConnection(RTCConfiguration([]))
        self._packets = 0
        self._arrived = asyncio.Event()
        self._extension_id = 0
        self._unreported: list[tuple[int, float]] = []
        self._media_ssrc = 0
        self._reporting: asyncio.Task[None] | None = None

    async def answer(self, offer: str) -> str:
        """Return the answer to an offer."""
        await self._connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        transport: Any = self._connection.getReceivers()[0].transport
        ice = transport.transport._connection
        for protocol in ice._protocols:
            self._intercept(protocol)
        answer = self._connection.localDescription.sdp
        for line in answer.splitlines():
            if line.startswith("a=extmap:") and line.endswith(TRANSPORT_CC_URI):
                self._extension_id = int(line.removeprefix("a=extmap:").split()[0])
        self._reporting = asyncio.create_task(self._report(transport))
        return answer

    def _intercept(self, protocol: Any) -> None:
        """Take media packets before they are decrypted; the others are those of ICE and DTLS (RFC 7983)."""
        passed_on = protocol.datagram_received

        def received(data: bytes, address: tuple[Any, ...]) -> None:
            if data[0] & 0xC0 != 0x80:
                passed_on(data, address)
            elif not 192 <= data[1] <= 223:  # no RTCP (RFC 5761)
                self._count(data)

        protocol.datagram_received = received

    def _count(self, packet: bytes) -> None:
        self._packets += 1
        if self._packets == _PACKETS:
            self._arrived.set()
        if self._extension_id and (number := transport_number(packet, self._extension_id)) is not None:
            (self._media_ssrc,) = struct.unpack_from("!I", packet, 8)
            self._unreported.append((number, time.monotonic()))

    async def _report(self, transport: Any) -> None:
        """Send the feedback without which the server would take the network for dead."""
        count = 0
        while True:
            await asyncio.sleep(_FEEDBACK_SECONDS)
            if self._unreported:
                arrived, self._unreported = self._unreported, []
                with contextlib.suppress(ConnectionError):  # not connected yet, or no longer
                    await transport._send_rtp(transport_feedback(self._media_ssrc, count, arrived))
                count += 1

    async def wait(self) -> None:
        """Wait until packets arrive."""
        async with asyncio.timeout(60):
            await self._arrived.wait()


async def watch_directly(url: str) -> ClientConnection:
    """Connect a watcher to the server; return its WebSocket."""
    watcher = Watcher()
    signaling = await connect(url.replace("http", "ws", 1) + "/signaling", proxy=None, ping_interval=None)
    await signaling.send(json.dumps({"type": "join", "codec": "h264"}))
    while (message := json.loads(await signaling.recv()))["type"] != "offer":
        pass
    await signaling.send(json.dumps({"type": "answer", "sdp": await watcher.answer(message["sdp"])}))
    await watcher.wait()
    return signaling


async def watch_janus(url: str) -> ClientConnection:
    """Subscribe a watcher as the page /watch does; return its WebSocket."""
    watcher = Watcher()
    async with httpx.AsyncClient() as client:
        place = (await client.get(f"{url}/watch.json")).json()
    socket = await connect(place["url"], subprotocols=[Subprotocol("janus-protocol")], proxy=None)
    ids: dict[str, int] = {}

    async def request(kind: str, **members: Any) -> dict[str, Any]:
        await socket.send(json.dumps({"janus": kind, "transaction": kind, **ids, **members}))
        while True:
            message: dict[str, Any] = json.loads(await socket.recv())
            if message["janus"] != "ack" and message.get("transaction") == kind:
                return message

    ids["session_id"] = (await request("create"))["data"]["id"]
    ids["handle_id"] = (await request("attach", plugin="janus.plugin.videoroom"))["data"]["id"]
    join = {"request": "join", "ptype": "subscriber", "room": place["room"], "pin": place["pin"]}
    offered = await request("message", body=join | {"streams": [{"feed": place["feed"]}]})
    answer = {"type": "answer", "sdp": await watcher.answer(offered["jsep"]["sdp"])}
    await request("message", body={"request": "start", "room": place["room"]}, jsep=answer)
    await watcher.wait()
    return socket


async def stay(socket: ClientConnection) -> None:
    """Read what comes, which nobody needs."""
    async for _ in socket:
        pass


async def main(kind: str, url: str, number: int) -> None:
    """Connect all watchers and stay."""
    configure_codecs(rtp_codecs())
    places = asyncio.Semaphore(_AT_ONCE)

    async def one() -> ClientConnection:
        async with places:
            return await (watch_janus if kind == "janus" else watch_directly)(url)

    sockets = await asyncio.gather(*(one() for _ in range(number)))
    print("ready", flush=True)
    await asyncio.gather(*(stay(each) for each in sockets))
    await asyncio.sleep(600)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
