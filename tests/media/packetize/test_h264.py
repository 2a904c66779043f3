from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.media.packetize.h264 import nal_units, packetize

START_CODES = (b"\x00\x00\x01", b"\x00\x00\x00\x01")


def nal_unit(kind: int, importance: int, size: int) -> bytes:
    """A NAL unit whose body has no start code in it and does not end in zero."""
    return bytes([importance << 5 | kind]) + bytes(1 + i % 255 for i in range(size))


units_of_a_picture = st.lists(
    st.builds(nal_unit, st.integers(1, 12), st.integers(0, 3), st.integers(1, 5000)), min_size=1, max_size=6
)


def depacketized(payloads: Iterable[bytes]) -> list[bytes]:
    """Assemble payloads as a receiver does (RFC 6184, 5.6 to 5.8), with its checks."""
    units: list[bytes] = []
    fragment = b""
    for payload in payloads:
        kind = payload[0] & 31
        assert not fragment or kind == 28
        if kind == 24:
            at = 1
            while at < len(payload):
                size = int.from_bytes(payload[at : at + 2], "big")
                units.append(payload[at + 2 : at + 2 + size])
                at += 2 + size
            assert at == len(payload)
        elif kind == 28:
            start, end = payload[1] & 0x80, payload[1] & 0x40
            assert not (start and end)
            assert bool(start) == (not fragment)
            fragment = fragment or bytes([payload[0] & 0xE0 | payload[1] & 31])
            fragment += payload[2:]
            if end:
                units.append(fragment)
                fragment = b""
        else:
            assert 1 <= kind <= 23
            units.append(payload)
    assert not fragment
    return units


@given(units_of_a_picture, st.integers(64, 1500), st.data())
def test_a_receiver_gets_the_same_units(units: list[bytes], mtu: int, data: st.DataObject) -> None:
    stream = b"".join(data.draw(st.sampled_from(START_CODES)) + unit for unit in units)
    payloads = packetize(stream, mtu)
    assert depacketized(payloads) == units
    assert max(map(len, payloads)) <= mtu


def test_parameter_sets_share_one_packet() -> None:
    sps, pps, idr = nal_unit(7, 3, 20), nal_unit(8, 1, 4), nal_unit(5, 3, 3000)
    payloads = packetize(b"".join(START_CODES[1] + unit for unit in (sps, pps, idr)))
    assert [payload[0] & 31 for payload in payloads] == [24, 28, 28, 28]
    assert payloads[0][0] >> 5 == 3
    assert depacketized(payloads) == [sps, pps, idr]


def test_fragments_are_of_about_equal_size() -> None:
    sizes = [len(payload) for payload in packetize(START_CODES[0] + nal_unit(1, 2, 1200))]
    assert len(sizes) == 2
    assert max(sizes) - min(sizes) <= 1


def test_single_small_unit_is_not_aggregated() -> None:
    unit = nal_unit(1, 2, 100)
    assert packetize(START_CODES[0] + unit) == [unit]


@pytest.mark.parametrize("stream", [b"", b"\x00\x00\x01", b"\x00\x00\x00\x01\x00\x00\x01", b"no start code"])
def test_streams_without_units(stream: bytes) -> None:
    assert packetize(stream) == []


def test_zeros_after_a_unit_are_padding() -> None:
    unit = nal_unit(1, 2, 10)
    assert list(nal_units(START_CODES[0] + unit + bytes(5) + START_CODES[1] + unit + bytes(3))) == [
        unit,
        unit,
    ]


def test_mtu_must_fit_a_fragment() -> None:
    with pytest.raises(ValueError, match="too small"):
        packetize(START_CODES[0] + nal_unit(1, 2, 10), 3)
