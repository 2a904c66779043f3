"""Frames from publisher to reader: order, slots, skipping, and every field a hostile emulator can set."""

import os
import select

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moof.geometry import EMPTY, Rect
from moof.ipc import (
    REPEAT_US,
    FramePublisher,
    FrameSlotReader,
    PingEcho,
    PixelFormat,
    Segment,
    SegmentError,
    StaleAreas,
    contract,
)
from moof.ipc import frame_slots as frames_module
from moof.ipc.record import Record

SIZES = [(16, 12), (9, 7)]


def test_no_stale_area_before_the_first_frame() -> None:
    areas = StaleAreas()
    assert areas.empty
    assert areas.next_slot(EMPTY, 640, 480) == (0, 0, 0, 0)
    assert not areas.empty


def test_a_change_is_copied_into_three_slots() -> None:
    areas, change, nothing = StaleAreas(), Rect(5, 6, 7, 8), EMPTY
    assert [areas.next_slot(box, 640, 480) for box in (change, nothing, nothing)] == [change] * 3
    assert areas.next_slot(nothing, 640, 480) == nothing


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 8), st.integers(0, 6)), max_size=12))
def test_the_slots_always_hold_the_picture(changes: list[tuple[int, int, int]]) -> None:
    areas, slots = StaleAreas(), np.zeros((3, 12, 16), int)
    picture, shown = np.zeros((12, 16), int), None
    for number, (mode, x, y) in enumerate(changes):
        width, height = SIZES[mode]
        whole = mode != shown
        box = Rect(0, 0, width, height) if whole else Rect(x, y, 1, 1)
        shown = mode
        picture[box.y : box.y + box.height, box.x : box.x + box.width] = number + 1
        left, top, wide, high = areas.next_slot(box, width, height)
        area = np.s_[top : top + high, left : left + wide]
        slots[number % 3][area] = picture[area]
        assert (slots[number % 3][:height, :width] == picture[:height, :width]).all()


HEADER_FIELDS = [field.name for field in contract.FRAME_HEADER]
WHOLE = Rect(0, 0, 640, 480)
CURSOR = (1, 2, True)


def publish(publisher: FramePublisher, value: int = 0, timestamp_us: int | None = None) -> int:
    """Publish a 640x480 frame of one value, with a timestamp of its own."""
    publisher.begin()[:480, :640] = value
    timestamp = 1000 + publisher.frame_count if timestamp_us is None else timestamp_us
    return publisher.publish(640, 480, WHOLE, CURSOR, timestamp)


def is_signalled(fd: int) -> bool:
    return bool(select.select([fd], [], [], 0)[0])


def test_the_header_tuple_follows_the_layout_table() -> None:
    assert list(frames_module._Header._fields) == HEADER_FIELDS


def test_before_the_first_frame_there_is_none(reader: FrameSlotReader) -> None:
    assert reader.latest() is None
    assert reader.current() is None


def test_a_frame_arrives_as_it_was_published(publisher: FramePublisher, reader: FrameSlotReader) -> None:
    echo = PingEcho(3, 10, 20, 30, 40)
    publisher.begin()[:342, :512] = np.arange(512 * 4, dtype=np.uint16).astype(np.uint8).reshape(512, 4)
    assert publisher.publish(512, 342, Rect(5, 6, 7, 8), (511, 0, False), 2**40, echo) == 1
    frame = reader.latest()
    assert frame is not None
    assert (frame.index, frame.slot, frame.width, frame.height) == (1, 0, 512, 342)
    assert frame.pixel_format is PixelFormat.BGRA
    assert frame.dirty == Rect(5, 6, 7, 8)
    assert (frame.cursor_x, frame.cursor_y, frame.cursor_visible) == (511, 0, False)
    assert (frame.timestamp_us, frame.ping) == (2**40, echo)
    assert frame.pixels.shape == (342, 512, 4)
    assert frame.pixels.strides == (7680, 4, 1)
    assert frame.pixels[341, 511].tolist() == [252, 253, 254, 255]
    assert reader.latest() is None


def test_slots_are_used_in_turn(publisher: FramePublisher, reader: FrameSlotReader) -> None:
    for count in range(1, 8):
        slot = publisher.slot
        assert publish(publisher, count) == count
        frame = reader.latest()
        assert frame is not None
        assert (frame.index, frame.slot, frame.skipped) == (count, slot, 1 if count == 1 else 0)
        assert int(publisher.begin()[0, 0, 0]) == max(count - 2, 0), "the next slot is three frames old"


