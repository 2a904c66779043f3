"""The server's side of the protocol, byte by byte, with valid and invalid input."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.pulse import Client
from moof.bridge.pulse.codes import Code, ErrorCode
from moof.bridge.pulse.packets import PacketReader, command
from moof.bridge.pulse.tagstruct import Reader, Writer

NONE = 0xFFFFFFFF
S16LE = 3


def create(tag: int = 1, rate: int = 44100, code: int = S16LE, tlength: int = 4096) -> bytes:
    writer = Writer().u32(Code.CREATE_PLAYBACK_STREAM, tag).sample_spec(code, 2, rate).channel_map(b"\1\2")
    writer.u32(NONE).text(None).u32(NONE).boolean(False).u32(tlength, 0, 0, 0).volume(2, 0x10000)
    return command(bytes(writer.data))


def replies(client: Client) -> list[Reader]:
    return [Reader(packet.payload) for packet in PacketReader().feed(client.outgoing())]


def samples(channel: int, data: bytes) -> bytes:
    return struct.pack(">5I", len(data), channel, 0, 0, 0) + data


def test_version_is_negotiated() -> None:
    client = Client()
    writer = Writer().u32(Code.AUTH, 7, 35 | 0x80000000)
    client.feed(command(bytes(writer.data) + b"x" + struct.pack(">I", 256) + bytes(256)))
    (reply,) = replies(client)
    assert [reply.u32() for _ in range(3)] == [Code.REPLY, 7, 13]


def test_stream_is_asked_for_one_request_and_then_for_what_was_taken() -> None:
    client = Client()
    client.feed(create(tlength=100_000))
    (reply,) = replies(client)
    code, tag, number, _, granted = (reply.u32() for _ in range(5))
    assert (code, tag, granted) == (Code.REPLY, 1, 882 * 4)
    client.feed(samples(number, bytes(granted)))
    client.grant()
    assert replies(client) == []
    assert len(client.streams[number].take(400)) == 1600
    client.grant()
    (request,) = replies(client)
    assert [request.u32() for _ in range(4)] == [Code.REQUEST, NONE, number, 1600]


def test_the_reply_to_a_new_stream_comes_before_anything_about_it() -> None:
    client = Client()
    client.feed(create() + create(2))
    client.grant()
    assert [reply.u32() for reply in replies(client)] == [Code.REPLY, Code.REPLY]


@pytest.mark.parametrize(("rate", "code"), [(44100, 1), (96_000, S16LE), (100, S16LE)])
def test_what_cannot_be_played_is_refused(rate: int, code: int) -> None:
    client = Client()
    client.feed(create(rate=rate, code=code))
    (reply,) = replies(client)
    assert [reply.u32() for _ in range(3)] == [Code.ERROR, 1, ErrorCode.NOT_SUPPORTED]
    assert client.streams == {}


def test_unknown_commands_and_streams_are_refused_and_the_connection_goes_on() -> None:
    client = Client()
    for payload in (Writer().u32(9999, 5), Writer().u32(Code.CORK_PLAYBACK_STREAM, 6, 3).boolean(True)):
        client.feed(command(bytes(payload.data)))
    first, second = replies(client)
    assert [first.u32() for _ in range(3)] == [Code.ERROR, 5, ErrorCode.COMMAND]
    assert [second.u32() for _ in range(3)] == [Code.ERROR, 6, ErrorCode.NO_ENTITY]
    client.feed(create())
    assert replies(client)[0].u32() == Code.REPLY


def test_drain_is_answered_when_the_buffer_is_empty() -> None:
    client = Client()
    client.feed(create())
    replies(client)
    client.feed(samples(0, bytes(400)) + command(bytes(Writer().u32(Code.DRAIN_PLAYBACK_STREAM, 9, 0).data)))
    client.grant()
    assert replies(client) == []
    client.streams[0].take(100)
    client.grant()
    assert [Code.REPLY, 9] in [[reply.u32(), reply.u32()] for reply in replies(client)]


@given(st.binary(max_size=200))
def test_invalid_command_is_only_an_error(payload: bytes) -> None:
    client = Client()
    client.feed(command(payload))
    replies(client)
