"""What a program asks for when it opens a stream, in every version of the protocol."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.pulse.channel_map import usual_positions
from moof.bridge.pulse.client import NEWEST_VERSION, OLDEST_VERSION
from moof.bridge.pulse.codes import ErrorCode
from moof.bridge.pulse.errors import RefusedError
from moof.bridge.pulse.sample_format import PulseSampleFormat, SampleSpec
from moof.bridge.pulse.stream_request import PCM, format_properties, read_stream_request
from moof.bridge.pulse.tagstruct import Reader, Writer

NONE = 0xFFFFFFFF
Formats = tuple[tuple[int, dict[str, str]], ...]
AC3 = 3
VERSIONS = range(OLDEST_VERSION, NEWEST_VERSION + 1)
STEREO = SampleSpec(PulseSampleFormat.S16LE, 2, 44_100)


def arguments(
    version: int,
    spec: tuple[int, int, int] = (3, 2, 44_100),
    positions: bytes = b"\1\2",
    formats: Formats = (),
) -> Writer:
    """Return the arguments as libpulse writes them (pulse/stream.c, `create_stream`)."""
    writer = Writer().sample_spec(*spec).channel_map(positions).u32(NONE).text(None).u32(NONE)
    writer.boolean(True).u32(4096, NONE, NONE, 0).volumes(0x10000, 0x8000)
    writer.boolean(*[False] * 7, True, False).properties({"media.name": "sound"})
    for since, flags in ((14, 2), (15, 3), (17, 1), (18, 1)):
        writer.boolean(*[False] * flags if version >= since else [])
    if version >= 21:
        writer.u8(len(formats))
        for encoding, properties in formats:
            writer.format_info(encoding, properties)
    return writer


def read(version: int, writer: Writer) -> tuple[SampleSpec, bytes]:
    request = read_stream_request(Reader(bytes(writer.data)), version)
    return request.spec, request.positions


@pytest.mark.parametrize("version", VERSIONS)
def test_all_arguments_are_read_in_each_version(version: int) -> None:
    reader = Reader(bytes(arguments(version).data))
    request = read_stream_request(reader, version)
    assert (request.spec, request.positions) == (STEREO, b"\1\2")
    assert (request.corked, request.tlength, request.muted) == (True, 4096, True)
    assert request.volumes == (0x10000, 0x8000)
    assert reader.rest == 0


@given(st.sampled_from(PulseSampleFormat), st.integers(1, 32), st.integers(4000, 192_000))
def test_offered_format_is_taken(sample_format: PulseSampleFormat, channels: int, rate: int) -> None:
    spec, positions = SampleSpec(sample_format, channels, rate), usual_positions(channels)
    offered: Formats = ((AC3, {}), (PCM, format_properties(spec, positions)))
    writer = arguments(21, spec=(0xFF, 0, 0), positions=b"", formats=offered)
    assert read(21, writer) == (spec, positions)


@pytest.mark.parametrize(
    ("properties", "spec"),
    [
        ({}, (3, 2, 48_000)),
        ({"format.rate": "[22050, 44100]", "format.channels": "1"}, (3, 1, 22_050)),
        ({"format.rate": '{"min": 8000, "max": 32000}', "format.sample_format": '["u8"]'}, (0, 2, 32_000)),
    ],
)
def test_what_a_format_leaves_open_is_chosen(properties: dict[str, str], spec: tuple[int, int, int]) -> None:
    found, positions = read(35, arguments(35, formats=((PCM, properties),)))
    assert (found.format.value, found.channels, found.rate) == spec
    assert positions == usual_positions(spec[1])


@pytest.mark.parametrize(
    ("writer", "error"),
    [
        (arguments(35, spec=(13, 2, 44_100)), ErrorCode.NOT_SUPPORTED),
        (arguments(35, spec=(3, 2, 400_000)), ErrorCode.NOT_SUPPORTED),
        (arguments(35, spec=(3, 2, 100)), ErrorCode.NOT_SUPPORTED),
        (arguments(35, spec=(3, 0, 44_100)), ErrorCode.INVALID),
        (arguments(35, positions=b"\1"), ErrorCode.INVALID),
        (arguments(35, positions=b"\1\xff"), ErrorCode.INVALID),
        (arguments(35, formats=((AC3, {}),)), ErrorCode.NOT_SUPPORTED),
        (arguments(35, formats=((PCM, {"format.rate": "fast"}),)), ErrorCode.INVALID),
        (arguments(35, formats=((PCM, {"format.rate": "[]"}),)), ErrorCode.INVALID),
        (arguments(35, formats=((PCM, {"format.rate": "[" * 9000}),)), ErrorCode.INVALID),
        (arguments(35, formats=((PCM, {"format.channels": "1000000000"}),)), ErrorCode.INVALID),
        (arguments(35, formats=((PCM, {"format.rate": '{"min": 1}'}),)), ErrorCode.INVALID),
        (arguments(35, formats=((PCM, {"format.rate": "null"}),)), ErrorCode.INVALID),
        (arguments(35, formats=((PCM, {"format.sample_format": '"s8"'}),)), ErrorCode.INVALID),
        (arguments(35, formats=((PCM, {"format.channel_map": '"up,down"'}),)), ErrorCode.INVALID),
    ],
)
def test_what_cannot_be_played_is_refused(writer: Writer, error: ErrorCode) -> None:
    with pytest.raises(RefusedError) as refused:
        read(35, writer)
    assert refused.value.refusal == error


@given(st.text(max_size=30), st.sampled_from(["rate", "channels", "sample_format", "channel_map"]))
def test_any_property_is_read_or_refused(value: str, name: str) -> None:
    with contextlib.suppress(RefusedError):
        read(35, arguments(35, formats=((PCM, {f"format.{name}": value.replace("\0", "")}),)))
