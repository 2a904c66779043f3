"""Frames read from an emulator: updates, pings, frame rate and RTP timestamps."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.geometry import EMPTY, Rect
from moof.ipc import EmulatorConnection, Frame, PingEcho, PixelFormat, SegmentError
from moof.server.emulator.extension import ExactDirty, NoExtension
from moof.server.protocol.frame_info import Cursor, PingTimes
from moof.server.video.frame_reader import FrameRateMeter, FrameUpdateReader, PingFilter, RtpClock
from moof.server.video.framebuffer import ShadowFramebuffer
from support.waiting import WAIT_SECONDS

NOW = 100.0
NOW_US = 1_700_000_000_000_000


@pytest.fixture
def connection(emulator: Any, own_pid: int) -> Iterator[EmulatorConnection]:
    with EmulatorConnection.connect(own_pid, WAIT_SECONDS) as connection:
        yield connection


@pytest.fixture
def framebuffer() -> ShadowFramebuffer:
    return ShadowFramebuffer()


@pytest.fixture
def reader(framebuffer: ShadowFramebuffer) -> FrameUpdateReader:
    return FrameUpdateReader(framebuffer, NoExtension())


def test_no_update_before_the_first_frame(reader: FrameUpdateReader, connection: EmulatorConnection) -> None:
    assert reader.read(connection, NOW) is None
    assert reader.consistent(connection)


def test_first_frame_is_changed_as_a_whole(
    emulator: Any, reader: FrameUpdateReader, connection: EmulatorConnection
) -> None:
    emulator.publish(cursor=(3, 4, True))
    update = reader.read(connection, NOW)
    assert update is not None
    assert update.changed == (0, 0, 64, 48)
    assert update.cursor == Cursor(3, 4, visible=True)
    assert update.send_info
    assert reader.read(connection, NOW) is None


class AlwaysExact(ExactDirty):
    """Says so of every emulator."""

    def has_exact_dirty(self, connection: EmulatorConnection) -> bool:
        return True


def test_frame_of_an_exact_emulator_is_compared_inside_its_dirty_rectangle(
    emulator: Any, framebuffer: ShadowFramebuffer, connection: EmulatorConnection
) -> None:
    reader = FrameUpdateReader(framebuffer, AlwaysExact())

    def changed_after(*published: tuple[int, int]) -> Rect:
        """Change pixels, each published as a frame whose dirty rectangle is (8, 8, 4, 4)."""
        for x, y in published:
            pixels = emulator.end.frames.begin()
            pixels[:48, :64] = emulator.shown
            pixels[y, x] = emulator.shown[y, x] = 255 - emulator.shown[y, x]
            emulator.end.frames.publish(64, 48, Rect(8, 8, 4, 4), (0, 0, False), 0, None)
        update = reader.read(connection, NOW)
        assert update is not None
        return update.changed

    emulator.shown = np.zeros((48, 64, 4), np.uint8)
    assert changed_after((0, 0)) == (0, 0, 64, 48)  # the first one as a whole
    assert changed_after((9, 10)) == (9, 10, 1, 1)
    assert changed_after((40, 40)) == EMPTY  # which an exact emulator does not do
    assert reader.consistent(connection)
    assert changed_after((10, 10), (20, 20)) == (10, 10, 31, 31)  # a skipped frame: as a whole


def test_skipped_frames_are_covered_by_the_newest(
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


def test_frame_that_claims_no_change_is_compared_later(
    emulator: Any, reader: FrameUpdateReader, framebuffer: ShadowFramebuffer, connection: EmulatorConnection
) -> None:
    emulator.publish()
    reader.read(connection, NOW)
    emulator.picture[3, 4] = 0xFF123456  # existing emulators say "nothing" of some changes
    emulator.publish()
    update = reader.read(connection, NOW + 0.01)
    assert update is not None
    assert update.changed == EMPTY
    assert reader.frame_rate.count == 2
    assert not reader.consistent(connection)
    assert reader.read(connection, NOW + 0.02) is None
    later = reader.retry_at(NOW + 0.02)
    assert later < NOW + 1
    compared = reader.read(connection, later)
    assert compared is not None
    assert compared.changed == (4, 3, 1, 1)
    assert reader.consistent(connection)


def test_newest_frame_is_read_after_skipped_ones(
    emulator: Any, reader: FrameUpdateReader, connection: EmulatorConnection
) -> None:
    emulator.publish()
    reader.read(connection, NOW)
    emulator.paint(1, 1, 1, 1)
    reader.skip(connection, NOW)
    assert reader.frame_rate.count == 2
    assert not reader.consistent(connection)
    update = reader.read(connection, NOW)
    assert update is not None
    assert update.changed == (1, 1, 1, 1)
    assert reader.consistent(connection)


def test_new_connection_is_read_without_a_signal(
    emulator: Any, reader: FrameUpdateReader, connection: EmulatorConnection
) -> None:
    emulator.publish()
    reader.skip(connection, NOW)
    assert reader.read(connection, NOW) is not None


def test_invalid_shared_memory_raises_and_the_next_frame_is_read(
    emulator: Any, reader: FrameUpdateReader, connection: EmulatorConnection
) -> None:
    emulator.publish()
    emulator.end.segment.write("width", 5000)
    with pytest.raises(SegmentError):
        reader.read(connection, NOW)
    emulator.publish()
    assert reader.read(connection, NOW) is not None


def test_ping_is_passed_on_with_two_frames(
    emulator: Any, reader: FrameUpdateReader, connection: EmulatorConnection
) -> None:
    answered = []
    for number in range(8):
        emulator.publish(ping=PingEcho(7, 1, 2, 3, 10 + number))
        update = reader.read(connection, NOW)
        assert update is not None
        answered.append(update.ping)
    assert answered == [PingTimes(7, 1, 2, 3, 10 + number) for number in range(2)] + [None] * 6


def frame_with(ping: PingEcho | None, timestamp_us: int) -> Frame:
    pixels = np.zeros((1, 1, 4), np.uint8)
    return Frame(1, 0, 0, 1, 1, PixelFormat.BGRA, Rect(0, 0, 0, 0), 0, 0, False, timestamp_us, ping, pixels)


def test_late_t4_is_replaced_by_the_frames_timestamp() -> None:
    ping = PingEcho(7, 1, 2, t3_emulator_us=100, t4_frame_us=0)
    assert PingFilter().echo(frame_with(ping, 150)) == PingTimes(7, 1, 2, 100, 150)


def test_frame_older_than_the_ping_does_not_answer_it() -> None:
    filter_ = PingFilter()
    ping = PingEcho(7, 1, 2, t3_emulator_us=100, t4_frame_us=50)
    assert filter_.echo(frame_with(ping, 50)) is None
    assert filter_.echo(frame_with(ping, 150)) is not None
    assert filter_.echo(frame_with(None, 200)) is None


def test_frame_rate_of_sixty_frames_a_second() -> None:
    meter = FrameRateMeter()
    for frame in range(300):
        meter.record(frame, frame / 60)
    assert meter.rate(300 / 60) == pytest.approx(60, abs=1)


def test_frame_rate_is_zero_while_no_frame_is_published() -> None:
    meter = FrameRateMeter()
    assert meter.rate(0.0) == 0
    meter.record(100, 1.0)
    meter.record(160, 2.0)
    assert meter.rate(10.0) == 0


def test_frame_rate_starts_anew_with_a_new_emulator() -> None:
    meter = FrameRateMeter()
    meter.record(5000, 1.0)
    meter.record(1, 1.1)
    meter.record(61, 2.1)
    assert meter.count == 61
    assert meter.rate(2.1) == pytest.approx(60)


def test_rtp_clock_is_90_khz_by_the_frames_own_timestamps() -> None:
    clock = RtpClock()
    first = clock.timestamp(NOW_US, NOW_US + 900, 5.0009)
    assert (clock.timestamp(NOW_US + 1_000_000, NOW_US + 1_002_000, 6.002) - first) % 2**32 == 90_000


def test_rtp_clock_advances_for_equal_times() -> None:
    clock = RtpClock()
    assert (clock.timestamp(NOW_US, NOW_US, 5.0) + 1) % 2**32 == clock.timestamp(NOW_US, NOW_US, 5.0)


def test_rtp_clock_ignores_implausible_frame_timestamps() -> None:
    clock = RtpClock()
    first = clock.timestamp(NOW_US, NOW_US, 5.0)
    assert (clock.timestamp(5, NOW_US + 100_000, 5.1) - first) % 2**32 == 9_000
    assert (clock.timestamp(2**63, NOW_US + 200_000, 5.2) - first) % 2**32 == 18_000


@pytest.mark.parametrize("step_us", [-3_600_000_000, -500_000, 500_000, 3_600_000_000])
def test_rtp_clock_is_independent_of_clock_changes(step_us: int) -> None:
    clock = RtpClock()
    first = clock.timestamp(NOW_US, NOW_US, 5.0)
    later_us = NOW_US + 16_667 + step_us
    assert (clock.timestamp(later_us, later_us, 5.016667) - first) % 2**32 in (1500, 1501)


@given(
    st.lists(
        st.tuples(st.integers(0, 2**64), st.integers(0, 2**52), st.floats(0, 1e9)), min_size=2, max_size=20
    )
)
def test_rtp_timestamps_are_never_equal_in_sequence(times: list[tuple[int, int, float]]) -> None:
    clock = RtpClock()
    timestamps = [clock.timestamp(*each) for each in times]
    assert all(a != b for a, b in pairwise(timestamps))
