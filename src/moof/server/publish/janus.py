"""A session with Janus over its WebSocket: a room is made, and the upload is its one publisher."""

import asyncio
import contextlib
import json
import logging
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from moof.server.config.publish_options import PublishOptions
from moof.server.publish.janus_client import (
    MAX_MESSAGE_BYTES,
    JanusClient,
    JanusMessage,
    Room,
    parse,
    with_ice,
)
from moof.server.publish.sdp_fragment import ice_of
from moof.server.publish.sfu import Sfu, SfuAnswer, SfuError, SfuFactory
from moof.server.publish.watch_room import WatchRoom
from moof.server.transport.ice_restart import IceDescription

LOG: Final = logging.getLogger(__name__)

_PROTOCOL: Final = Subprotocol("janus-protocol")
_SECONDS: Final = 10.0
"""For one request."""
_CLOSE_SECONDS: Final = 1.0
_KEEP_ALIVE_SECONDS: Final = 20.0
"""Janus ends a session of which it has heard nothing for a minute."""
_ACKNOWLEDGED: Final = ("keepalive", "trickle")
"""Requests whose whole answer is "ack"; to others it says only that an event follows."""


class JanusServer(SfuFactory):
    """A Janus, with the room in which the upload is watched."""

    def __init__(self, options: PublishOptions, watch_room: WatchRoom) -> None:
        """`watch_room` is opened for watchers while there is an upload."""
        self._options = options
        self._watch_room = watch_room
        self._room = Room.new(options.room, options.token)
        self.relays_frames = True

    def session(self) -> Sfu:
        """Return a session that is not open yet."""
        return JanusSession(self._options, self._room, self._watch_room)


class JanusSession(Sfu):
    """A session with Janus. On the event loop."""

    def __init__(self, options: PublishOptions, room: Room, watch_room: WatchRoom) -> None:
        self._options = options
        self._room = room
        self._watch_room = watch_room
        self._client = JanusClient(room, options.token)
        self._offer = ""
        self._socket: ClientConnection | None = None
        self._receiving: asyncio.Task[None] | None = None
        self._waiting: dict[str, tuple[asyncio.Future[JanusMessage], bool]] = {}
        """By transaction: who waits for the answer, and whether "ack" is one."""
        self._ended = asyncio.Event()
        self._reason = "the connection to it ended"

    @property
    def host(self) -> str:
        """Janus' host and port."""
        return self._options.host

    async def open(self, offer: str) -> SfuAnswer:
        """Make the room anew, and join it. Raises SfuError."""
        try:
            self._socket = await connect(
                self._options.url,
                subprotocols=[_PROTOCOL],
                max_size=MAX_MESSAGE_BYTES,
                open_timeout=_SECONDS,
                close_timeout=_CLOSE_SECONDS,
                ping_interval=None,
            )
        except (OSError, WebSocketException, TimeoutError) as error:
            raise SfuError(f"it does not answer ({type(error).__name__})") from error
        self._receiving = asyncio.create_task(self._receive(self._socket))
        client, self._offer = self._client, offer
        client.created(await self._call(client.create()))
        client.attached(await self._call(client.attach()))
        client.room_destroyed(await self._call(client.destroy_room()))
        (await self._call(client.create_room())).checked()
        joined = (await self._call(client.join(offer))).checked()
        if not joined.sdp:
            raise SfuError("its answer has no SDP")
        self._watch_room.open(self._room.number, self._room.pin)
        return SfuAnswer(joined.sdp)

    async def trickle(self, ice: IceDescription) -> None:
        """Send further candidates. Raises SfuError."""
        (await self._call(self._client.trickle(ice.candidates, "0"))).checked()

    async def restart(self, ice: IceDescription) -> IceDescription:
        """Ask for a restart of ICE, by another offer. Raises SfuError."""
        answer = (await self._call(self._client.reconfigure(with_ice(self._offer, ice)))).checked()
        try:
            return ice_of(answer.sdp)
        except ValueError as error:
            raise SfuError(f"it answers a restart of ICE with {error}") from error

    async def watch(self) -> None:
        """Keep the session alive until Janus ends the upload, then raise SfuError."""
        while not self._ended.is_set():
            (await self._call(self._client.keep_alive())).checked()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), _KEEP_ALIVE_SECONDS)
        raise SfuError(self._reason)

    async def close(self) -> None:
        """Destroy the room, which its watchers notice, and end the session."""
        self._watch_room.close()
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                if self._client.has_session and not self._ended.is_set():
                    await self._call(self._client.destroy_room())
                    await self._call(self._client.end())
        except (SfuError, TimeoutError) as error:
            LOG.info("%s was not told that publishing ends (%s).", self.host, error)
        if self._receiving is not None:
            self._receiving.cancel()
            await asyncio.wait({self._receiving})
        if self._socket is not None:
            await self._socket.close()

    async def _call(self, request: dict[str, Any]) -> JanusMessage:
        """Send a request and return its answer."""
        assert self._socket is not None
        answer: asyncio.Future[JanusMessage] = asyncio.get_running_loop().create_future()
        self._waiting[request["transaction"]] = answer, request["janus"] in _ACKNOWLEDGED
        ended = asyncio.create_task(self._ended.wait())
        try:
            await self._socket.send(json.dumps(request))
            waiting: set[asyncio.Future[Any]] = {answer, ended}
            await asyncio.wait(waiting, timeout=_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        except (OSError, WebSocketException) as error:
            raise SfuError(f"it does not answer ({type(error).__name__})") from error
        finally:
            ended.cancel()
            self._waiting.pop(request["transaction"], None)
        if not answer.done():
            raise SfuError(self._reason if self._ended.is_set() else "it does not answer")
        return answer.result()

    async def _receive(self, socket: ClientConnection) -> None:
        """Receive until the connection or the upload ends."""
        try:
            async for text in socket:
                self._received(parse(text))
        except (OSError, WebSocketException):
            pass
        except SfuError as error:
            self._reason = str(error)
        finally:
            self._ended.set()

    def _received(self, message: JanusMessage) -> None:
        if message.ends_upload:
            self._reason = f"it ended the upload ({message.reason or message.kind})"
            self._ended.set()
            return
        answer, by_ack = self._waiting.get(message.transaction, (None, False))
        if answer is not None and not answer.done() and (by_ack or message.kind != "ack"):
            answer.set_result(message)
