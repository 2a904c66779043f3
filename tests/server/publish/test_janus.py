"""Publishing to a real Janus; a browser watches in tests/e2e/test_watch.py."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from moof.server.config.options import MediaNetwork
from moof.server.config.publish_options import PublishOptions
from moof.server.publish.janus import JanusServer
from moof.server.publish.publisher import Publisher
from moof.server.publish.sfu import SfuError
from moof.server.publish.watch_room import WatchRoom
from moof.server.transport.capabilities import configure_codecs, rtp_codecs, video_payload_type
from moof.server.transport.ice import configure_gathering
from moof.server.viewers import ViewerRegistry
from support.janus_process import ADMIN_KEY, JanusProcess, running_janus
from support.media_pump import MediaPump
from support.running_tasks import running_tasks
from support.webrtc_pair import until

PAYLOAD_TYPES = {codec.name: video_payload_type(index) for index, codec in enumerate(rtp_codecs())}
OFFER = "v=0\r\na=group:BUNDLE 0\r\nm=video 9 x 1\r\na=mid:0\r\n"


@pytest.fixture(scope="module")
def janus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JanusProcess]:
    with running_janus(tmp_path_factory.mktemp("janus")) as running:
        yield running


@pytest.fixture(autouse=True)
async def configured() -> None:
    configure_codecs(rtp_codecs())
    configure_gathering(None)


class Publishing:
    """A publisher and what it sends."""

    def __init__(self, url: str, **details: Any) -> None:
        self.viewers, self.room = ViewerRegistry(), WatchRoom(url)
        self.pump = MediaPump(self.viewers)
        self.publisher = Publisher(
            JanusServer(PublishOptions(url, ADMIN_KEY), self.room),
            self.viewers,
            PAYLOAD_TYPES,
            MediaNetwork(),
            **details,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Publishing"]:
        async with running_tasks(self.publisher.run(), self.pump.run()):
            yield self


async def ask(url: str, body: dict[str, Any]) -> dict[str, Any]:
    """Send one request to the plugin, in a session of its own."""
    async with connect(url, subprotocols=[Subprotocol("janus-protocol")]) as socket:
        ids: dict[str, int] = {}
        for name, request in (
            ("session_id", {"janus": "create"}),
            ("handle_id", {"janus": "attach", "plugin": "janus.plugin.videoroom"}),
            ("", {"janus": "message", "body": body}),
        ):
            await socket.send(json.dumps({**request, **ids, "transaction": "t"}))
            answer: dict[str, Any] = json.loads(await socket.recv())
            if name:
                ids[name] = answer["data"]["id"]
    data: dict[str, Any] = answer["plugindata"]["data"]
    return data


async def participants(url: str, room: int) -> list[dict[str, Any]]:
    """Return who publishes in a room."""
    data = await ask(url, {"request": "listparticipants", "room": room})
    return [each for each in data.get("participants", []) if each["publisher"]]


async def test_the_room_lasts_as_long_as_the_upload(janus: JanusProcess) -> None:
    async with Publishing(f"{janus.url}?room=11").running() as publishing:
        await until(lambda: publishing.pump.sent > 20)
        assert publishing.room.place is not None
        assert publishing.publisher.peer is not None
        assert publishing.publisher.peer.codec == "h264"
        (publisher,) = await participants(janus.url, 11)
        assert (publisher["id"], publisher["display"]) == (1, "Moof")
        assert publishing.room.place.pin not in json.dumps(await ask(janus.url, {"request": "list"}))
        before = publishing.publisher.peer.heard_at
        await until(
            lambda: publishing.publisher.peer is not None and publishing.publisher.peer.heard_at > before
        )
    assert publishing.room.place is None
    assert (await ask(janus.url, {"request": "exists", "room": 11}))["exists"] is False


async def test_a_room_that_was_left_is_made_anew(janus: JanusProcess) -> None:
    options = PublishOptions(f"{janus.url}?room=12", ADMIN_KEY)
    left = JanusServer(options, WatchRoom()).session()
    with pytest.raises(SfuError):
        await left.open(OFFER)  # the room is made, the offer refused
    assert (await ask(janus.url, {"request": "exists", "room": 12}))["exists"] is True
    async with Publishing(options.url).running() as publishing:
        await until(lambda: publishing.pump.sent > 3)
        assert await participants(janus.url, 12)
    await left.close()


async def test_a_room_of_somebody_else_is_left_alone(janus: JanusProcess) -> None:
    await ask(janus.url, {"request": "create", "room": 13, "secret": "theirs", "admin_key": ADMIN_KEY})
    session = JanusServer(PublishOptions(f"{janus.url}?room=13", ADMIN_KEY), WatchRoom()).session()
    with pytest.raises(SfuError, match="room 13 is somebody else's"):
        await session.open(OFFER)
    await session.close()
    assert (await ask(janus.url, {"request": "exists", "room": 13}))["exists"] is True


async def test_without_the_key_no_room_is_made(janus: JanusProcess) -> None:
    session = JanusServer(PublishOptions(f"{janus.url}?room=14", "wrong"), WatchRoom()).session()
    with pytest.raises(SfuError, match="it says: "):
        await session.open(OFFER)
    await session.close()


async def test_a_destroyed_room_is_made_again(janus: JanusProcess) -> None:
    async with Publishing(f"{janus.url}?room=15").running() as publishing:
        await until(lambda: publishing.pump.sent > 3)
        session = JanusServer(PublishOptions(f"{janus.url}?room=15", ADMIN_KEY), WatchRoom()).session()
        with pytest.raises(SfuError):
            await session.open(OFFER)  # destroys the room, and makes its own
        await session.close()
        await until(lambda: publishing.publisher.uploads == 2)
        assert await participants(janus.url, 15)


async def test_ice_is_restarted_by_another_offer(janus: JanusProcess) -> None:
    async with Publishing(f"{janus.url}?room=16", silent_seconds=-1.0).running() as publishing:
        await until(lambda: publishing.publisher.restarts >= 1)
        sent = publishing.pump.sent
        await until(lambda: publishing.pump.sent > sent + 5)
        assert publishing.publisher.uploads == 1


async def test_no_janus() -> None:
    session = JanusServer(PublishOptions("ws://127.0.0.1:9/"), WatchRoom()).session()
    with pytest.raises(SfuError, match="does not answer"):
        await session.open(OFFER)
    await session.close()
    assert session.host == "127.0.0.1:9"
