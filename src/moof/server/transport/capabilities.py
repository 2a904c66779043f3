"""What is offered: codecs, payload types and header extensions, in aiortc's module globals.

The playout-delay header extension is offered, and video and audio are separate media streams, so that the
browser neither buffers pictures nor holds one kind of media back for the other.
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

from moof.server.rtp.stream import MID_URI, PLAYOUT_DELAY_URI
from moof.server.rtp.twcc import TRANSPORT_CC_URI

from .aiortc_internals import check_private_names

AUDIO_PAYLOAD_TYPE: Final = 96
_FIRST_VIDEO_PAYLOAD_TYPE: Final = 102
_VIDEO_CLOCK: Final = 90_000
_EXTENSION_IDS: Final = {
    MID_URI: 1,
    TRANSPORT_CC_URI: 3,
    PLAYOUT_DELAY_URI: 5,
}  # one id space for audio and video, as BUNDLE wants it


@dataclass(frozen=True, slots=True)
class VideoCodec:
    """One codec as the session description names it: `mime` such as "video/H264", and its fmtp parameters."""

    name: str
    mime: str
    parameters: dict[str, str]


def configure_codecs(codecs: Sequence[VideoCodec]) -> None:
    """Set what aiortc keeps in module globals: call it in the event loop, before the first peer connection.

    Raises AiortcMismatchError when a private name that we build on is gone.
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
    # Only pictures are numbered for feedback: sound is little, and never sent slower.
    video_extensions = [MID_URI, TRANSPORT_CC_URI, PLAYOUT_DELAY_URI]
    for kind, uris in {"audio": [MID_URI], "video": video_extensions}.items():
        HEADER_EXTENSIONS[kind][:] = [
            RTCRtpHeaderExtensionParameters(_EXTENSION_IDS[uri], uri) for uri in uris
        ]


def video_payload_type(index: int) -> int:
    """Return the payload type of the `index`th video codec; its retransmissions have the next one."""
    return _FIRST_VIDEO_PAYLOAD_TYPE + 2 * index


def _codec_entries(index: int, codec: VideoCodec) -> list[RTCRtpCodecParameters]:
    payload_type = video_payload_type(index)
    wanted = ["nack", "nack pli", "ccm fir", "transport-cc", "rrtr"]
    feedback = [RTCRtcpFeedback(*words.split()) for words in wanted]
    return [
        RTCRtpCodecParameters(codec.mime, _VIDEO_CLOCK, None, payload_type, feedback, dict(codec.parameters)),
        RTCRtpCodecParameters(
            "video/rtx", _VIDEO_CLOCK, None, payload_type + 1, parameters={"apt": payload_type}
        ),
    ]
