"""EmulatorLink with emulators in this process and in others."""

import itertools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from moof.ipc import (
    AudioRequest,
    EmulatorConnection,
    Key,
    SegmentError,
    State,
    busguard,
    clean_up_dead,
    segment_path,
)
from moof.server.emulator.link import EmulatorLink, EmulatorLinkListener, EmulatorStatus
from moof.server.video.framebuffer import ShadowFramebuffer

Until = Callable[[Callable[[], bool]], None]

SMALL_EMULATOR = """
from moof.ipc import EmulatorEnd
end = EmulatorEnd.create()
end.segment.write("width", 64)
end.segment.write("height", 48)
print(end.ready_line(), flush=True)
end.serve(lambda message: None)
"""


class Recorder(EmulatorLinkListener):
    """Keeps what a link reports, and when (CLOCK_MONOTONIC seconds)."""

    def __init__(self, link: EmulatorLink) -> None:
        self.reported: list[EmulatorStatus] = []
        self.connected_at: list[float] = []
        link.add_listener(self)

    def emulator_changed(self, status: EmulatorStatus) -> None:
        self.reported.append(status)
        if status.connected:
            self.connected_at.append(time.monotonic())


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The process ids that a link tried to connect to."""
    tried: list[int] = []
    connect = EmulatorConnection.connect

    def recorded(pid: int, timeout: float) -> EmulatorConnection:
        tried.append(pid)
        return connect(pid, timeout=timeout)

    monkeypatch.setattr(EmulatorConnection, "connect", recorded)
    return tried


@pytest.fixture
def link(own_pid: int) -> Iterator[EmulatorLink]:
    link = EmulatorLink(own_pid)
    yield link
    link.stop()


def test_nothing_is_sent_without_an_emulator(link: EmulatorLink) -> None:
    link.start()
    assert link.connection() is None
    assert not link.send(Key(0, down=True))
    with link.lease() as connection:
        assert connection is None
    assert link.status == EmulatorStatus()


def test_link_connects_and_sends(link: EmulatorLink, emulator: Any, own_pid: int, until: Until) -> None:
    link.start()
    until(lambda: link.status.connected)
    assert link.status == EmulatorStatus(True, own_pid, State.RUNNING, 64, 48)
    assert link.send(Key(5, down=True))
    until(lambda: emulator.messages == [Key(5, down=True)])


def test_state_changes_are_reported_to_listeners(link: EmulatorLink, emulator: Any, until: Until) -> None:
    reported = Recorder(link).reported
    link.start()
    until(lambda: len(reported) == 1)
    emulator.end.segment.state = State.PAUSED
    until(lambda: len(reported) == 2)
    assert [status.state for status in reported] == [State.RUNNING, State.PAUSED]
    emulator.close()
    until(lambda: len(reported) == 3)
    assert not reported[2].connected


def test_unresponsive_emulator_is_reported_connected_or_not(
    link: EmulatorLink, emulator: Any, own_pid: int, until: Until
) -> None:
    link.start()
    until(lambda: link.status.connected)
    link.set_unresponsive(own_pid)
    until(lambda: link.status.connected and not link.status.responding)
    link.set_target(own_pid + 1)
    until(lambda: not link.status.connected and not link.status.responding)
    link.set_unresponsive(None)
    until(lambda: link.status.responding)


def test_next_emulator_is_found(link: EmulatorLink, make_emulator: Callable[..., Any], until: Until) -> None:
    first = make_emulator()
    link.start()
    until(lambda: link.status.connected)
    first.close()
    until(lambda: not link.status.connected)
    make_emulator(100, 80)
    until(lambda: link.status.width == 100)


def test_lease_keeps_a_lost_connection_open_until_it_ends(
    link: EmulatorLink, emulator: Any, until: Until
) -> None:
    emulator.publish()
    link.start()
    until(lambda: link.status.connected)
    with link.lease() as connection:
        assert connection is not None
        emulator.close()
        until(lambda: link.connection() is None)
        assert connection.frames.current() is not None
        os.fstat(connection.frame_fd)
    assert not connection.is_alive()
    with pytest.raises(SegmentError, match="closed"):
        connection.frames.current()


def test_message_to_an_emulator_that_has_ended_drops_the_connection(
    link: EmulatorLink, emulator: Any, until: Until
) -> None:
    link.start()
    until(lambda: link.status.connected)
    emulator.close()
    until(lambda: not link.send(AudioRequest(960)))


def test_killed_emulator_is_noticed(until: Until) -> None:
    child = subprocess.Popen([sys.executable, "-c", SMALL_EMULATOR], stdout=subprocess.PIPE)
    link = EmulatorLink(child.pid)
    assert child.stdout is not None
    with child, child.stdout:
        assert child.stdout.readline().startswith(b"ready ")
        link.start()
        until(lambda: link.status.connected)
        child.kill()
        until(lambda: not link.status.connected)
    link.stop()
    clean_up_dead()


def test_another_target_drops_the_connection(link: EmulatorLink, emulator: Any, until: Until) -> None:
    link.start()
    until(lambda: link.status.connected)
    link.set_target(2**22 - 1)
    until(lambda: not link.status.connected)
    link.set_target(os.getpid())
    until(lambda: link.status.connected)


def test_invalid_state_prevents_the_connection(link: EmulatorLink, emulator: Any, until: Until) -> None:
    emulator.end.segment.write("state", 9)
    link.start()
    assert not link.status.connected
    emulator.end.segment.state = State.RUNNING
    until(lambda: link.status.connected)


def test_stop_leaves_no_thread_and_no_descriptor(emulator: Any, own_pid: int, until: Until) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    link = EmulatorLink(own_pid)
    link.start()
    until(lambda: link.status.connected)
    link.stop()
    assert "emulator-link" not in {thread.name for thread in threading.enumerate()}
    until(lambda: len(list(Path("/proc/self/fd").iterdir())) <= before)


def test_link_that_was_never_started_can_be_stopped() -> None:
    link = EmulatorLink()
    link.stop()


def test_back_off_delays_the_next_connection_and_doubles(
    link: EmulatorLink, emulator: Any, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moof.server.emulator.link._FIRST_BACK_OFF", 0.3)
    connections = Recorder(link).connected_at
    link.start()
    for number in (1, 2, 3):
        until(lambda number=number: len(connections) == number)  # type: ignore[misc]
        connection = link.connection()
        assert connection is not None
        if number < 3:
            link.back_off(connection, "invalid")
    pauses = [later - earlier for earlier, later in itertools.pairwise(connections)]
    assert pauses[0] >= 0.3
    assert pauses[1] >= 0.6


def test_truncated_segment_drops_the_connection(link: EmulatorLink, emulator: Any, until: Until) -> None:
    link.start()
    until(lambda: link.status.connected)
    os.truncate(emulator.end.segment.path, 0)
    until(lambda: not link.status.connected)


def test_missing_emulator_is_not_logged(
    own_pid: int, until: Until, attempts: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "moof.server.emulator.link")
    link = EmulatorLink(own_pid)
    link.start()
    until(lambda: len(attempts) > 5)
    link.stop()
    assert not caplog.records


def test_repeated_connection_error_is_logged_once(
    own_pid: int, until: Until, attempts: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "moof.server.emulator.link")
    segment_path(own_pid).write_bytes(b"no segment")
    link = EmulatorLink(own_pid)
    try:
        link.start()
        until(lambda: len(attempts) > 6)
    finally:
        link.stop()
        segment_path(own_pid).unlink()
    assert len(caplog.records) == 1
    assert "has 10 bytes" in caplog.text


TRUNCATING_EMULATOR = """
import os
from moof.geometry import Rect
from moof.ipc import EmulatorEnd, State, contract
end = EmulatorEnd.create()
end.segment.write("width", 1920)
end.segment.write("height", 1080)
end.segment.state = State.RUNNING
fd = os.open(end.segment.path, os.O_RDWR)
whole = os.pread(fd, 4096, 0)
def shrink_and_grow():
    while True:
        end.frames.publish(1920, 1080, Rect.whole(1920, 1080), (0, 0, True), 1)
        os.ftruncate(fd, 4096)  # the header stays, every picture goes
        os.ftruncate(fd, contract.SEGMENT_SIZE)
