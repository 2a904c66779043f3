"""The server's side of one connection: reads commands, writes replies and requests for data. Sans-IO.

It offers version 13 of the protocol (PulseAudio 0.9.11, 2008); newer libraries fall back to it. There is one
sink. Commands that change what does not exist (volumes, moving streams) are acknowledged; lists of what does
not exist are empty; invalid commands are answered with an error, and the connection goes on.
"""

import itertools
import logging
from collections.abc import Callable
from typing import Final

from moof.bridge.pulse.codes import ACKNOWLEDGED, EMPTY_LISTS, Code, ErrorCode
from moof.bridge.pulse.packets import CONTROL, PacketReader, command
from moof.bridge.pulse.playback_stream import (
    HIGHEST_RATE,
    LOWEST_RATE,
    MAX_CHANNELS,
    PlaybackStream,
    PulseSampleFormat,
    SampleSpec,
)
from moof.bridge.pulse.tagstruct import Reader, TagError, Writer

LOG: Final = logging.getLogger(__name__)

VERSION: Final = 13
_VERSION_MASK: Final = 0xFFFF
_NONE: Final = 0xFFFFFFFF
_FULL_VOLUME: Final = 0x10000
_SINK, _SOURCE = "moof", "moof.monitor"
_SINK_SPEC: Final = (PulseSampleFormat.S16LE.value, 2, HIGHEST_RATE)
_STEREO: Final = bytes((1, 2))
_MAX_STREAMS: Final = 16
_DEFAULT_TLENGTH_SECONDS: Final = 0.040
_MAX_TLENGTH_SECONDS: Final = 0.4


class RefusedError(Exception):
    """A command that is answered with an error."""

    def __init__(self, refusal: ErrorCode) -> None:
        super().__init__(refusal.name)
        self.refusal = refusal


