"""PulseAudio's native protocol, version 13, the server's side: enough for programs that play sound. Sans-IO.

`tagstruct` has the values on the wire, `packets` cuts the byte stream, `client` speaks with one program,
`stream` holds what a program has written and decides how much more it may write.
"""

from .client import Client
from .playback_stream import PlaybackStream, PulseSampleFormat, SampleSpec

__all__ = ["Client", "PlaybackStream", "PulseSampleFormat", "SampleSpec"]
