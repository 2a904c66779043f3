"""Publishing to a WHIP endpoint that decodes what arrives: over real HTTP, ICE, DTLS and SRTP."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.responses import Response

from moof.server.config.options import MediaNetwork
from moof.server.config.publish_options import PublishOptions
from moof.server.publish.publisher import Publisher
from moof.server.publish.whip import WhipEndpoint
from moof.server.transport.capabilities import configure_codecs, rtp_codecs, video_payload_type
from moof.server.transport.ice import configure_gathering
from moof.server.viewers import ViewerRegistry
from support.media_pump import SIZE, MediaPump
from support.running_tasks import running_tasks
from support.stun_server import ADDRESS, stun_server
from support.webrtc_pair import until
from support.whip_receiver import PATH, TOKEN, WhipReceiver, whip_receiver

PAYLOAD_TYPES = {codec.name: video_payload_type(index) for index, codec in enumerate(rtp_codecs())}


class Publishing:
    """A publisher and its pump, while they run."""

    def __init__(self, receiver: WhipReceiver, **details: Any) -> None:
        self.viewers = ViewerRegistry()
        self.pump = MediaPump(self.viewers)
        options = PublishOptions(receiver.url, TOKEN)
        self.publisher = Publisher(
            WhipEndpoint(options), self.viewers, PAYLOAD_TYPES, MediaNetwork(), **details
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Publishing"]:
        async with running_tasks(self.publisher.run(), self.pump.run()):
            yield self


@pytest.fixture
async def receiver() -> AsyncIterator[WhipReceiver]:
    configure_codecs(rtp_codecs())
    configure_gathering(None)
    async with whip_receiver() as running:
        yield running
        assert running.problems == []


def shows(receiver: WhipReceiver) -> bool:
    """Whether the newest session has decoded pictures and sound."""
    if not receiver.sessions:
        return False
    received = receiver.session.received
    return received.sizes[SIZE] > 3 and received.loud_frames > 3


async def test_picture_and_sound_arrive_and_the_session_is_deleted(receiver: WhipReceiver) -> None:
    async with Publishing(receiver).running() as publishing:
        await until(lambda: shows(receiver))
        assert publishing.publisher.peer is not None
        assert publishing.publisher.peer.codec == "h264"
        assert [each.id for each in publishing.viewers.present()] == ["publish"]
    assert receiver.deleted == ["1"]
    assert receiver.requests == [("POST", PATH), ("DELETE", "/session/1")]
    assert publishing.viewers.present() == ()


async def test_candidates_of_the_endpoints_servers_follow_the_offer(receiver: WhipReceiver) -> None:
    async with stun_server() as url:
        receiver.links = ['<https://sfu.example/>; rel="help"', f'<{url}>; rel="ice-server"']
        async with Publishing(receiver).running():
            await until(lambda: shows(receiver) and bool(receiver.session.candidates))
    assert all("{} {} typ srflx".format(*ADDRESS) in each for each in receiver.session.candidates)
    assert ("PATCH", "/session/1") in receiver.requests


async def test_an_endpoint_may_take_no_further_candidates(receiver: WhipReceiver) -> None:
    receiver.takes_candidates = False
    async with stun_server() as url:
        receiver.links = [f'<{url}>; rel="ice-server"']
        async with Publishing(receiver).running():
            await until(lambda: shows(receiver))
    assert receiver.session.candidates == []


async def test_many_key_frame_requests_make_few_key_frames(receiver: WhipReceiver) -> None:
    async with Publishing(receiver).running() as publishing:
        await until(lambda: shows(receiver))
        before = publishing.pump.keys
        for _ in range(20):
            await receiver.session.request_keyframe()
        peer = publishing.publisher.peer
        assert peer is not None
        await until(lambda: peer.keyframe_requests >= 15 and publishing.pump.keys > before)
        assert publishing.pump.keys - before <= peer.keyframe_requests / 2


async def test_ice_is_restarted_when_the_endpoint_is_silent(receiver: WhipReceiver) -> None:
    async with Publishing(receiver, silent_seconds=2.0).running() as publishing:
        await until(lambda: shows(receiver))
        receiver.session.fall_silent()
        await until(lambda: publishing.publisher.restarts == 1)
        shown = receiver.session.received.pictures
        await until(lambda: receiver.session.received.pictures > shown + 10)
        assert (receiver.session.restarts, publishing.publisher.uploads) == (1, 1)
    assert receiver.deleted == ["1"]


async def test_without_restarts_a_new_session_begins(receiver: WhipReceiver) -> None:
    receiver.restarts_ice = False
    async with Publishing(receiver, silent_seconds=2.0).running() as publishing:
        await until(lambda: shows(receiver))
        receiver.session.fall_silent()
        await until(lambda: publishing.publisher.uploads == 2 and shows(receiver))
    assert receiver.deleted == ["1", "2"]


async def test_a_lost_session_is_followed_by_another(receiver: WhipReceiver) -> None:
    async with Publishing(receiver).running() as publishing:
        await until(lambda: shows(receiver))
        await receiver.session.close()
        await until(lambda: publishing.publisher.uploads == 2 and shows(receiver))


async def test_a_refusal_and_a_redirect_are_followed(
    receiver: WhipReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.refusals += [
        Response(status_code=503, headers={"retry-after": "1"}),
        Response(status_code=307, headers={"location": PATH}),
    ]
    with caplog.at_level(logging.INFO):
        async with Publishing(receiver).running():
            await until(lambda: shows(receiver))
    assert [method for method, _ in receiver.requests] == ["POST", "POST", "POST", "DELETE"]
    assert "it answers 503" in caplog.text
    ours = "\n".join(each.getMessage() for each in caplog.records if each.name.startswith("moof"))
    assert TOKEN not in ours
    assert PATH not in ours


async def test_an_endpoint_that_is_not_there_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    configure_codecs(rtp_codecs())
    absent = WhipReceiver()
    absent.url = "http://127.0.0.1:9/whip"
    with caplog.at_level(logging.WARNING):
        async with Publishing(absent).running() as publishing:
            await until(lambda: "127.0.0.1:9: it does not answer (ConnectError)" in caplog.text)
            assert publishing.viewers.present() == ()
