"""Offer and answer; test_webrtc_peer.py sends over a real connection."""

from aiortc import RTCPeerConnection

from moof.server.transport.capabilities import (
    VideoCodec,
    answered_video_codecs,
    configure_codecs,
    video_payload_type,
)

CODECS = [
    VideoCodec("h264", "video/H264", {"packetization-mode": "1", "profile-level-id": "42e01f"}),
    VideoCodec("vp8", "video/VP8", {}),
]

ANSWER = """v=0
o=- 1 2 IN IP4 0.0.0.0
s=-
t=0 0
m=audio 9 UDP/TLS/RTP/SAVPF 96
a=rtpmap:96 opus/48000/2
m=video 9 UDP/TLS/RTP/SAVPF 102 103 104 106
a=rtpmap:102 H264/90000
a=rtpmap:103 rtx/90000
a=rtpmap:104 AV1/90000
a=rtpmap:106 H264/90000
"""


async def offer() -> list[str]:
    connection = RTCPeerConnection()
    connection.addTransceiver("video", "sendonly")
    connection.addTransceiver("audio", "sendonly")
    description = await connection.createOffer()
    await connection.close()
    return description.sdp.splitlines()


async def test_offer_has_each_codec_and_its_retransmissions() -> None:
    configure_codecs(CODECS)
    lines = await offer()
    assert [video_payload_type(index) for index in range(2)] == [102, 104]
    for line in (
        "m=video 9 UDP/TLS/RTP/SAVPF 102 103 104 105",
        "a=rtpmap:102 H264/90000",
        "a=fmtp:102 packetization-mode=1;profile-level-id=42e01f",
        "a=rtpmap:103 rtx/90000",
        "a=fmtp:103 apt=102",
        "a=rtpmap:104 VP8/90000",
        "a=fmtp:105 apt=104",
        "a=rtcp-fb:102 nack",
        "a=rtcp-fb:102 nack pli",
        "a=rtcp-fb:102 ccm fir",
        "m=audio 9 UDP/TLS/RTP/SAVPF 96",
        "a=rtpmap:96 opus/48000/2",
    ):
        assert line in lines


async def test_configuring_twice_changes_nothing() -> None:
    configure_codecs(CODECS)
    configure_codecs(CODECS)
    lines = await offer()
    assert sum("playout-delay" in line for line in lines) == 1


def test_answered_codecs_are_those_of_video_without_repair() -> None:
    answered = answered_video_codecs(ANSWER.replace("\n", "\r\n"))
    assert list(answered.items()) == [(102, "H264"), (104, "AV1"), (106, "H264")]
