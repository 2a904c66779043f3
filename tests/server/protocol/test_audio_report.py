"""The page's report of its playback: bytes in, a report or an error out."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.server.protocol.audio_report import PlaybackReport, PlaybackReportError
from support.playback_report import pack_report

REPORT = PlaybackReport(1.7e12, 480_000.5, 25.5, 20.0, 1, 2, 3)


def test_the_bytes_of_a_report() -> None:
    data = bytes([0x30, 0, 0, 0]) + struct.pack("<IddffII", 1, 1.7e12, 480_000.5, 25.5, 20, 2, 3)
    assert PlaybackReport.unpack(data) == REPORT


@given(
    st.builds(
        PlaybackReport,
        st.floats(0, 2.0**53),
        st.floats(0, 2.0**53),
        st.floats(0, 10_000, width=32),
        st.floats(0, 10_000, width=32),
        *[st.integers(0, 0xFFFFFFFF)] * 3,
    )
)
def test_a_packed_report_is_unpacked(report: PlaybackReport) -> None:
    assert PlaybackReport.unpack(pack_report(report)) == report


@pytest.mark.parametrize("offset", [8, 16])
@pytest.mark.parametrize("value", [math.nan, math.inf, -1.0, 1e300])
def test_values_out_of_range_are_rejected(offset: int, value: float) -> None:
    data = bytearray(pack_report(REPORT))
    struct.pack_into("<d", data, offset, value)
    with pytest.raises(PlaybackReportError, match="is out of range"):
        PlaybackReport.unpack(bytes(data))


@given(st.binary(max_size=60))
def test_any_bytes_are_a_report_or_an_error(data: bytes) -> None:
    try:
        PlaybackReport.unpack(data)
    except PlaybackReportError:
        pass
