from unittest.mock import Mock

import pytest

from moof.server.auth.roles import Role
from moof.server.emulator.power import MachineControl
from moof.server.protocol.messages import CodecOffer, Join, Offer, SignalingError, UnknownCodecError
from moof.server.session.context import MediaOffer, SessionContext, SessionControl
from moof.server.session.input_handler import InputHandler
from moof.server.session.negotiation import Negotiation
from moof.server.session.typist import Typist
from moof.server.session.viewer_codec import ViewerCodec
from moof.server.transport.capabilities import VideoCodec, configure_codecs, video_payload_type
from moof.server.transport.peer import PeerError
from moof.server.transport.tile_stream import TileStream
from moof.server.transport.webrtc_peer import WebRtcPeer
from moof.server.transport.websocket_peer import WebSocketPeer
from moof.server.viewers import ViewerRegistry
from support.recording_emulator import RecordingEmulator

H264 = VideoCodec("h264", "video/H264", {"packetization-mode": "1", "profile-level-id": "42e01f"})
OFFER = MediaOffer(
    (CodecOffer("h264", "H.264", "rtp"), CodecOffer("png", "PNG", "tiles")), {"h264": video_payload_type(0)}
)


class Scene:
    """A negotiation, and parts around it that record what it does."""

    def __init__(self) -> None:
        configure_codecs([H264])
        self.emulator = RecordingEmulator()
        self.viewers = ViewerRegistry()
        self.audio = Mock()
        self.last_browser = Mock()
        self.session = Mock(spec=SessionControl)
        machine = MachineControl(self.emulator, None)
        typist = Typist(self.emulator)
        context = SessionContext(
            self.viewers,
            OFFER,
            self.emulator,
            machine,
            typist,
            self.audio,
            last_browser=self.last_browser,
        )
        self.codec = ViewerCodec("h264", context, self.session)
        inputs = InputHandler("v1", Role.PLAYER, context, self.session)
        tiles = TileStream(self.viewers)
        self.negotiation = Negotiation("v1", context, self.codec, tiles, inputs, self.session, OFFER.network)


async def test_join_sends_an_offer_and_leave_removes_the_viewer() -> None:
    scene = Scene()
    await scene.negotiation.join(Join())
    (message,), _ = scene.session.send.call_args
    assert isinstance(message, Offer)
    assert scene.viewers.present() == (scene.negotiation.peer,)
    assert scene.negotiation.resumable
    await scene.negotiation.leave()
    assert scene.viewers.present() == ()
    scene.audio.remove_viewer.assert_called_with("v1")


async def test_join_over_the_websocket_needs_no_offer_and_changes_to_a_codec_without_rtp() -> None:
    scene = Scene()
    await scene.negotiation.join(Join(media="socket"))
    scene.session.send.assert_not_called()
    assert scene.codec.current == "png"
    assert not scene.negotiation.resumable
    await scene.negotiation.leave()


async def test_the_websocket_serves_until_the_offered_connection_is_taken_into_use() -> None:
    scene = Scene()
    negotiation = scene.negotiation
    await negotiation.join(Join())
    offered = negotiation.peer
    await negotiation.join(Join(media="meanwhile"))
    over_websocket = negotiation.peer
    assert isinstance(over_websocket, WebSocketPeer)
    assert scene.viewers.present() == (over_websocket,)
    assert scene.codec.current == "png"
    with pytest.raises(PeerError, match="candidate"):  # it is the offered connection's
        negotiation.add_candidate("candidate:nonsense", "0")
    await negotiation.join(Join(media="offered"))
    assert negotiation.peer is offered
    assert scene.viewers.present() == (offered,)
    assert scene.codec.current == "h264"
    assert scene.session.send.call_count == 1  # one offer
    assert not over_websocket.ready
    await negotiation.leave()
    assert scene.viewers.present() == ()


async def test_an_offered_connection_that_fails_beside_the_websocket_is_closed() -> None:
    scene = Scene()
    await scene.negotiation.join(Join())
    offered = scene.negotiation.peer
    assert isinstance(offered, WebRtcPeer)
    await scene.negotiation.join(Join(media="meanwhile"))
    over_websocket = scene.negotiation.peer
    await scene.negotiation.join(Join(media="socket"))
    assert scene.negotiation.peer is over_websocket
    with pytest.raises(PeerError):
        await scene.negotiation.answer("v=0")
    assert offered._connection.connectionState == "closed"


async def test_leaving_closes_the_connection_beside_the_websocket_too() -> None:
    scene = Scene()
    await scene.negotiation.join(Join())
    offered = scene.negotiation.peer
    assert isinstance(offered, WebRtcPeer)
    await scene.negotiation.join(Join(media="meanwhile"))
    await scene.negotiation.leave()
    assert offered._connection.connectionState == "closed"
    assert scene.negotiation.peer is None


async def test_an_offer_is_taken_into_use_only_beside_the_websocket() -> None:
    scene = Scene()
    await scene.negotiation.join(Join(media="offered"))  # there is none: a new one is sent
    assert scene.session.send.call_count == 1
    first = scene.negotiation.peer
    await scene.negotiation.join(Join(media="offered"))
    assert scene.negotiation.peer is not first
    await scene.negotiation.leave()


async def test_join_with_an_unknown_codec_keeps_the_peer() -> None:
    scene = Scene()
    await scene.negotiation.join(Join())
    peer = scene.negotiation.peer
    with pytest.raises(UnknownCodecError):
        await scene.negotiation.join(Join("mpeg1"))
    assert scene.negotiation.peer is peer
    await scene.negotiation.leave()


async def test_an_unusable_answer_closes_the_peer() -> None:
    scene = Scene()
    await scene.negotiation.join(Join())
    with pytest.raises(PeerError):
        await scene.negotiation.answer("v=0")
    assert scene.negotiation.peer is None
    scene.last_browser.store.assert_not_called()


async def test_before_join_answers_candidates_and_binary_messages_raise() -> None:
    scene = Scene()
    with pytest.raises(SignalingError, match="'join' comes first"):
        await scene.negotiation.answer("v=0")
    with pytest.raises(SignalingError, match="'join' comes first"):
        scene.negotiation.add_candidate("", "0")
    with pytest.raises(SignalingError, match="messages are text"):
        scene.negotiation.receive(b"key")
