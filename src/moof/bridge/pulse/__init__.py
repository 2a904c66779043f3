"""The server's side of PulseAudio's native protocol, for programs that play sound. Sans-IO.

`tagstruct` encodes values, `packets` splits the byte stream, `client` handles one program's connection with
the help of `stream_request` (what it asks for) and `descriptions` (what it is told). `playback_stream`
buffers what a program has written and computes how much more it may write, `conversion` turns it into the
contract's format with `sample_format` and `channel_map`, and `stream_puller` answers the server's requests
from the streams of a `stream_registry`.
"""

from moof.bridge.pulse.client import Client
from moof.bridge.pulse.playback_stream import PlaybackStream
from moof.bridge.pulse.sample_format import PulseSampleFormat, SampleSpec
from moof.bridge.pulse.stream_puller import PlayedSound, StreamPuller
from moof.bridge.pulse.stream_registry import StreamRegistry

__all__ = [
    "Client",
    "PlaybackStream",
    "PlayedSound",
    "PulseSampleFormat",
    "SampleSpec",
    "StreamPuller",
    "StreamRegistry",
]
