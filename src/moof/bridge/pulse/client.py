"""The server's side of one connection: reads commands, writes replies and requests for data. Sans-IO.

It speaks versions 13 (PulseAudio 0.9.11, 2008) to 35 (15.0) of the protocol; the program's library chooses
the lower of both sides' newest. Shared memory is not offered, so samples come through the socket. There is
one sink. Commands that change what does not exist (moving streams, the sink's volume) are acknowledged; lists
of what does not exist are empty; invalid commands are answered with an error, and the connection goes on.
"""

import logging
from collections.abc import Callable
from typing import Final

from moof.bridge.pulse.codes import ACKNOWLEDGED, EMPTY_LISTS, REFUSALS, Code, ErrorCode
from moof.bridge.pulse.descriptions import (
    describe_input,
    describe_new_stream,
    describe_server,
    describe_sink,
)
from moof.bridge.pulse.errors import RefusedError
from moof.bridge.pulse.packets import CONTROL, PacketReader, command
from moof.bridge.pulse.playback_stream import PlaybackStream
from moof.bridge.pulse.sample_format import SampleSpec
from moof.bridge.pulse.stream_registry import StreamRegistry
from moof.bridge.pulse.stream_request import playable, read_stream_request
from moof.bridge.pulse.tagstruct import Reader, TagError, Writer

LOG: Final = logging.getLogger(__name__)

OLDEST_VERSION: Final = 13
NEWEST_VERSION: Final = 35
_VERSION_MASK: Final = 0xFFFF
_NONE: Final = 0xFFFFFFFF
_MAX_STREAMS: Final = 16
_MAX_LOGGED_REFUSALS: Final = 20
_DEFAULT_TLENGTH_SECONDS: Final = 0.040
_MAX_TLENGTH_SECONDS: Final = 0.4
_UNHEARD_US: Final = 40_000
"""The delay of the sink that programs are told: what was requested last is on its way to the listener. A
program that ends by this clock (GStreamer) would otherwise close its stream before its last sound is read."""


