"""The emulator's end: its life cycle, its sockets, and servers that connect, misbehave and disconnect."""

import os
import queue
import socket
import stat
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from moof.geometry import EMPTY, Rect
from moof.ipc import (
    AudioRequest,
    EmulatorConnection,
    EmulatorEnd,
    IpcError,
    Key,
    Message,
    PingEcho,
    Segment,
    SegmentError,
    State,
    encode,
    find_emulators,
)
from moof.ipc import emulator as emulator_module
from moof.ipc import eventfd as events

TIMEOUT = 30.0
Received = queue.Queue[Message | str]


def knock(emulator: EmulatorEnd) -> socket.socket:
    """Connect without checking anything."""
    peer = socket.socket(socket.AF_UNIX)
    peer.settimeout(TIMEOUT)
    peer.connect(str(emulator.socket_path))
    return peer


def test_its_files_are_private_and_named_after_the_process(emulator: EmulatorEnd) -> None:
    pid = os.getpid()
    assert emulator.shm_name == f"/macemu-video-{pid}"
    assert emulator.socket_path == Path(f"/tmp/macemu-{pid}.sock")
    assert stat.S_IMODE(emulator.socket_path.stat().st_mode) == 0o600
    assert stat.S_IMODE(emulator.segment.path.stat().st_mode) == 0o600
    assert emulator.ready_line() == f"ready pid={pid} shm=/macemu-video-{pid} socket=/tmp/macemu-{pid}.sock"
    assert pid in [found.pid for found in find_emulators()]


def test_close_removes_everything_and_may_be_called_twice() -> None:
    emulator = EmulatorEnd.create()
    emulator.close()
    emulator.close()
    emulator.stop()
    assert not emulator.segment.path.exists()
    assert not emulator.socket_path.exists()


def test_the_handshake_is_one_byte_and_two_descriptors(emulator: EmulatorEnd) -> None:
    with knock(emulator) as peer:
        byte, descriptors, _, _ = socket.recv_fds(peer, 16, 8)
        targets = [Path(f"/proc/self/fd/{fd}").readlink().name for fd in descriptors]
        for fd in descriptors:
            os.close(fd)
    assert byte == b"E"
    assert targets == ["anon_inode:[eventfd]"] * 2


def test_messages_arrive_at_any_boundaries(emulator: EmulatorEnd, received: Received) -> None:
    stream = encode(Key(1, True)) + encode(Key(1, False))
    with knock(emulator) as peer:
        for position in range(len(stream)):
            peer.sendall(stream[position : position + 1])
        assert [received.get(timeout=TIMEOUT) for _ in range(3)] == ["connected", Key(1, True), Key(1, False)]
    assert received.get(timeout=TIMEOUT) == "disconnected"


def test_server_that_violates_the_protocol_is_disconnected_and_the_next_is_served(
    emulator: EmulatorEnd, received: Received
) -> None:
    with knock(emulator) as peer:
        peer.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert [received.get(timeout=TIMEOUT) for _ in range(2)] == ["connected", "disconnected"]
        _, descriptors, _, _ = socket.recv_fds(peer, 1, 2)
        for fd in descriptors:
            os.close(fd)
        assert peer.recv(1) == b"", "the emulator has closed the connection"
    with EmulatorConnection.connect(os.getpid(), TIMEOUT) as connection:
        connection.send(AudioRequest(960))
        assert [received.get(timeout=TIMEOUT) for _ in range(2)] == ["connected", AudioRequest(960)]


def test_server_that_disconnects_at_once_is_ignored(emulator: EmulatorEnd, received: Received) -> None:
    knock(emulator).close()
    with EmulatorConnection.connect(os.getpid(), timeout=TIMEOUT) as connection:
        connection.send(Key(3, True))
        while (what := received.get(timeout=TIMEOUT)) != Key(3, True):
            assert what in ("connected", "disconnected")


def test_second_server_waits_until_the_first_disconnects(emulator: EmulatorEnd, received: Received) -> None:
    with EmulatorConnection.connect(os.getpid(), TIMEOUT):
        assert received.get(timeout=TIMEOUT) == "connected"
        waiting = knock(emulator)
        assert received.empty()
    with waiting:
        assert [received.get(timeout=TIMEOUT) for _ in range(2)] == ["disconnected", "connected"]


def test_each_server_starts_with_one_signal_for_the_newest_frame(
    emulator: EmulatorEnd, received: Received
) -> None:
    with EmulatorConnection.connect(os.getpid(), TIMEOUT) as first:
        assert events.drain(first.frame_fd) == 0
        for _ in range(3):
            emulator.frames.publish(640, 480, EMPTY, (0, 0, False), 1)
        emulator.audio.write(48_000, 1, 0, b"", 1)
        old_eventfd = os.dup(first.frame_fd)
    with EmulatorConnection.connect(os.getpid(), TIMEOUT) as second:
        assert second.audio_fd is not None
        assert events.drain(second.audio_fd) == 0
        assert events.drain(second.frame_fd) == 1
        emulator.frames.publish(640, 480, EMPTY, (0, 0, False), 1)
        assert events.drain(old_eventfd) == 3, "a former server takes no signals of the next one"
        assert events.drain(second.frame_fd) == 1
    os.close(old_eventfd)


