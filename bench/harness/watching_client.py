"""Many watchers in one process, which receive and decode nothing: by way of a Janus, or connected directly.

`python watching_client.py janus|direct URL NUMBER` prints "ready" once pictures arrive at all of them, and
stays until it is killed. ICE, DTLS and SRTP are real; RTP packets are counted.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any, Final

import httpx
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

_AT_ONCE: Final = 2
"""So many connect at the same time: each costs a handshake at both ends."""
_PACKETS: Final = 3


class Watcher:
    """One connection."""

    def __init__(self) -> None:
        self._connection = RTCPeerConnection(RTCConfiguration([]))
        self._packets = 0
        self._arrived = asyncio.Event()

    async def answer(self, offer: str) -> str:
        """Return the answer to an offer."""
        await self._connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        transport: Any = self._connection.getReceivers()[0].transport
        transport.__dict__["_handle_rtp_data"] = self._count
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        return self._connection.localDescription.sdp

    async def _count(self, data: bytes, arrival_time_ms: int) -> None:
        self._packets += 1
        if self._packets == _PACKETS:
            self._arrived.set()

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