import threading
shrinking = threading.Thread(target=shrink_and_grow, daemon=True)
print(end.ready_line(), flush=True)
end.serve(lambda message: shrinking.ident or shrinking.start())
"""


@pytest.fixture
def truncating(until: Until) -> Iterator[int]:
    """The process id of an emulator that truncates its segment in a loop from the first message on."""
    child = subprocess.Popen([sys.executable, "-c", TRUNCATING_EMULATOR], stdout=subprocess.PIPE)
    assert child.stdout is not None
    with child, child.stdout:
        assert child.stdout.readline().startswith(b"ready ")
        yield child.pid
        child.kill()
    clean_up_dead()


def test_emulator_that_truncates_its_segment_does_not_stop_the_server(
    truncating: int, emulator: Any, caplog: pytest.LogCaptureFixture, until: Until
) -> None:
    busguard.install()
    caplog.set_level("INFO")
    link, framebuffer = EmulatorLink(truncating), ShadowFramebuffer()
    link.start()
    until(lambda: link.status.connected)
    assert link.send(Key(5, down=True))
    while f"Emulator {truncating} disconnected" not in caplog.text:
        with link.lease() as connection:
            if connection is not None:
                try:
                    if (frame := connection.frames.current()) is not None:
                        framebuffer.update(frame, connection.frames)
                except SegmentError as error:
                    link.back_off(connection, str(error))
    link.set_target(os.getpid())
    until(lambda: link.status.pid == os.getpid())
    assert link.send(Key(5, down=True))
    until(lambda: emulator.messages == [Key(5, down=True)])
    link.stop()
