"""Codecs, payload types and header extensions: what is offered, in aiortc's module globals, and answered.

The playout-delay header extension is offered, and video and audio are separate media streams, so that the
browser neither buffers frames nor delays one kind of media to synchronise it with the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiortc.codecs import CODECS, HEADER_EXTENSIONS
from aiortc.rtcrtpparameters import (
    RTCRtcpFeedback,
    RTCRtpCodecParameters,
    RTCRtpHeaderExtensionParameters,
)
from aiortc.sdp import SessionDescription

from moof.media.codecs import CODECS as CODECS_TABLE
from moof.media.codecs import Transport
from moof.server.rtp.stream import MID_URI, PLAYOUT_DELAY_URI
from moof.server.rtp.twcc import TRANSPORT_CC_URI
from moof.server.transport.aiortc_internals import check_private_names

AUDIO_PAYLOAD_TYPE: Final = 96
_FIRST_VIDEO_PAYLOAD_TYPE: Final = 102
_VIDEO_CLOCK: Final = 90_000
_EXTENSION_IDS: Final = {
    MID_URI: 1,
    TRANSPORT_CC_URI: 3,
    PLAYOUT_DELAY_URI: 5,
}  # one id space for audio and video, as BUNDLE requires
_REPAIR_CODECS: Final = frozenset({"rtx", "red", "ulpfec", "flexfec-03"})


@dataclass(frozen=True, slots=True)
class VideoCodec:
    """One codec as SDP describes it: `mime` such as "video/H264", and its fmtp parameters."""

    name: str
    mime: str
    parameters: dict[str, str]


def configure_codecs(codecs: Sequence[VideoCodec]) -> None:
    """Set the offer, which aiortc keeps in module globals: in the event loop, before the first connection.

    Raises AiortcMismatchError if a private name that Moof uses is missing.
    """
    check_private_names()
    CODECS["audio"][:] = [
        RTCRtpCodecParameters(
            "audio/opus", 48_000, 2, AUDIO_PAYLOAD_TYPE, [RTCRtcpFeedback("nack")], {"useinbandfec": 1}
        )
    ]
    CODECS["video"][:] = [
        entry for index, codec in enumerate(codecs) for entry in _codec_entries(index, codec)
    ]
    # Only video is numbered for feedback: audio has a low rate, and is never sent slower.
    video_extensions = [MID_URI, TRANSPORT_CC_URI, PLAYOUT_DELAY_URI]
    for kind, uris in {"audio": [MID_URI], "video": video_extensions}.items():
        HEADER_EXTENSIONS[kind][:] = [
            RTCRtpHeaderExtensionParameters(_EXTENSION_IDS[uri], uri) for uri in uris
        ]


def rtp_codecs() -> list[VideoCodec]:
    """Return the codecs of the table that go by RTP; their order gives them their payload types."""
    return [
        VideoCodec(codec.name, codec.mime, dict(codec.parameters))
        for codec in CODECS_TABLE.values()
        if codec.transport is Transport.RTP
    ]


def video_payload_type(index: int) -> int:
    """Return the payload type of the `index`th video codec; its retransmissions have the next one."""
    return _FIRST_VIDEO_PAYLOAD_TYPE + 2 * index


def answered_video_codecs(sdp: str) -> dict[int, str]:
    """Return the names of the video codecs in an SDP answer by their payload types, in the answer's order.

    Retransmission and error correction are left out. Raises what aiortc's parser does, which has no error of
    its own.
    """
    return {
        codec.payloadType: codec.name
        for media in SessionDescription.parse(sdp).media
        if media.kind == "video"
        for codec in media.rtp.codecs
        if codec.payloadType is not None and codec.name.lower() not in _REPAIR_CODECS
    }


def _codec_entries(index: int, codec: VideoCodec) -> list[RTCRtpCodecParameters]:
    payload_type = video_payload_type(index)
    kinds = ["nack", "nack pli", "ccm fir", "transport-cc", "rrtr"]
    feedback = [RTCRtcpFeedback(*words.split()) for words in kinds]
    return [
        RTCRtpCodecParameters(codec.mime, _VIDEO_CLOCK, None, payload_type, feedback, dict(codec.parameters)),
        RTCRtpCodecParameters(
            "video/rtx", _VIDEO_CLOCK, None, payload_type + 1, parameters={"apt": payload_type}
        ),
    ]
