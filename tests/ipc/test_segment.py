"""Segments: contents of a new one, checks of `open`, closing while frames are in use."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moof.ipc import PingEcho, PixelFormat, Segment, SegmentError, State, contract
from moof.ipc.record import Field


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.sampled_from(contract.SEGMENT.fields), st.data())
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


def test_adjacent_fields_are_read_and_written_at_once(segment: Segment, opened: Segment) -> None:
    record, offset = contract.PING_TIMES, contract.PING_TIMES_OFFSET
    segment.store(record, offset, 1, 2, 3, 2**64 - 1)
    assert opened.load(record, offset) == (1, 2, 3, 2**64 - 1)
    with pytest.raises(SegmentError, match="ping times"):
        segment.store(record, offset, 5, 6, 7, 2**64)


def test_closed_segment_refuses_every_access(segment: Segment) -> None:
    segment.close()
    record, offset = contract.PING_TIMES, contract.PING_TIMES_OFFSET
    for refused in (
        lambda: segment.read("width"),
        lambda: segment.write("width", 1),
        lambda: segment.load(record, offset),
        lambda: segment.store(record, offset, 1, 2, 3, 4),
    ):
        with pytest.raises(SegmentError):
            refused()


ECHO = PingEcho(7, 1, 2, 3, 2**64 - 1)
FIELDS = [field.name for field in contract.SEGMENT]


def poke(path: Path, offset: int, data: bytes) -> None:
    """Write into the file directly."""
    fd = os.open(path, os.O_RDWR)
    os.pwrite(fd, data, offset)
    os.close(fd)


def test_new_segment_has_the_constant_fields(segment: Segment) -> None:
    status = segment.path.stat()
    assert status.st_size == 24_898_880
    assert stat.S_IMODE(status.st_mode) == 0o600
    assert segment.name == f"/macemu-video-{os.getpid()}"
    found = {name: segment.read(name) for name in FIELDS if segment.read(name)}
    assert found == {
        "magic": 0x4D454D34,
        "version": 4,
        "pid": os.getpid(),
        "pixel_format": PixelFormat.BGRA,
        "frame_ready_eventfd": -1,
        "audio_ready_eventfd": -1,
    }
    silence = bytes(segment.header[11800 : 11800 + 3872])
    assert silence[:16] == b"".join(value.to_bytes(4, "little") for value in (48000, 2, 960, 1))
    assert not any(silence[16:])


@pytest.mark.parametrize(
    ("offset", "data", "complaint"),
    [
        (0, b"MEM5", "magic is 0x354d454d"),
        (4, b"\x03", "version is 0x3"),
        (8, b"\xff\xff\xff\xff", "pid is 0xffffffff"),
        (16, b"\x81\x07", "1921x0 does not fit"),
        (20, b"\x39\x04", "0x1081 does not fit"),
    ],
)
def test_segment_with_a_wrong_field_is_not_opened(
    segment: Segment, offset: int, data: bytes, complaint: str
) -> None:
    poke(segment.path, offset, data)
    with pytest.raises(SegmentError, match=complaint):
        Segment.open(os.getpid(), segment.path)


def test_a_picture_of_full_size_fits(segment: Segment) -> None:
    segment.write("width", 1920)
    segment.write("height", 1080)
    Segment.open(os.getpid(), segment.path).close()


def test_state_is_one_of_three(segment: Segment, opened: Segment) -> None:
    for state in State:
        segment.state = state
        assert opened.state is state
    segment.write("state", 3)
    with pytest.raises(SegmentError, match="state 3"):
        _ = opened.state


def test_mouse_latency_is_kept_in_tenths(segment: Segment, opened: Segment) -> None:
    segment.mouse_latency = (12.34, 9)
    assert opened.mouse_latency == (12.3, 9)


def test_ping_echo_stays_until_it_is_removed(segment: Segment, opened: Segment) -> None:
    assert opened.read_ping() is None
    segment.write_ping(ECHO)
    assert opened.read_ping() == opened.read_ping() == ECHO
    segment.write_ping(None)
    assert opened.read_ping() is None


def test_pixels_are_one_memory_for_both_sides(segment: Segment, opened: Segment) -> None:
    for slot in range(3):
        segment.pixels(slot)[1079, 1919] = slot + 1
        assert opened.pixels(slot)[1079, 1919].tolist() == [slot + 1] * 4
        assert opened.pixels(slot).strides == (7680, 4, 1)
    end_of_slot_0 = 15676 + 8_294_400
    assert bytes(opened.header[end_of_slot_0 - 4 : end_of_slot_0 + 1]) == b"\1\1\1\1\0"


@pytest.mark.parametrize("slot", [-1, 3, 2**32 - 1])
def test_there_is_no_fourth_slot(segment: Segment, slot: int) -> None:
    with pytest.raises(SegmentError):
        segment.pixels(slot)
    with pytest.raises(SegmentError):
        segment.audio_slot(slot)


def test_closed_segment_refuses_access_but_its_frames_stay_readable(segment: Segment) -> None:
    pixels, sound = segment.pixels(0), segment.audio_slot(0)
    pixels[:] = 9
    segment.close()
    segment.close()
    assert int(pixels[1079, 1919, 3]) == 9
    assert sound[0] == 0
    for refused in (
        lambda: segment.read("width"),
        lambda: segment.write("width", 1),
        lambda: segment.pixels(0),
        lambda: segment.audio_slot(0),
        lambda: segment.write_ping(ECHO),
        segment.read_ping,
        segment.check_size,
    ):
        with pytest.raises(SegmentError):
            refused()


def test_truncation_is_detected(segment: Segment, opened: Segment) -> None:
    opened.check_size()
    os.truncate(segment.path, contract.SEGMENT_SIZE - 4096)
    with pytest.raises(SegmentError, match="was truncated"):
        opened.check_size()


def test_restore_undoes_changes_of_a_server(segment: Segment, opened: Segment) -> None:
    segment.state = State.PAUSED
    for name in ("magic", "version", "pid", "state", "pixel_format"):
        opened.write(name, 99)
    os.truncate(segment.path, 5000)
    segment.restore()
    with Segment.open(os.getpid(), segment.path) as fresh:
        assert (fresh.state, fresh.read("pixel_format")) == (State.PAUSED, PixelFormat.BGRA)
        assert not fresh.pixels(2).any()
    with pytest.raises(SegmentError, match="another process"):
        opened.restore()


def test_what_is_closed_cannot_be_restored(segment: Segment) -> None:
    segment.close()
    with pytest.raises(SegmentError, match="closed"):
        segment.restore()
