"""Reads what a program asks for when it opens a stream; chooses among the formats that it offers. Sans-IO."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from moof.bridge.pulse.channel_map import is_valid, names_of_positions, positions_of_names, usual_positions
from moof.bridge.pulse.codes import ErrorCode
from moof.bridge.pulse.errors import RefusedError
from moof.bridge.pulse.sample_format import (
    HIGHEST_RATE,
    LOWEST_RATE,
    MAX_CHANNELS,
    PulseSampleFormat,
    SampleSpec,
)
from moof.bridge.pulse.tagstruct import Reader

PCM: Final = 1
"""The encoding of plain samples (pulse/format.h); all others are compressed."""
FULL_VOLUME: Final = 0x10000
_FORMATS: Final = {each.text: each for each in PulseSampleFormat}
_USUAL_CHANNELS, _USUAL_RATE = 2, 48_000


@dataclass(frozen=True, slots=True)
class StreamRequest:
    """What a program asks for: the format, a position per channel, tlength in bytes, a volume per channel.

    `prebuf` is how many bytes there must be before the stream plays, again after its data has run out.
    """

    spec: SampleSpec
    positions: bytes
    corked: bool
    tlength: int
    prebuf: int
    volumes: tuple[int, ...]
    muted: bool


def read_stream_request(reader: Reader, version: int) -> StreamRequest:
    """Read the arguments of CREATE_PLAYBACK_STREAM in that version of the protocol.

    Raises RefusedError for what cannot be played, TagError for invalid arguments.
    """
    code, channels, rate = reader.sample_spec()
    positions = reader.channel_map()
    reader.u32()  # which sink
    reader.text()
    reader.u32()  # maxlength: less is buffered anyway
    corked = reader.boolean()
    tlength = reader.u32()
    prebuf = reader.u32()
    for _ in range(2):
        reader.u32()  # minreq, synchronised streams
    volumes = reader.volumes()
    for _ in range(7):
        reader.boolean()  # what not to change, all of which is taken as it is
    muted = reader.boolean()
    reader.boolean()  # whether tlength includes the sink's latency
    reader.properties()
    _skip_flags(reader, version)
    offered = _offered(reader) if version >= 21 else []
    if offered:
        spec, positions = _choose(offered)
    else:
        spec = playable(code, channels, rate)
    return StreamRequest(spec, _checked(positions, spec), corked, tlength, prebuf, volumes, muted)


def format_properties(spec: SampleSpec, positions: bytes) -> dict[str, str]:
    """Return the properties by which a format of plain samples is described (pulse/format.h)."""
    return {
        "format.sample_format": json.dumps(spec.format.text),
        "format.rate": str(spec.rate),
        "format.channels": str(spec.channels),
        "format.channel_map": json.dumps(names_of_positions(positions)),
    }


def playable(code: int, channels: int, rate: int) -> SampleSpec:
    """Return a sample format. Raises RefusedError, with the reason, for one that cannot be played."""
    try:
        sample_format = PulseSampleFormat(code)
    except ValueError:
        raise RefusedError(ErrorCode.NOT_SUPPORTED, f"sample format {code} is unknown") from None
    if not 1 <= channels <= MAX_CHANNELS:
        raise RefusedError(ErrorCode.INVALID, f"{channels} channels are not 1 to {MAX_CHANNELS}")
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        words = f"{rate} Hz is not {LOWEST_RATE} to {HIGHEST_RATE}"
        raise RefusedError(ErrorCode.NOT_SUPPORTED, words)
    return SampleSpec(sample_format, channels, rate)


def _skip_flags(reader: Reader, version: int) -> None:
    """Skip the truth values that newer versions append: how volume, suspension and pass-through are meant."""
    for since, count in ((14, 2), (15, 3), (17, 1), (18, 1)):
        for _ in range(count if version >= since else 0):
            reader.boolean()


def _offered(reader: Reader) -> list[tuple[int, dict[str, bytes]]]:
    return [reader.format_info() for _ in range(reader.u8())]


def _choose(offered: list[tuple[int, dict[str, bytes]]]) -> tuple[SampleSpec, bytes]:
    """Return the first offered format of plain samples, with its positions; empty if it names none."""
    properties = next((properties for encoding, properties in offered if encoding == PCM), None)
    if properties is None:
        raise RefusedError(ErrorCode.NOT_SUPPORTED, "only compressed formats are offered")
    try:
        name = _value(properties, "format.sample_format", "s16le")
        channels = int(_value(properties, "format.channels", _USUAL_CHANNELS))
        rate = int(_value(properties, "format.rate", _USUAL_RATE))
        names = _value(properties, "format.channel_map", "")
        spec = playable(_FORMATS[str(name)].value, channels, rate)
        positions = positions_of_names(str(names)) if names else usual_positions(channels)
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise RefusedError(ErrorCode.INVALID, f"the format's properties are invalid: {error}") from error
    return spec, positions


def _value(properties: Mapping[str, bytes], name: str, usual: str | int) -> str | int:
    """Return a property (JSON): of several values the first, of a range the usual one within it."""
    raw = properties.get(name)
    if raw is None:
        return usual
    value = json.loads(raw.rstrip(b"\0"))
    if isinstance(value, list):
        value = value[0]
    if isinstance(value, dict):
        value = max(int(value["min"]), min(int(usual), int(value["max"])))
    if not isinstance(value, str | int):
        raise ValueError(f"{name} is {value}")
    return value


def _checked(positions: bytes, spec: SampleSpec) -> bytes:
    if len(positions) != spec.channels or not is_valid(positions):
        raise RefusedError(ErrorCode.INVALID, f"the channel map does not fit {spec.channels} channels")
    return positions
