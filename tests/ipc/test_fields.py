"""Fields by name: each at the contract's offset, none with a value that it cannot hold, none once closed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moof.ipc import Segment, SegmentError, layout
from moof.ipc.record import Field


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(layout.SEGMENT.fields), st.data())
def test_what_one_side_writes_the_other_reads_at_the_contracts_offset(
    segment: Segment, opened: Segment, field: Field, data: st.DataObject
) -> None:
    bits = field.scalar.size * 8
    low, high = (
        (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if field.scalar.value.islower() else (0, 2**bits - 1)
    )
    value = data.draw(st.integers(low, high))
    segment.write(field.name, value)
    assert opened.read(field.name) == value
    raw = bytes(opened.header[field.offset : field.end])
    assert int.from_bytes(raw, "little", signed=low < 0) == value
    with pytest.raises(SegmentError, match=field.name):
        segment.write(field.name, high + 1)


def test_neighbours_go_in_one_go(segment: Segment, opened: Segment) -> None:
    record, offset = layout.PING_TIMES, layout.PING_TIMES_OFFSET
    segment.store(record, offset, 1, 2, 3, 2**64 - 1)
    assert opened.load(record, offset) == (1, 2, 3, 2**64 - 1)
    with pytest.raises(SegmentError, match="ping times"):
        segment.store(record, offset, 5, 6, 7, 2**64)


def test_once_closed_every_way_in_is_refused(segment: Segment) -> None:
    segment.close()
    record, offset = layout.PING_TIMES, layout.PING_TIMES_OFFSET
    for refused in (
        lambda: segment.read("width"),
        lambda: segment.write("width", 1),
        lambda: segment.load(record, offset),
        lambda: segment.store(record, offset, 1, 2, 3, 4),
    ):
        with pytest.raises(SegmentError):
            refused()
