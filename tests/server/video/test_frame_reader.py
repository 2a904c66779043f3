"""News from an emulator's frames."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from moof.geometry import EMPTY, Rect
from moof.ipc import EmulatorConnection, Frame, PingEcho, PixelFormat, SegmentError
from moof.server.protocol.frame_info import PingTimes
from moof.server.video.frame_reader import FrameUpdateReader, PingFilter
from moof.server.video.framebuffer import ShadowFramebuffer

NOW = 100.0


@pytest.fixture
def connection(emulator: Any, own_pid: int) -> Iterator[EmulatorConnection]:
    with EmulatorConnection.connect(own_pid) as connection:
        yield connection


@pytest.fixture
def framebuffer() -> ShadowFramebuffer:
    return ShadowFramebuffer()


@pytest.fixture
def reader(framebuffer: ShadowFramebuffer) -> FrameUpdateReader:
    return FrameUpdateReader(framebuffer)


def test_no_news_before_the_first_frame(reader: FrameUpdateReader, connection: EmulatorConnection) -> None:
    assert reader.read(connection, NOW) is None
    assert reader.consistent(connection)


def test_the_first_frame_is_all_new(
    emulator: Any, reader: FrameUpdateReader, connection: EmulatorConnection
) -> None:
    emulator.publish(cursor=(3, 4, True))
    update = reader.read(connection, NOW)
    assert update is not None
    assert update.changed == (0, 0, 64, 48)
    assert (update.info.cursor_x, update.info.cursor_y, update.info.cursor_visible) == (3, 4, True)
    assert update.send_info
    assert reader.read(connection, NOW) is None


def test_frames_in_between_are_not_needed(
    emulator: Any, reader: FrameUpdateReader, framebuffer: ShadowFramebuffer, connection: EmulatorConnection
) -> None:
    emulator.publish()
    reader.read(connection, NOW)
    for x in (1, 30, 60):
        emulator.paint(x, 5, 2, 2)
    update = reader.read(connection, NOW)
    assert update is not None
    assert update.changed == (1, 5, 61, 2)
    assert not update.send_info
    assert np.array_equal(framebuffer.bgra.view(np.uint32)[..., 0], emulator.picture)


def test_a_frame_without_changes_is_compared_later(
    emulator: Any, reader: FrameUpdateReader, framebuffer: ShadowFramebuffer, connection: EmulatorConnection
) -> None:
    emulator.publish()
    reader.read(connection, NOW)
    emulator.picture[3, 4] = 0xFF123456  # existing emulators say "nothing" of some changes
    emulator.publish()
    update = reader.read(connection, NOW + 0.01)
    assert update is not None
    assert (update.index, update.changed) == (2, EMPTY)
    assert not reader.consistent(connection)
    assert reader.read(connection, NOW + 0.02) is None
    later = reader.retry_at(NOW + 0.02)
    assert later < NOW + 1
    looked = reader.read(connection, later)
    assert looked is not None
    assert looked.changed == (4, 3, 1, 1)
    assert reader.consistent(connection)


def test_after_frames_were_passed_over_the_newest_is_read(
    emulator: Any, reader: FrameUpdateReader, connection: EmulatorConnection
) -> None:
    emulator.publish()
    reader.read(connection, NOW)
    emulator.paint(1, 1, 1, 1)
    assert reader.skip(connection) == 2
    assert not reader.consistent(connection)
    update = reader.read(connection, NOW)
    assert update is not None
    assert update.changed == (1, 1, 1, 1)
    assert reader.consistent(connection)


def test_a_new_connection_is_looked_at_even_if_nothing_is_signalled(
    emulator: Any, reader: FrameUpdateReader, connection: EmulatorConnection
) -> None:
    emulator.publish()
    reader.skip(connection)
    assert reader.read(connection, NOW) is not None


def test_nonsense_in_shared_memory_is_an_error_and_the_next_frame_counts(
    emulator: Any, reader: FrameUpdateReader, connection: EmulatorConnection
) -> None:
    emulator.publish()
    emulator.end.segment.write("width", 5000)
    with pytest.raises(SegmentError):
        reader.read(connection, NOW)
    emulator.publish()
    assert reader.read(connection, NOW) is not None


def test_a_ping_is_told_with_five_frames(
    emulator: Any, reader: FrameUpdateReader, connection: EmulatorConnection
) -> None:
    told = []
    for number in range(8):
        emulator.publish(ping=PingEcho(7, 1, 2, 3, 10 + number))
        update = reader.read(connection, NOW)
        assert update is not None
        told.append(update.info.ping)
    assert told == [PingTimes(7, 1, 2, 3, 10 + number) for number in range(5)] + [None] * 3


def frame_with(ping: PingEcho | None, timestamp_us: int) -> Frame:
    pixels = np.zeros((1, 1, 4), np.uint8)
    return Frame(1, 0, 0, 1, 1, PixelFormat.BGRA, Rect(0, 0, 0, 0), 0, 0, False, timestamp_us, ping, pixels)


def test_an_emulator_that_writes_t4_late_gets_the_frames_time() -> None:
    ping = PingEcho(7, 1, 2, t3_emulator_us=100, t4_frame_us=0)
    assert PingFilter().echo(frame_with(ping, 150)) == PingTimes(7, 1, 2, 100, 150)


def test_a_frame_made_before_the_ping_came_is_no_echo() -> None:
    filter_ = PingFilter()
    ping = PingEcho(7, 1, 2, t3_emulator_us=100, t4_frame_us=50)
    assert filter_.echo(frame_with(ping, 50)) is None
    assert filter_.echo(frame_with(ping, 150)) is not None
    assert filter_.echo(frame_with(None, 200)) is None
