"""Describes the server, its sink and its streams in each version of the protocol (pulse/introspect.c)."""

from typing import Final

from moof.bridge.pulse.playback_stream import PlaybackStream
from moof.bridge.pulse.sample_format import PulseSampleFormat, SampleSpec
from moof.bridge.pulse.stream_request import FULL_VOLUME, PCM, format_properties
from moof.bridge.pulse.tagstruct import Writer

SINK: Final = "moof"
_SOURCE: Final = "moof.monitor"
_STEREO: Final = bytes((1, 2))
_SPEC: Final = SampleSpec(PulseSampleFormat.S16LE, 2, 48_000)
_NONE: Final = 0xFFFFFFFF
_RUNNING: Final = 0
_SERVER_VERSION: Final = "15.0"
"""PulseAudio's, of the newest version of the protocol that is spoken."""


def describe_server(reply: Writer, version: int) -> None:
    """Append the answer to GET_SERVER_INFO."""
    reply.text("Moof", _SERVER_VERSION, "moof", "moof")
    _append_spec(reply, _SPEC)
    reply.text(SINK, _SOURCE).u32(0)
    if version >= 15:
        reply.channel_map(_STEREO)


def describe_sink(reply: Writer, version: int) -> None:
    """Append the answer to GET_SINK_INFO: the one sink, whose volume cannot be changed."""
    reply.u32(0).text(SINK, "Moof")
    _append_spec(reply, _SPEC)
    reply.channel_map(_STEREO).u32(_NONE).volumes(FULL_VOLUME, FULL_VOLUME).boolean(False)
    reply.u32(0).text(_SOURCE).u64(b"U", 0).text("moof").u32(0).properties().u64(b"U", 0)
    if version >= 15:
        reply.volume(FULL_VOLUME).u32(_RUNNING, FULL_VOLUME + 1, _NONE)
    if version >= 16:
        reply.u32(0).text(None)  # no ports
    if version >= 21:
        reply.u8(1).format_info(PCM, {})


def describe_input(reply: Writer, version: int, number: int, stream: PlaybackStream) -> None:
    """Append the answer to GET_SINK_INPUT_INFO: one stream."""
    spec = stream.spec
    reply.u32(number).text("sound").u32(_NONE, 0, 0)
    _append_spec(reply, spec)
    reply.channel_map(stream.positions)
    reply.volumes(*(stream.volumes or (FULL_VOLUME,) * spec.channels))
    reply.u64(b"U", 0, 0).text("copy", "moof").boolean(stream.muted).properties()
    if version >= 19:
        reply.boolean(stream.corked)
    if version >= 20:
        reply.boolean(True, True)  # it has a volume, which can be changed
    if version >= 21:
        reply.format_info(PCM, format_properties(spec, stream.positions))


def describe_new_stream(reply: Writer, version: int, stream: PlaybackStream) -> None:
    """Append what a program is told about the stream that it has opened, after its buffer's attributes."""
    spec = stream.spec
    _append_spec(reply, spec)
    reply.channel_map(stream.positions).u32(0).text(SINK).boolean(False).u64(b"U", 0)
    if version >= 21:
        reply.format_info(PCM, format_properties(spec, stream.positions))


def _append_spec(reply: Writer, spec: SampleSpec) -> None:
    reply.sample_spec(spec.format.value, spec.channels, spec.rate)
