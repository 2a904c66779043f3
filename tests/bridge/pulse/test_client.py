"""The server's side of the protocol, byte by byte, with valid and invalid input."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.pulse import Client, StreamRegistry
from moof.bridge.pulse.codes import Code, ErrorCode
from moof.bridge.pulse.packets import PacketReader, command
from moof.bridge.pulse.tagstruct import Reader, Writer

NONE = 0xFFFFFFFF
S16LE = 3


def create(tag: int = 1, rate: int = 44100, code: int = S16LE, tlength: int = 4096) -> bytes:
    """Return the command of version 13."""
    writer = Writer().u32(Code.CREATE_PLAYBACK_STREAM, tag).sample_spec(code, 2, rate).channel_map(b"\1\2")
    writer.u32(NONE).text(None).u32(NONE).boolean(False).u32(tlength, 0, 0, 0).volumes(0x10000, 0x10000)
    return command(bytes(writer.boolean(*[False] * 9).properties().data))


def client_of(version: int = 13) -> Client:
    """Return the server's side of a connection that has negotiated this version."""
    client = Client()
    client.feed(authentication(version))
    replies(client)
    return client


def authentication(version: int) -> bytes:
    writer = Writer().u32(Code.AUTH, 7, version | 0xC0000000)  # both kinds of shared memory
    return command(bytes(writer.data) + b"x" + struct.pack(">I", 256) + bytes(256))


def replies(client: Client) -> list[Reader]:
    return [Reader(packet.payload) for packet in PacketReader().feed(client.outgoing())]


def samples(channel: int, data: bytes) -> bytes:
    return struct.pack(">5I", len(data), channel, 0, 0, 0) + data


@pytest.mark.parametrize(("theirs", "negotiated"), [(13, 13), (32, 32), (35, 35), (36, 35)])
def test_version_is_negotiated(theirs: int, negotiated: int) -> None:
    client = Client()
    client.feed(authentication(theirs))
    (reply,) = replies(client)
    assert [reply.u32() for _ in range(3)] == [Code.REPLY, 7, 35]
    assert client.version == negotiated


def test_version_that_is_too_old_is_refused() -> None:
    client = Client()
    client.feed(authentication(12))
    assert [replies(client)[0].u32() for _ in range(1)] == [Code.ERROR]


def test_stream_is_asked_for_one_request_and_then_for_what_was_taken() -> None:
    client = client_of()
    client.feed(create(tlength=100_000))
    (reply,) = replies(client)
    code, tag, number, _, granted = (reply.u32() for _ in range(5))
    assert (code, tag, granted) == (Code.REPLY, 1, 882 * 4)
    client.feed(samples(number, bytes(granted)))
    client.grant()
    assert replies(client) == []
    assert len(client.streams[number].take(400, 400)) == 1600
    client.grant()
    started, request = replies(client)
    assert [started.u32() for _ in range(3)] == [Code.STARTED, NONE, number]
    assert [request.u32() for _ in range(4)] == [Code.REQUEST, NONE, number, 1600]


def test_the_reply_to_a_new_stream_comes_before_anything_about_it() -> None:
    client = client_of()
    client.feed(create() + create(2))
    client.grant()
    assert [reply.u32() for reply in replies(client)] == [Code.REPLY, Code.REPLY]


