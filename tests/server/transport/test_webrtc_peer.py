"""A connection to aiortc as the browser; test_rtp_sender.py has the sending."""

import asyncio

import pytest

from moof.server.config.options import IceServer, MediaNetwork
from moof.server.transport.capabilities import AUDIO_PAYLOAD_TYPE
from moof.server.transport.peer import PeerError
from moof.server.transport.tile_stream import pack
from support.webrtc_pair import ConnectedPair, new_peer, until


async def test_video_has_no_playout_delay_and_its_own_media_stream(pair: ConnectedPair) -> None:
    sdp = pair.browser.connection.remoteDescription.sdp
    assert "a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay" in sdp
    streams = {line.split()[0] for line in sdp.splitlines() if line.startswith("a=msid:")}
    assert streams == {"a=msid:moof-video", "a=msid:moof-audio"}


async def test_audio_packet_arrives(pair: ConnectedPair) -> None:
    pair.peer.send_audio(b"opus", 2**32 + 960)
    await until(lambda: bool(pair.browser.packets))
    (packet,) = pair.browser.received(AUDIO_PAYLOAD_TYPE)
    assert (packet.timestamp, packet.payload) == (960, b"opus")


async def test_frame_message_without_frame_arrives(pair: ConnectedPair) -> None:
    pair.peer.send_video([], 0, b"only a ping came back")
    await until(lambda: pair.browser.messages == [("frame", b"only a ping came back")])
    assert pair.browser.packets == []


async def test_tiles_go_to_the_tile_stream(pair: ConnectedPair) -> None:
    pair.peer.send_tiles([b"one", b"two"])
    assert pair.peer.tiles_backlog == len(pack([b"one", b"two"]))


async def test_input_is_reported(pair: ConnectedPair) -> None:
    pair.browser.channels["input"].send(b"\x01\x01\x00\x00")
    pair.browser.channels["input"].send("text is no input")
    await until(lambda: len(pair.listener.inputs) == 2)
    assert pair.listener.inputs == [b"\x01\x01\x00\x00", b""]


async def test_message_on_the_frame_channel_is_empty_input(pair: ConnectedPair) -> None:
    pair.browser.channels["frame"].send(b"\x01\x01\x00\x00")
    await until(lambda: pair.listener.inputs == [b""])


async def test_excess_rtcp_is_reported_and_not_processed(pair: ConnectedPair) -> None:
    pair.peer._rtcp_demuxer._allowance.rate = 1.0  # a busy machine may not send a thousand
    receiver, sent = pair.browser.video_receiver, 0
    async with asyncio.timeout(30):
        while not pair.listener.floods:
            await receiver._send_rtcp_pli(pair.peer.video._sender._ssrc)
            await asyncio.sleep(0)
            sent += 1
    assert 0 < pair.listener.keyframe_requests < sent


async def test_lost_connection_is_reported_once(pair: ConnectedPair) -> None:
    await pair.browser.connection.close()
    await until(lambda: pair.listener.losses == 1)
    assert not pair.peer.ready
    pair.peer.send_video([b"\x61"], 0, b"late")
    pair.peer.send_tiles([b"late"])
    pair.peer.send_audio(b"late", 0)
    await pair.peer.close()
    assert pair.listener.losses == 1
    assert pair.peer.tiles_backlog == 0


async def test_nothing_is_sent_before_the_connection() -> None:
    peer = new_peer()
    peer.send_video([b"\x61"], 0, b"early")
    peer.send_audio(b"early", 0)
    assert not peer.ready
    assert (peer.video.packets_sent, peer.audio.packets_sent) == (0, 0)
    await peer.close()
    await peer.close()


@pytest.mark.parametrize("sdp", ["", "v=0", "invalid\r\n", "v=0\r\nm=video 9\r\n"])
async def test_malformed_answer_is_refused(sdp: str) -> None:
    peer = new_peer()
    await peer.offer()
    with pytest.raises(PeerError, match="answer cannot be used"):
        await peer.answer(sdp)
    await peer.close()


async def test_malformed_and_excess_candidates_are_refused() -> None:
    peer = new_peer()
    await peer.offer()
    for malformed in ("x", "candidate:", "candidate:1 1 udp x 127.0.0.1 9 typ host"):
        with pytest.raises(PeerError, match="not one of SDP's"):
            peer.add_candidate(malformed, "0")
    peer.add_candidate("", "0")
    peer.add_candidate("candidate:1 1 udp 1 not-an-address 9 typ host", "0")
    for port in range(1, 61):
        peer.add_candidate(f"candidate:1 1 udp 1 127.0.0.1 {port} typ host", "0")
    with pytest.raises(PeerError, match="more than 64"):
        peer.add_candidate("candidate:1 1 udp 1 127.0.0.1 64 typ host", "0")
    await peer.close()


async def test_a_server_of_ice_that_cannot_be_used_is_left_out() -> None:
    peer = new_peer(network=MediaNetwork((IceServer("stun:[::1]:3478"),)))
    assert "a=candidate:" in await peer.offer()
    await peer.close()