class Client:
    """One program's connection. `feed` it the received bytes, send what `outgoing` returns."""

    def __init__(self, on_stream: Callable[[PlaybackStream], None] = lambda stream: None) -> None:
        """`on_stream` is called with each stream that is opened."""
        self.streams: dict[int, PlaybackStream] = {}
        self._on_stream = on_stream
        self._packets = PacketReader()
        self._out = bytearray()
        self._numbers = itertools.count()
        self._draining: dict[int, int] = {}
        self._handlers: dict[int, Callable[[Reader, Writer], None]] = {
            Code.CREATE_PLAYBACK_STREAM: self._create,
            Code.DELETE_PLAYBACK_STREAM: self._delete,
            Code.AUTH: self._authorise,
            Code.SET_CLIENT_NAME: self._name,
            Code.LOOKUP_SINK: self._look_up,
            Code.LOOKUP_SOURCE: self._look_up,
            Code.STAT: lambda reader, reply: _ignore(reply.u32(0, 0, 0, 0, 0)),
            Code.GET_PLAYBACK_LATENCY: self._latency,
            Code.GET_SERVER_INFO: self._describe_server,
            Code.GET_SINK_INFO: self._describe_sink,
            Code.GET_SINK_INFO_LIST: self._describe_sink,
            Code.GET_SINK_INPUT_INFO: self._describe_input,
            Code.CORK_PLAYBACK_STREAM: self._cork,
            Code.FLUSH_PLAYBACK_STREAM: self._flush,
            Code.TRIGGER_PLAYBACK_STREAM: self._known,
            Code.PREBUF_PLAYBACK_STREAM: self._known,
            Code.SET_PLAYBACK_STREAM_BUFFER_ATTR: self._set_buffer,
        }

    def feed(self, data: bytes) -> None:
        """Handle received bytes. Raises PacketError if the connection must be closed."""
        for packet in self._packets.feed(data):
            if packet.channel == CONTROL:
                self._command(packet.payload)
            elif (stream := self.streams.get(packet.channel)) is not None:
                stream.write(packet.payload)

    def grant(self) -> None:
        """Request more data of each stream's program, and answer drain commands of empty streams."""
        for number, stream in self.streams.items():
            if (more := stream.grant()) > 0:
                self._send(Writer().u32(Code.REQUEST, _NONE, number, more))
            if number in self._draining and stream.ready < stream.spec.frame:
                self._send(Writer().u32(Code.REPLY, self._draining.pop(number)))

    def outgoing(self) -> bytes:
        """Return and remove the bytes to send."""
        data = bytes(self._out)
        self._out.clear()
        return data

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
                self._draining[self._numbered(reader)[0]] = tag
                return
            self._answer(code, reader, reply)
        except RefusedError as refused:
            reply = Writer().u32(Code.ERROR, tag, refused.refusal)
        except TagError as error:
            LOG.info("Sound command %d was not understood: %s.", code, error)
            reply = Writer().u32(Code.ERROR, tag, ErrorCode.PROTOCOL)
        self._send(reply)

    def _answer(self, code: int, reader: Reader, reply: Writer) -> None:
        if (handle := self._handlers.get(code)) is not None:
            handle(reader, reply)
        elif code not in EMPTY_LISTS and code not in ACKNOWLEDGED:
            raise RefusedError(
                ErrorCode.NOT_SUPPORTED if code == Code.CREATE_RECORD_STREAM else ErrorCode.COMMAND
            )

    def _authorise(self, reader: Reader, reply: Writer) -> None:
        """Accept any cookie: only programs of the bridge reach the socket. Shared memory is not offered."""
        version = reader.u32() & _VERSION_MASK
        reader.arbitrary()
        if version < VERSION:
            raise RefusedError(ErrorCode.NOT_SUPPORTED)
        reply.u32(VERSION)

    def _name(self, reader: Reader, reply: Writer) -> None:
        name = reader.properties().get("application.name", b"").rstrip(b"\0").decode("utf-8", "replace")
        LOG.info("Sound from %s.", name or "a program without a name")
        reply.u32(0)

    def _look_up(self, reader: Reader, reply: Writer) -> None:
        reply.u32(0)

    def _create(self, reader: Reader, reply: Writer) -> None:
        spec = _playable(*reader.sample_spec())
        positions = reader.channel_map()
        reader.u32()  # which sink
        reader.text()
        reader.u32()  # maxlength: less is buffered anyway
        corked = reader.boolean()
        tlength = reader.u32()
        if len(self.streams) >= _MAX_STREAMS:
            raise RefusedError(ErrorCode.TOO_LARGE)
        number = next(self._numbers)
        stream = PlaybackStream(spec, _bounded_tlength(spec, tlength), corked)
        self.streams[number] = stream
        LOG.info("A stream of %s, %d channels, %d Hz.", spec.format.name, spec.channels, spec.rate)
        reply.u32(number, number, stream.grant())
        _buffer_attributes(reply, stream)
        reply.sample_spec(spec.format.value, spec.channels, spec.rate).channel_map(positions)
        reply.u32(0).text(_SINK).boolean(False).u64(b"U", 0)
        self._on_stream(stream)

    def _delete(self, reader: Reader, reply: Writer) -> None:
        number, _ = self._numbered(reader)
        del self.streams[number]
        self._draining.pop(number, None)

    def _cork(self, reader: Reader, reply: Writer) -> None:
        _, stream = self._numbered(reader)
        stream.cork(reader.boolean())

    def _flush(self, reader: Reader, reply: Writer) -> None:
        self._numbered(reader)[1].flush()

    def _known(self, reader: Reader, reply: Writer) -> None:
        self._numbered(reader)

    def _set_buffer(self, reader: Reader, reply: Writer) -> None:
        _, stream = self._numbered(reader)
        reader.u32()
        stream.set_tlength(_bounded_tlength(stream.spec, reader.u32()))
        _buffer_attributes(reply, stream)
        reply.u64(b"U", 0)

    def _latency(self, reader: Reader, reply: Writer) -> None:
        _, stream = self._numbered(reader)
        sent = reader.timeval()
        playing = not stream.corked and stream.ready > 0
        reply.u64(b"U", 0, 0).boolean(playing).timeval(*sent).timeval(*sent)
        reply.u64(b"r", stream.written, stream.taken).u64(b"R", 0, stream.taken)

    def _describe_server(self, reader: Reader, reply: Writer) -> None:
        reply.text("Moof", "13", "moof", "moof").sample_spec(*_SINK_SPEC).text(_SINK, _SOURCE).u32(0)

    def _describe_sink(self, reader: Reader, reply: Writer) -> None:
        reply.u32(0).text(_SINK, "Moof").sample_spec(*_SINK_SPEC).channel_map(_STEREO).u32(_NONE)
        reply.volume(2, _FULL_VOLUME).boolean(False).u32(0).text(_SOURCE).u64(b"U", 0).text("moof").u32(0)
        reply.no_properties().u64(b"U", 0)

    def _describe_input(self, reader: Reader, reply: Writer) -> None:
        number, stream = self._numbered(reader)
        spec = stream.spec
        reply.u32(number).text("sound").u32(_NONE, 0, 0)
        reply.sample_spec(spec.format.value, spec.channels, spec.rate)
        reply.channel_map(_STEREO if spec.channels == MAX_CHANNELS else b"\0")
        reply.volume(spec.channels, _FULL_VOLUME).u64(b"U", 0, 0).text("copy", "moof").boolean(False)
        reply.no_properties()

    def _numbered(self, reader: Reader) -> tuple[int, PlaybackStream]:
        number = reader.u32()
        if number not in self.streams:
            raise RefusedError(ErrorCode.NO_ENTITY)
        return number, self.streams[number]


def _playable(code: int, channels: int, rate: int) -> SampleSpec:
    try:
        sample_format = PulseSampleFormat(code)
    except ValueError:
        raise RefusedError(ErrorCode.NOT_SUPPORTED) from None
    if not 1 <= channels <= MAX_CHANNELS or not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise RefusedError(ErrorCode.NOT_SUPPORTED)
    return SampleSpec(sample_format, channels, rate)


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
