"""The server's side of PulseAudio's native protocol, version 13, for programs that play sound. Sans-IO.

`tagstruct` encodes values, `packets` splits the byte stream, `client` handles one program's connection,
`playback_stream` buffers what a program has written and computes how much more it may write.
"""

from moof.bridge.pulse.client import Client
from moof.bridge.pulse.playback_stream import PlaybackStream, PulseSampleFormat, SampleSpec

__all__ = ["Client", "PlaybackStream", "PulseSampleFormat", "SampleSpec"]
