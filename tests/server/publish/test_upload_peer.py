"""The upload's offer and answer; with media it is in test_publisher.py."""

from collections.abc import AsyncIterator

import pytest

from moof.server.publish.sfu import SfuError
from moof.server.publish.upload_peer import UploadPeer
from moof.server.transport.capabilities import configure_codecs, rtp_codecs, video_payload_type
from moof.server.transport.ice import configure_gathering
from support.webrtc_pair import AiortcBrowser, RecordingListener, until

PAYLOAD_TYPES = {codec.name: video_payload_type(index) for index, codec in enumerate(rtp_codecs())}


def new_peer(*, relays_frames: bool = False) -> UploadPeer:
    configure_codecs(rtp_codecs())
    configure_gathering(None)
    return UploadPeer("publish", PAYLOAD_TYPES, (), RecordingListener(), relays_frames=relays_frames)


@pytest.fixture
async def peer() -> AsyncIterator[UploadPeer]:
    peer = new_peer()
    yield peer
    await peer.close()
    await peer.close()


@pytest.fixture
async def relaying_peer() -> AsyncIterator[UploadPeer]:
    peer = new_peer(relays_frames=True)
    yield peer
    await peer.close()


@pytest.fixture
async def receiver() -> AsyncIterator[AiortcBrowser]:
    receiver = AiortcBrowser()
    yield receiver
    await receiver.connection.close()


async def test_only_codecs_that_every_browser_decodes_are_offered(peer: UploadPeer) -> None:
    offer = await peer.offer()
    codecs = [line.split()[1] for line in offer.splitlines() if line.startswith("a=rtpmap:")]
    assert codecs == ["H264/90000", "rtx/90000", "H264/90000", "rtx/90000", "opus/48000/2"]
    assert "m=application" not in offer
    assert "a=candidate:" in offer


async def test_the_best_codec_that_is_accepted_is_sent(peer: UploadPeer, receiver: AiortcBrowser) -> None:
    answer = await receiver.answer(await peer.offer())
    main = f"a=rtpmap:{PAYLOAD_TYPES['h264']} H264/90000\r\n"
    assert main in answer
    assert await peer.answer(answer) == "h264"
    await until(lambda: peer.ready)
    peer.send_video([b"\x61"], 0, b"dropped")
    peer.send_video([], 0, b"dropped")
    peer.send_tiles([b"dropped"])
    peer.send_audio(b"opus", 960)
    await until(lambda: len(receiver.packets) == 2)
    assert (receiver.messages, peer.tiles_backlog, peer.bytes_sent > 0) == ([], 0, True)


async def test_frame_messages_go_to_who_relays_them(
    relaying_peer: UploadPeer, receiver: AiortcBrowser
) -> None:
    peer = relaying_peer
    await peer.answer(await receiver.answer(await peer.offer()))

    def is_received() -> bool:
        # The peer drops messages until the receiver's acknowledgement of the channel has arrived.
        peer.send_video([], 0, b"a pointer has moved")
        return ("frame", b"a pointer has moved") in receiver.messages

    await until(lambda: peer.ready and "frame" in receiver.channels)
    await until(is_received)


async def test_answers_that_cannot_be_used(peer: UploadPeer) -> None:
    await peer.offer()
    with pytest.raises(SfuError, match="cannot be used"):
        await peer.answer("nonsense")


async def test_an_answer_without_h264(peer: UploadPeer, receiver: AiortcBrowser) -> None:
    answer = await receiver.answer(await peer.offer())
    with pytest.raises(SfuError):
        await peer.answer(answer.replace("H264/90000", "VP8/90000"))