class Client:
    """One program's connection. `feed` it the received bytes, send what `outgoing` returns."""

    def __init__(self, registry: StreamRegistry | None = None, newest_version: int = NEWEST_VERSION) -> None:
        """Add streams to `registry`, by default one of its own; offer that version of the protocol."""
        self.streams: dict[int, PlaybackStream] = {}
        """This program's streams, by number."""
        self.version = newest_version
        """Of the protocol, as negotiated."""
        self._registry = registry or StreamRegistry()
        self._packets = PacketReader()
        self._out = bytearray()
        self._draining: dict[int, int] = {}
        self._playing: set[int] = set()
        self._refusals: set[tuple[int, str]] = set()
        self._handlers: dict[int, Callable[[Reader, Writer], None]] = {
            Code.CREATE_PLAYBACK_STREAM: self._create,
            Code.DELETE_PLAYBACK_STREAM: self._delete,
            Code.AUTH: self._authorise,
            Code.SET_CLIENT_NAME: self._name,
            Code.LOOKUP_SINK: self._look_up,
            Code.LOOKUP_SOURCE: self._look_up,
            Code.STAT: lambda reader, reply: _ignore(reply.u32(0, 0, 0, 0, 0)),
            Code.GET_PLAYBACK_LATENCY: self._latency,
            Code.GET_SERVER_INFO: lambda reader, reply: describe_server(reply, self.version),
            Code.GET_SINK_INFO: lambda reader, reply: describe_sink(reply, self.version),
            Code.GET_SINK_INFO_LIST: lambda reader, reply: describe_sink(reply, self.version),
            Code.GET_SINK_INPUT_INFO: self._describe_input,
            Code.GET_SINK_INPUT_INFO_LIST: self._describe_inputs,
            Code.SET_SINK_INPUT_VOLUME: self._set_volume,
            Code.SET_SINK_INPUT_MUTE: self._set_mute,
            Code.CORK_PLAYBACK_STREAM: self._cork,
            Code.FLUSH_PLAYBACK_STREAM: self._flush,
            Code.TRIGGER_PLAYBACK_STREAM: self._known,
            Code.PREBUF_PLAYBACK_STREAM: self._known,
            Code.SET_PLAYBACK_STREAM_BUFFER_ATTR: self._set_buffer,
            Code.UPDATE_PLAYBACK_STREAM_SAMPLE_RATE: self._set_rate,
        }

    def feed(self, data: bytes) -> None:
        """Handle received bytes. Raises PacketError if the connection must be closed."""
        for packet in self._packets.feed(data):
            if packet.channel == CONTROL:
                self._command(packet.payload)
            elif (stream := self.streams.get(packet.channel)) is not None:
                stream.write(packet.payload, packet.offset, packet.seek)

    def grant(self) -> None:
        """Request more data of each stream's program, and report which streams play and which have ended."""
        for number, stream in self.streams.items():
            self._report_playing(number, stream)
            if (more := stream.grant()) > 0:
                self._send(Writer().u32(Code.REQUEST, _NONE, number, more))
            if number in self._draining and stream.ready < stream.spec.frame:
                stream.draining = False
                self._send(Writer().u32(Code.REPLY, self._draining.pop(number)))

    def outgoing(self) -> bytes:
        """Return and remove the bytes to send."""
        data = bytes(self._out)
        self._out.clear()
        return data

    def close(self) -> None:
        """Close the streams: the program has disconnected."""
        for number in self.streams:
            self._registry.remove(number)
        self.streams.clear()

    def _report_playing(self, number: int, stream: PlaybackStream) -> None:
        """Tell the program when its stream starts to play and when its data has run out."""
        if stream.corked or stream.playing == (number in self._playing):
            return
        if stream.playing:
            self._playing.add(number)
            self._send(Writer().u32(Code.STARTED, _NONE, number))
            return
        self._playing.discard(number)
        message = Writer().u32(Code.UNDERFLOW, _NONE, number)
        self._send(message.u64(b"r", stream.read_index) if self.version >= 23 else message)

    def _send(self, writer: Writer) -> None:
        self._out += command(bytes(writer.data))

    def _command(self, payload: bytes) -> None:
        reader = Reader(payload)
        try:
            code, tag = reader.u32(), reader.u32()
        except TagError as error:
            LOG.info("A program sends invalid sound commands: %s.", error)
            return
        reply = Writer().u32(Code.REPLY, tag)
        try:
            if code == Code.DRAIN_PLAYBACK_STREAM:
                self._drain(reader, tag)
                return
            self._answer(code, reader, reply)
        except RefusedError as refused:
            self._log_refusal(code, refused)
            reply = Writer().u32(Code.ERROR, tag, refused.refusal)
        except TagError as error:
            LOG.info("Sound command %d was not understood: %s.", code, error)
            reply = Writer().u32(Code.ERROR, tag, ErrorCode.PROTOCOL)
        self._send(reply)

    def _log_refusal(self, code: int, refused: RefusedError) -> None:
        """Log a refusal once: as a warning if a stream was refused, since its program has no sound then."""
        key = (code, str(refused))
        if key in self._refusals or len(self._refusals) >= _MAX_LOGGED_REFUSALS:
            return
        self._refusals.add(key)
        if code == Code.CREATE_PLAYBACK_STREAM:
            LOG.warning("A program's sound is refused: %s.", refused)
        else:
            LOG.info("Sound command %d is refused: %s.", code, refused)

    def _answer(self, code: int, reader: Reader, reply: Writer) -> None:
        if (handle := self._handlers.get(code)) is not None:
            handle(reader, reply)
        elif code not in EMPTY_LISTS and code not in ACKNOWLEDGED:
            raise RefusedError(REFUSALS.get(code, ErrorCode.COMMAND))

    def _authorise(self, reader: Reader, reply: Writer) -> None:
        """Accept any cookie: only programs of the bridge reach the socket. Shared memory is not offered."""
        version = reader.u32() & _VERSION_MASK
        reader.arbitrary()
        if version < OLDEST_VERSION:
            raise RefusedError(ErrorCode.NOT_SUPPORTED, f"version {version} of the protocol is too old")
        reply.u32(self.version)
        self.version = min(version, self.version)

    def _name(self, reader: Reader, reply: Writer) -> None:
        name = reader.properties().get("application.name", b"").rstrip(b"\0").decode("utf-8", "replace")
        LOG.info("Sound from %s.", name or "a program without a name")
        reply.u32(0)

    def _look_up(self, reader: Reader, reply: Writer) -> None:
        reply.u32(0)

    def _create(self, reader: Reader, reply: Writer) -> None:
        wanted = read_stream_request(reader, self.version)
        if len(self.streams) >= _MAX_STREAMS:
            raise RefusedError(ErrorCode.TOO_LARGE, f"it has {_MAX_STREAMS} streams already")
        tlength = _bounded_tlength(wanted.spec, wanted.tlength)
        stream = PlaybackStream(
            wanted.spec, tlength, wanted.corked, wanted.positions, wanted.volumes, wanted.muted
        )
        stream.runs_on = wanted.prebuf == 0
        number = self._registry.add(stream)
        self.streams[number] = stream
        LOG.info("A stream of %s.", wanted.spec)
        reply.u32(number, number, stream.grant())
        _buffer_attributes(reply, stream)
        describe_new_stream(reply, self.version, stream)

    def _delete(self, reader: Reader, reply: Writer) -> None:
        number, _ = self._numbered(reader)
        del self.streams[number]
        self._registry.remove(number)
        self._draining.pop(number, None)
        self._playing.discard(number)

    def _drain(self, reader: Reader, tag: int) -> None:
        """Reply when the buffer is empty."""
        number, stream = self._numbered(reader)
        stream.draining = True
        self._draining[number] = tag

    def _cork(self, reader: Reader, reply: Writer) -> None:
        _, stream = self._numbered(reader)
        stream.cork(reader.boolean())

    def _flush(self, reader: Reader, reply: Writer) -> None:
        self._numbered(reader)[1].flush()

    def _known(self, reader: Reader, reply: Writer) -> None:
        self._numbered(reader)

    def _set_volume(self, reader: Reader, reply: Writer) -> None:
        _, stream = self._listed(reader)
        stream.volumes = reader.volumes()

    def _set_mute(self, reader: Reader, reply: Writer) -> None:
        _, stream = self._listed(reader)
        stream.muted = reader.boolean()

    def _set_buffer(self, reader: Reader, reply: Writer) -> None:
        _, stream = self._numbered(reader)
        reader.u32()
        stream.set_tlength(_bounded_tlength(stream.spec, reader.u32()))
        stream.runs_on = reader.u32() == 0
        _buffer_attributes(reply, stream)
        reply.u64(b"U", 0)

    def _set_rate(self, reader: Reader, reply: Writer) -> None:
        _, stream = self._numbered(reader)
        rate = reader.u32()
        stream.set_rate(playable(stream.spec.format.value, stream.spec.channels, rate).rate)

    def _latency(self, reader: Reader, reply: Writer) -> None:
        _, stream = self._numbered(reader)
        sent = reader.timeval()
        playing = not stream.corked and (stream.ready > 0 or stream.is_running_on)
        reply.u64(b"U", _UNHEARD_US, 0).boolean(playing).timeval(*sent).timeval(*sent)
        reply.u64(b"r", stream.write_index, stream.read_index).u64(b"R", 0, stream.read_index)

    def _describe_input(self, reader: Reader, reply: Writer) -> None:
        describe_input(reply, self.version, *self._listed(reader))

    def _describe_inputs(self, reader: Reader, reply: Writer) -> None:
        for number, stream in self._registry.streams.items():
            describe_input(reply, self.version, number, stream)

    def _numbered(self, reader: Reader) -> tuple[int, PlaybackStream]:
        """Read the number of one of this program's streams."""
        return _found(self.streams, reader.u32())

    def _listed(self, reader: Reader) -> tuple[int, PlaybackStream]:
        """Read the number of any program's stream."""
        return _found(self._registry.streams, reader.u32())


def _found(streams: dict[int, PlaybackStream], number: int) -> tuple[int, PlaybackStream]:
    if number not in streams:
        raise RefusedError(ErrorCode.NO_ENTITY)
    return number, streams[number]


def _bounded_tlength(spec: SampleSpec, tlength: int) -> int:
    """Return the tlength that the program asks for, within limits; a default if it asks for none."""
    if tlength == _NONE:
        return spec.bytes_of(_DEFAULT_TLENGTH_SECONDS)
    tlength -= tlength % spec.frame
    return max(spec.frame, min(tlength, spec.bytes_of(_MAX_TLENGTH_SECONDS)))


def _buffer_attributes(reply: Writer, stream: PlaybackStream) -> None:
    """Append maxlength, tlength, prebuf and minreq."""
    reply.u32(4 * stream.tlength, stream.tlength, 0, stream.spec.frame)


def _ignore(_: object) -> None:
    pass