def test_one_signal_a_frame_and_latest_drains_them(
    publisher: FramePublisher, reader: FrameSlotReader, eventfd: int
) -> None:
    for value in range(5):
        publish(publisher, value)
    assert is_signalled(eventfd)
    frame = reader.latest()
    assert frame is not None
    assert (frame.index, frame.skipped) == (5, 5)
    assert not is_signalled(eventfd)
    publish(publisher)
    publish(publisher)
    newer = reader.latest()
    assert newer is not None
    assert (newer.index, newer.skipped) == (7, 1)


def test_current_leaves_the_eventfd_and_latest_alone(
    publisher: FramePublisher, reader: FrameSlotReader, eventfd: int
) -> None:
    publish(publisher)
    current = reader.current()
    assert current is not None
    assert is_signalled(eventfd)
    latest = reader.latest()
    assert latest is not None
    assert latest.index == current.index == 1
    again = reader.current()
    assert again is not None
    assert (again.index, again.skipped) == (1, 0)


def test_a_frame_is_valid_until_two_more_are_out(publisher: FramePublisher, reader: FrameSlotReader) -> None:
    publish(publisher)
    frame = reader.latest()
    assert frame is not None
    assert reader.still_valid(frame)
    publish(publisher)
    assert reader.still_valid(frame)
    publish(publisher)
    assert not reader.still_valid(frame)


def test_frame_count_that_restarts_is_accepted(
    publisher: FramePublisher, reader: FrameSlotReader, segment: Segment
) -> None:
    publish(publisher)
    publish(publisher)
    old = reader.latest()
    assert old is not None
    segment.write("frame_count", 1)
    assert not reader.still_valid(old)
    frame = reader.latest()
    assert frame is not None
    assert (frame.index, frame.skipped) == (1, 1)
    segment.write("frame_count", 0)
    assert reader.latest() is None


def test_a_dirty_rectangle_that_may_be_the_next_frames_is_not_trusted(
    publisher: FramePublisher, reader: FrameSlotReader
) -> None:
    publish(publisher, timestamp_us=1)
    reader.latest()
    publish(publisher, timestamp_us=1)
    frame = reader.latest()
    assert frame is not None
    assert frame.skipped == 1


NONSENSE = [
    ("width", 0),
    ("width", 1921),
    ("height", 0),
    ("height", 1081),
    ("height", 2**32 - 1),
    ("pixel_format", 2),
    ("dirty_x", 2**32 - 640),
    ("dirty_x", 1),
    ("dirty_y", 1),
    ("dirty_width", 641),
    ("dirty_height", 2**32 - 1),
    ("ready_index", 3),
    ("ready_index", 2**32 - 1),
]


@pytest.mark.parametrize(("field", "value"), NONSENSE)
def test_invalid_frame_is_an_error_and_counts_as_skipped(
    publisher: FramePublisher, reader: FrameSlotReader, segment: Segment, eventfd: int, field: str, value: int
) -> None:
    publish(publisher)
    assert reader.latest() is not None
    publish(publisher)
    segment.write(field, value)
    with pytest.raises(SegmentError):
        reader.latest()
    assert reader.latest() is None
    assert not is_signalled(eventfd)
    publish(publisher)
    frame = reader.latest()
    assert frame is not None
    assert frame.skipped == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    noise=st.binary(min_size=contract.FRAME_HEADER.size, max_size=contract.FRAME_HEADER.size), data=st.data()
)
def test_any_bytes_give_a_frame_inside_the_slot_or_an_error(
    reader: FrameSlotReader, segment: Segment, noise: bytes, data: st.DataObject
) -> None:
    start = contract.METADATA_OFFSET
    segment.header[start : start + len(noise)] = noise
    for field in ("width", "height", "dirty_x", "dirty_y", "dirty_width", "dirty_height", "ready_index"):
        segment.write(field, data.draw(st.integers(0, 2000) | st.integers(0, 3)))
    segment.write("pixel_format", data.draw(st.integers(0, 2)))
    try:
        frame = reader.current()
    except SegmentError:
        return
    if frame is not None:
        assert frame.pixels.shape == (frame.height, frame.width, 4)
        x, y, width, height = frame.dirty
        assert frame.pixels[y : y + height, x : x + width].size == width * height * 4