@pytest.mark.parametrize(("rate", "code"), [(44100, 13), (192_001, S16LE), (100, S16LE)])
def test_what_cannot_be_played_is_refused_and_logged_once(
    rate: int, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_of()
    client.feed(create(rate=rate, code=code) * 2)
    reply, _ = replies(client)
    assert [reply.u32() for _ in range(3)] == [Code.ERROR, 1, ErrorCode.NOT_SUPPORTED]
    assert client.streams == {}
    (record,) = [each for each in caplog.records if each.levelname == "WARNING"]
    assert str(rate if code == S16LE else code) in record.message


def test_unknown_commands_and_streams_are_refused_and_the_connection_goes_on() -> None:
    client = client_of()
    for payload in (Writer().u32(9999, 5), Writer().u32(Code.CORK_PLAYBACK_STREAM, 6, 3).boolean(True)):
        client.feed(command(bytes(payload.data)))
    first, second = replies(client)
    assert [first.u32() for _ in range(3)] == [Code.ERROR, 5, ErrorCode.COMMAND]
    assert [second.u32() for _ in range(3)] == [Code.ERROR, 6, ErrorCode.NO_ENTITY]
    client.feed(create())
    assert replies(client)[0].u32() == Code.REPLY


def test_drain_is_answered_when_the_buffer_is_empty() -> None:
    client = client_of()
    client.feed(create())
    replies(client)
    client.feed(samples(0, bytes(400)) + command(bytes(Writer().u32(Code.DRAIN_PLAYBACK_STREAM, 9, 0).data)))
    client.grant()
    assert replies(client) == []
    assert client.streams[0].draining
    client.streams[0].take(100, 100)
    client.grant()
    assert not client.streams[0].draining
    assert [Code.REPLY, 9] in [[reply.u32(), reply.u32()] for reply in replies(client)]


@pytest.mark.parametrize("version", [22, 23])
def test_program_is_told_when_its_stream_starts_and_runs_out(version: int) -> None:
    client = Client(newest_version=version)
    client.feed(authentication(version))
    client.version = 13  # for the short command
    client.feed(create() + samples(0, bytes(400)))
    client.version = version
    replies(client)
    for taken in (100, 100):
        client.streams[0].take(taken, taken)
        client.grant()
    reports = [reply for reply in replies(client) if reply.u32() != Code.REQUEST]
    assert [report.u32() for report in reports for _ in range(2)] == [NONE, 0] * 2
    assert [report.rest for report in reports] == [0, 9 if version >= 23 else 0]


def test_program_is_told_a_time_that_runs_on_if_it_wants_no_prebuffering() -> None:
    client = client_of()
    client.feed(create() + samples(0, bytes(400)))
    stream = client.streams[0]
    stream.take(100, 100)
    assert latency(client) == (True, 400)
    stream.run_on(10)
    assert latency(client) == (True, 440)
    attributes = Writer().u32(Code.SET_PLAYBACK_STREAM_BUFFER_ATTR, 5, 0, 16384, 4096, 4096, 4)
    client.feed(command(bytes(attributes.boolean(False, False).data)))
    stream.run_on(10)
    assert latency(client) == (False, 440)


def latency(client: Client) -> tuple[bool, int]:
    """Ask for the first stream's latency; return whether it plays, and its read index."""
    replies(client)
    client.feed(command(bytes(Writer().u32(Code.GET_PLAYBACK_LATENCY, 8, 0).timeval(1, 2).data)))
    (packet,) = PacketReader().feed(client.outgoing())
    form = ">xIxIxQxQcxIIxIIxqxqxQxQ"
    fields = struct.unpack(form, packet.payload)
    assert fields[:4] == (Code.REPLY, 8, 40_000, 0)
    assert fields[5:9] == (1, 2, 1, 2)
    return fields[4] == b"1", fields[10]


def test_volume_and_mute_are_the_streams() -> None:
    client = client_of()
    client.feed(create())
    client.feed(command(bytes(Writer().u32(Code.SET_SINK_INPUT_VOLUME, 2, 0).volumes(0x8000, 0).data)))
    client.feed(command(bytes(Writer().u32(Code.SET_SINK_INPUT_MUTE, 3, 0).boolean(True).data)))
    assert [reply.u32() for reply in replies(client)] == [Code.REPLY] * 3
    assert (client.streams[0].volumes, client.streams[0].muted) == ((0x8000, 0), True)


def test_closed_connection_closes_its_streams() -> None:
    registry = StreamRegistry()
    client, other = Client(registry, 13), Client(registry, 13)
    for each in (client, other):
        each.feed(create())
    client.close()
    assert list(registry.streams.values()) == list(other.streams.values())
    client.feed(samples(0, bytes(400)))  # what it had sent before


@pytest.mark.parametrize(("rate", "code"), [(22_050, Code.REPLY), (1_000_000, Code.ERROR)])
def test_rate_changes_within_the_limits(rate: int, code: Code) -> None:
    client = client_of()
    client.feed(create())
    replies(client)
    client.feed(command(bytes(Writer().u32(Code.UPDATE_PLAYBACK_STREAM_SAMPLE_RATE, 2, 0, rate).data)))
    assert replies(client)[0].u32() == code
    assert client.streams[0].spec.rate == (rate if code == Code.REPLY else 44_100)


@given(st.binary(max_size=200))
def test_invalid_command_is_only_an_error(payload: bytes) -> None:
    client = Client()
    client.feed(command(payload))
    replies(client)
