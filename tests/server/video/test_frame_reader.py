"""News from an emulator's frames."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from moof.ipc import EmulatorConnection, Frame, PingEcho, PixelFormat, Rect, SegmentError
from moof.server.protocol.frame_info import PingTimes
from moof.server.video.frame_reader import Intake, PingFilter
from moof.server.video.framebuffer import Screen

NOW = 100.0


@pytest.fixture
def connection(emulator: Any, own_pid: int) -> Iterator[EmulatorConnection]:
    with EmulatorConnection.connect(own_pid) as connection:
        yield connection


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def intake(screen: Screen) -> Intake:
    return Intake(screen)


def test_no_news_before_the_first_frame(intake: Intake, connection: EmulatorConnection) -> None:
    assert intake.read(connection, NOW) is None
    assert intake.settled(connection)


def test_the_first_frame_is_all_new(emulator: Any, intake: Intake, connection: EmulatorConnection) -> None:
    emulator.publish(cursor=(3, 4, True))
    news = intake.read(connection, NOW)
    assert news is not None
    assert news.changed == (0, 0, 64, 48)
    assert (news.info.cursor_x, news.info.cursor_y, news.info.cursor_visible) == (3, 4, True)
    assert news.tell
    assert intake.read(connection, NOW) is None


def test_frames_in_between_are_not_needed(
    emulator: Any, intake: Intake, screen: Screen, connection: EmulatorConnection
) -> None:
    emulator.publish()
    intake.read(connection, NOW)
    for x in (1, 30, 60):
        emulator.paint(x, 5, 2, 2)
    news = intake.read(connection, NOW)
    assert news is not None
    assert news.changed == (1, 5, 61, 2)
    assert not news.tell
    assert np.array_equal(screen.bgra.view(np.uint32)[..., 0], emulator.picture)


def test_a_frame_without_changes_is_compared_later(
    emulator: Any, intake: Intake, screen: Screen, connection: EmulatorConnection
) -> None:
    emulator.publish()
    intake.read(connection, NOW)
    emulator.picture[3, 4] = 0xFF123456  # existing emulators say "nothing" of some changes
    emulator.publish()
    news = intake.read(connection, NOW + 0.01)
    assert news is not None
    assert (news.index, news.changed) == (2, None)
    assert not intake.settled(connection)
    assert intake.read(connection, NOW + 0.02) is None
    later = intake.again_at(NOW + 0.02)
    assert later < NOW + 1
    looked = intake.read(connection, later)
    assert looked is not None
    assert looked.changed == (4, 3, 1, 1)
    assert intake.settled(connection)


def test_after_frames_were_passed_over_the_newest_is_read(
    emulator: Any, intake: Intake, connection: EmulatorConnection
) -> None:
    emulator.publish()
    intake.read(connection, NOW)
    emulator.paint(1, 1, 1, 1)
    assert intake.pass_over(connection) == 2
    assert not intake.settled(connection)
    news = intake.read(connection, NOW)
    assert news is not None
    assert news.changed == (1, 1, 1, 1)
    assert intake.settled(connection)


def test_a_new_connection_is_looked_at_even_if_nothing_is_signalled(
    emulator: Any, intake: Intake, connection: EmulatorConnection
) -> None:
    emulator.publish()
    intake.pass_over(connection)
    assert intake.read(connection, NOW) is not None


def test_nonsense_in_shared_memory_is_an_error_and_the_next_frame_counts(
    emulator: Any, intake: Intake, connection: EmulatorConnection
) -> None:
    emulator.publish()
    emulator.end.segment.write("width", 5000)
    with pytest.raises(SegmentError):
        intake.read(connection, NOW)
    emulator.publish()
    assert intake.read(connection, NOW) is not None


def test_a_ping_is_told_with_five_frames(
    emulator: Any, intake: Intake, connection: EmulatorConnection
) -> None:
    told = []
    for number in range(8):
        emulator.publish(ping=PingEcho(7, 1, 2, 3, 10 + number))
        news = intake.read(connection, NOW)
        assert news is not None
        told.append(news.info.ping)
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