def test_header_that_always_changes_is_an_error(
    publisher: FramePublisher, reader: FrameSlotReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def publishing_load(segment: Segment, record: Record, offset: int) -> tuple[int, ...]:
        publish(publisher)
        return original(segment, record, offset)

    original = Segment.load
    publish(publisher)
    monkeypatch.setattr(Segment, "load", publishing_load)
    with pytest.raises(SegmentError, match="change with every reading"):
        reader.latest()


def test_a_frame_published_while_it_is_read_is_read_again(
    publisher: FramePublisher, reader: FrameSlotReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def publishing_once(segment: Segment, record: Record, offset: int) -> tuple[int, ...]:
        values = original(segment, record, offset)
        if publisher.frame_count == 1:
            publish(publisher, 2)
        return values

    original = Segment.load
    publish(publisher, 1)
    monkeypatch.setattr(Segment, "load", publishing_once)
    frame = reader.latest()
    assert frame is not None
    assert (frame.index, frame.slot, int(frame.pixels[0, 0, 0])) == (2, 1, 2)


def test_a_truncated_segment_is_an_error_not_a_crash(
    publisher: FramePublisher, reader: FrameSlotReader, segment: Segment
) -> None:
    publish(publisher)
    os.truncate(segment.path, 0)
    with pytest.raises(SegmentError, match="truncated"):
        reader.latest()
    with pytest.raises(SegmentError, match="truncated"):
        reader.current()


def test_closed_segment_is_an_error(
    publisher: FramePublisher, reader: FrameSlotReader, segment: Segment, opened: Segment
) -> None:
    segment.close()
    opened.close()
    with pytest.raises(SegmentError):
        publisher.publish(640, 480, WHOLE, CURSOR, 1)
    with pytest.raises(SegmentError):
        reader.latest()


@pytest.mark.parametrize("dirty", [(0, 0, 641, 1), (1, 0, 640, 1), (0, 480, 1, 1), (-1, 0, 1, 1)])
def test_publisher_rejects_what_a_reader_would(
    publisher: FramePublisher, dirty: tuple[int, int, int, int]
) -> None:
    with pytest.raises(SegmentError, match="dirty rectangle"):
        publisher.publish(640, 480, Rect(*dirty), CURSOR, 1)
    with pytest.raises(SegmentError, match="1921x480"):
        publisher.publish(1921, 480, WHOLE, CURSOR, 1)
    assert publisher.frame_count == 0


def test_a_cursor_off_the_screen_is_kept_within_its_fields(
    publisher: FramePublisher, reader: FrameSlotReader
) -> None:
    publisher.publish(640, 480, EMPTY, (-5, 70_000, True), 1)
    frame = reader.latest()
    assert frame is not None
    assert (frame.cursor_x, frame.cursor_y) == (0, 65535)


@pytest.mark.parametrize(("width", "height"), [(0, 2**32 - 1), (2**32 - 1, 0), (0, 0)])
def test_empty_dirty_rectangle_may_have_any_position(
    publisher: FramePublisher, reader: FrameSlotReader, segment: Segment, width: int, height: int
) -> None:
    publish(publisher)
    for name, value in (("x", 2**32 - 1), ("y", 5000), ("width", width), ("height", height)):
        segment.write(f"dirty_{name}", value)
    frame = reader.latest()
    assert frame is not None
    assert frame.dirty == EMPTY


def test_a_whole_frame_is_due_until_one_was_published(publisher: FramePublisher) -> None:
    publisher.whole_due = True
    publisher.publish(640, 480, Rect(0, 0, 640, 479), (0, 0, False), 1)
    assert publisher.whole_due
    publisher.publish(640, 480, Rect(0, 0, 640, 480), (0, 0, False), 2)
    assert not publisher.whole_due


def test_frame_is_repeated_for_a_new_server_and_after_a_second(publisher: FramePublisher) -> None:
    assert not publisher.is_repeat_due(10 * REPEAT_US)  # there is no frame yet
    publisher.publish(640, 480, Rect(0, 0, 640, 480), (0, 0, False), 10 * REPEAT_US)
    assert not publisher.is_repeat_due(11 * REPEAT_US - 1)
    assert publisher.is_repeat_due(11 * REPEAT_US)
    assert publisher.is_repeat_due(3 * REPEAT_US)  # the clock was set back
    publisher.publish(640, 480, EMPTY, (0, 0, False), 11 * REPEAT_US)
    assert not publisher.is_repeat_due(11 * REPEAT_US)
    publisher.repeat_due = True
    assert publisher.is_repeat_due(11 * REPEAT_US)
    publisher.publish(640, 480, EMPTY, (0, 0, False), 11 * REPEAT_US)
    assert not publisher.is_repeat_due(11 * REPEAT_US)