def test_segment_is_restored_after_a_server_disconnects(emulator: EmulatorEnd, received: Received) -> None:
    emulator.segment.state = State.RUNNING
    emulator.frames.publish(640, 480, Rect(0, 0, 640, 480), (0, 0, False), 1, PingEcho(5, 1, 2, 3, 4))
    with EmulatorConnection.connect(os.getpid(), TIMEOUT) as connection:
        connection.segment.write("state", 99)
        connection.segment.write("audio_frame_read_idx", 7)
        os.truncate(emulator.segment.path, 100)
    assert [received.get(timeout=TIMEOUT) for _ in range(2)] == ["connected", "disconnected"]
    with knock(emulator):
        assert received.get(timeout=TIMEOUT) == "connected"  # by now the segment is restored
        with Segment.open(os.getpid()) as segment:
            assert (segment.state, segment.read_ping()) == (State.RUNNING, None)
            assert segment.read("audio_frame_read_idx") == segment.read("audio_frame_write_idx")
            assert segment.read("frame_ready_eventfd") >= 0
        assert emulator.frames.whole_due


def test_emulator_goes_on_if_the_segment_cannot_be_restored(
    emulator: EmulatorEnd,
    received: Received,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def no_room(segment: Segment) -> None:
        raise SegmentError("no memory")

    monkeypatch.setattr(Segment, "restore", no_room)
    with knock(emulator):
        assert received.get(timeout=TIMEOUT) == "connected"
    with knock(emulator):
        assert [received.get(timeout=TIMEOUT) for _ in range(2)] == ["disconnected", "connected"]
    assert "The segment cannot be restored for the next server: no memory" in caplog.text


def test_another_user_is_refused(
    emulator: EmulatorEnd, received: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emulator_module, "is_same_user", lambda peer: False)
    with knock(emulator) as peer:
        assert peer.recv(1) == b""
    assert received.empty()


@pytest.mark.parametrize("connected", [False, True], ids=["waiting", "serving"])
def test_stop_ends_serving_from_any_thread(connected: bool) -> None:
    received: Received = queue.Queue()
    with EmulatorEnd.create() as emulator:
        thread = threading.Thread(
            target=emulator.serve, args=(received.put, lambda: received.put("connected"))
        )
        thread.start()
        if connected:
            with knock(emulator):
                assert received.get(timeout=TIMEOUT) == "connected"
                emulator.stop()
                thread.join(TIMEOUT)
        emulator.stop()
        thread.join(TIMEOUT)
        assert not thread.is_alive()


def test_stop_before_serve_takes_effect() -> None:
    with EmulatorEnd.create() as emulator:
        emulator.stop()
        emulator.serve(lambda message: None)


def test_exception_of_a_callback_is_raised_by_serve(received: Received) -> None:
    def fail(message: Message) -> None:
        raise RuntimeError("the machine is on fire")

    caught: queue.Queue[str] = queue.Queue()

    def serve() -> None:
        try:
            emulator.serve(fail, on_disconnect=lambda: received.put("disconnected"))
        except RuntimeError as error:
            caught.put(str(error))

    with EmulatorEnd.create() as emulator:
        thread = threading.Thread(target=serve)
        thread.start()
        with knock(emulator) as peer:
            peer.sendall(encode(Key(1, True)))
            assert caught.get(timeout=TIMEOUT) == "the machine is on fire"
        thread.join()
    assert received.get(timeout=TIMEOUT) == "disconnected"


def test_files_of_an_ended_process_with_the_same_id_are_replaced(dead_pid: int) -> None:
    Segment.create(dead_pid).close()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"/tmp/macemu-{dead_pid}.sock")
    leftover = Path(f"/dev/shm/macemu-video-{dead_pid}")
    inode = leftover.stat().st_ino
    with EmulatorEnd.create(dead_pid) as emulator:
        assert leftover.stat().st_ino != inode
        emulator.segment.check_size()


def test_id_of_a_running_process_is_refused() -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        with pytest.raises(IpcError, match="alive"):
            EmulatorEnd.create(process.pid)
        process.kill()


def in_the_way(path: Path) -> Callable[[], None]:
    path.mkdir()
    return path.rmdir


def test_unremovable_file_is_an_error_that_leaves_nothing(dead_pid: int) -> None:
    undo = in_the_way(Path(f"/tmp/macemu-{dead_pid}.sock"))
    with pytest.raises(IpcError, match="cannot be removed"):
        EmulatorEnd.create(dead_pid)
    undo()
    assert not Path(f"/dev/shm/macemu-video-{dead_pid}").exists()
    with pytest.raises(IpcError):
        Segment.open(dead_pid)


def test_error_names_the_user_whose_file_occupies_the_name(
    dead_pid: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    undo = in_the_way(Path(f"/tmp/macemu-{dead_pid}.sock"))
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    with pytest.raises(IpcError, match=f"; it belongs to user {owner}"):
        EmulatorEnd.create(dead_pid)
    undo()
