"""A WHIP endpoint that checks each request as RFC 9725 says, and decodes picture and sound with aiortc."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, VideoFrame
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moof.server.http.uvicorn_server import UvicornServer
from moof.server.publish.sdp_fragment import MEDIA_TYPE, FragmentPlace, ice_of
from moof.server.transport.ice_restart import IceDescription, RestartableIce

TOKEN = "a-secret-token"
PATH = "/whip/secret-room"


@dataclass
class Received:
    """What has been decoded of one session."""

    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    sound_frames: int = 0
    loud_frames: int = 0
    picture: np.ndarray[Any, Any] | None = None

    @property
    def pictures(self) -> int:
        return self.sizes.total()


@dataclass
class Session:
    """One session: its connection, its entity-tag, and what has been received."""

    connection: RTCPeerConnection
    place: FragmentPlace
    etag: str = '"first"'
    candidates: list[str] = field(default_factory=list)
    received: Received = field(default_factory=Received)
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)
    ice: RestartableIce | None = None
    restarts: int = 0

    @property
    def transport(self) -> Any:
        return self.connection.getReceivers()[0].transport

    def decode(self, track: MediaStreamTrack) -> None:
        self.tasks.append(asyncio.create_task(_decode(track, self.received)))

    async def request_keyframe(self) -> None:
        """Send a PLI."""
        receiver: Any = next(r for r in self.connection.getReceivers() if r.track.kind == "video")
        for ssrc in list(receiver._RTCRtpReceiver__active_ssrc):
            await receiver._send_rtcp_pli(ssrc)

    def fall_silent(self) -> None:
        """Send nothing more, as behind a network that has changed; a restart of ICE helps."""
        connection = self.transport.transport._connection
        for protocol in connection._protocols:
            protocol.send_stun = lambda *_: None
        connection._nominated[1].protocol.send_data = _nothing

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await self.connection.close()


async def _nothing(*_: object) -> None:
    pass


class WhipReceiver:
    """The endpoint. `refusals` are answers to the next offers; `problems` must stay empty."""

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}
        self.problems: list[str] = []
        self.requests: list[tuple[str, str]] = []
        self.refusals: deque[Response] = deque()
        self.deleted: list[str] = []
        self.links: list[str] = []
        self.restarts_ice = True
        self.takes_candidates = True
        self.url = ""
        self.origin = ""
        self._began = 0

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route(PATH, self._post, methods=["POST"]),
                Route("/session/{name}", self._patch, methods=["PATCH"]),
                Route("/session/{name}", self._delete, methods=["DELETE"]),
            ]
        )

    @property
    def session(self) -> Session:
        """The newest session."""
        return next(reversed(self.sessions.values()))

    async def _post(self, request: Request) -> Response:
        self._check(request, {"content-type": "application/sdp"})
        if self.refusals:
            return self.refusals.popleft()
        offer = (await request.body()).decode()
        self._check_offer(offer)
        connection = RTCPeerConnection(RTCConfiguration([]))
        session = Session(connection, FragmentPlace.of_offer(offer))
        connection.on("track", session.decode)
        await connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        session.ice = RestartableIce(session.transport.transport)
        await connection.setLocalDescription(await connection.createAnswer())
        self._began += 1
        name = f"{self._began}"
        self.sessions[name] = session
        response = Response(connection.localDescription.sdp, 201, media_type=None)
        response.headers["content-type"] = "application/sdp; charset=utf-8"
        response.headers["location"] = f"/session/{name}"
        response.headers["etag"] = session.etag
        for link in self.links:
            response.headers.append("link", link)
        return response

    async def _patch(self, request: Request) -> Response:
        self._check(request, {"content-type": MEDIA_TYPE})
        session = self.sessions[request.path_params["name"]]
        fragment = (await request.body()).decode()
        if not fragment.startswith("a=group:BUNDLE 0 1\r\nm=") or "a=mid:0\r\n" not in fragment:
            self.problems.append(f"a fragment without its place: {fragment}")
        tag = request.headers.get("if-match", "")
        if tag == "*":
            return await self._restart(session, ice_of(fragment))
        if tag != session.etag:
            self.problems.append(f"If-Match: {tag}")
            return Response(status_code=412)
        if not self.takes_candidates:
            return Response(status_code=405)
        session.candidates += ice_of(fragment).candidates
        return Response(status_code=204)

    async def _restart(self, session: Session, remote: IceDescription) -> Response:
        if not self.restarts_ice:
            return Response(status_code=405)
        assert session.ice is not None
        ours = await session.ice.prepare(())
        session.tasks.append(asyncio.create_task(session.ice.restart(remote)))
        session.restarts += 1
        session.etag = f'"restart {session.restarts}"'
        response = Response(session.place.fragment(ours), 200)
        response.headers["content-type"] = MEDIA_TYPE
        response.headers["etag"] = session.etag
        return response

    async def _delete(self, request: Request) -> Response:
        self._check(request, {})
        name = request.path_params["name"]
        self.deleted.append(name)
        await self.sessions[name].close()
        return Response(status_code=200)

    def _check(self, request: Request, headers: dict[str, str]) -> None:
        self.requests.append((request.method, request.url.path))
        wanted = headers | {"authorization": f"Bearer {TOKEN}"}
        found = {name: request.headers.get(name, "") for name in wanted}
        if found != wanted:
            self.problems.append(f"{request.method}: {found}")

    def _check_offer(self, offer: str) -> None:
        """RFC 9725, section 4.4: one stream, BUNDLE, only sent; the endpoint chooses its role of DTLS."""
        if "m=application" in offer:
            self.problems.append("data channels")
        streams = {line.split()[0] for line in offer.splitlines() if line.startswith("a=msid:")}
        for media in offer.split("\r\nm=")[1:]:
            for line in ("a=sendonly", "a=rtcp-mux", "a=setup:actpass"):
                if line not in media.splitlines():
                    self.problems.append(f"no {line}")
        if len(streams) != 1 or "a=group:BUNDLE 0 1" not in offer:
            self.problems.append(f"streams {streams}")

    async def close(self) -> None:
        for session in self.sessions.values():
            await session.close()


async def _decode(track: MediaStreamTrack, received: Received) -> None:
    try:
        while True:
            frame = await track.recv()
            if isinstance(frame, VideoFrame):
                received.sizes[frame.width, frame.height] += 1
                received.picture = frame.to_ndarray(format="gray")
            elif isinstance(frame, AudioFrame):
                received.sound_frames += 1
                received.loud_frames += bool(np.abs(frame.to_ndarray().astype(int)).max() > 500)
    except MediaStreamError:
        pass  # the track has ended


@asynccontextmanager
async def whip_receiver(port: int = 0) -> AsyncIterator[WhipReceiver]:
    """Run an endpoint at this port, or a free one, in this event loop."""
    receiver = WhipReceiver()
    server = UvicornServer.bind("127.0.0.1", port)
    server.open(receiver.app)
    receiver.origin = f"http://127.0.0.1:{server.port}"
    receiver.url = receiver.origin + PATH
    try:
        yield receiver
    finally:
        await server.close()
        await receiver.close()
