"""The server's end: valid and invalid emulators, lost ones, and sockets that are not read."""

import os
import queue
import select
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from moof.geometry import EMPTY
from moof.ipc import (
    AudioRequest,
    CommandCode,
    ConnectionLost,
    EmulatorConnection,
    EmulatorEnd,
    HandshakeError,
    Key,
    MachineCommand,
    Message,
    Mouse,
    ProtocolError,
    Segment,
    SegmentError,
)
from moof.ipc import eventfd as events
from moof.ipc import server as server_module

TIMEOUT = 30.0
PID = os.getpid()
Received = queue.Queue[Message | str]
Handshake = Callable[[socket.socket], None]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A segment of this process and a socket that listens: an emulator before its handshake."""
    path = Path(f"/tmp/macemu-{PID}.sock")
    with Segment.create(PID) as segment, socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen(1)
        yield listening
        segment.unlink()
    path.unlink()


@pytest.fixture
def odd_emulator(listener: socket.socket) -> Iterator[Callable[[Handshake], None]]:
    """Start an emulator that sends its one server the given handshake and waits until it disconnects."""
    threads = []

    def start(handshake: Handshake) -> None:
        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                handshake(connection)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(4096):
                    pass

        threads.append(threading.Thread(target=serve))
        threads[0].start()

    yield start
    for thread in threads:
        thread.join(TIMEOUT)


def hand_over(data: bytes, *descriptors: int) -> Handshake:
    """Return a handshake that sends `data` with the descriptors and closes its own copies."""

    def handshake(connection: socket.socket) -> None:
        socket.send_fds(connection, [data], descriptors) if descriptors else connection.send(data)
        for fd in set(descriptors):
            os.close(fd)

    return handshake


def test_everything_is_there_after_connecting(emulator: EmulatorEnd) -> None:
    with EmulatorConnection.connect(PID, TIMEOUT) as connection:
        assert connection.pid == PID
        assert connection.is_alive()
        assert connection.audio_fd is not None
        emulator.frames.publish(640, 480, EMPTY, (0, 0, False), 1)
        assert select.select([connection.frame_fd], [], [], TIMEOUT)[0]
        emulator.audio.write(48_000, 1, 2, b"abcd", 1)
        assert select.select([connection.audio_fd], [], [], TIMEOUT)[0]
        for fd in (connection.frame_fd, connection.audio_fd):
            assert not os.get_inheritable(fd)
            assert not os.get_blocking(fd)


def test_one_descriptor_is_an_emulator_without_an_audio_eventfd(
    odd_emulator: Callable[[Handshake], None],
) -> None:
    odd_emulator(hand_over(b"E", events.create()))
    with EmulatorConnection.connect(PID, TIMEOUT) as connection:
        assert connection.audio_fd is None
        assert connection.audio.read() is None


def test_a_blocking_eventfd_is_made_non_blocking(odd_emulator: Callable[[Handshake], None]) -> None:
    odd_emulator(hand_over(b"E", os.eventfd(0)))
    with EmulatorConnection.connect(PID, TIMEOUT) as connection:
        assert connection.frames.latest() is None


def send_without_end(connection: EmulatorConnection) -> None:
    for count in range(1_000_000):
        connection.send(Mouse(count % 100, 0, 0, True))


def pipe_end() -> int:
    read_end, write_end = os.pipe()
    os.close(write_end)
    return read_end


@pytest.mark.parametrize(
    ("handshake", "complaint"),
    [
        (lambda: hand_over(b"E"), "0 descriptors"),
        (lambda: hand_over(b"E", *(events.create() for _ in range(3))), "3 descriptors"),
        (lambda: hand_over(b"E", *[events.create()] * 100), "8 descriptors, not 'E' with one or two"),
        (lambda: hand_over(b"E", events.create(), pipe_end()), "not an eventfd"),
        (lambda: hand_over(b"X", events.create()), "answer was b'X'"),
        (lambda: lambda connection: None, "answer was a closed socket"),
    ],
    ids=["none", "three", "hundred", "pipe", "wrong byte", "close"],
)
def test_wrong_handshake_is_refused_and_its_descriptors_are_closed(
    odd_emulator: Callable[[Handshake], None], handshake: Callable[[], Handshake], complaint: str
) -> None:
    odd_emulator(handshake())
    with pytest.raises(HandshakeError, match=complaint):
        EmulatorConnection.connect(PID, TIMEOUT)


def test_emulator_that_does_not_answer_is_an_error_after_the_timeout(listener: socket.socket) -> None:
    with pytest.raises(HandshakeError, match="does not answer"):
        EmulatorConnection.connect(PID, timeout=0.01)


def test_a_full_backlog_is_an_error_at_once(listener: socket.socket) -> None:
    waiting = [socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) for _ in range(2)]
    for peer in waiting:
        peer.connect(f"/tmp/macemu-{PID}.sock")
    with pytest.raises(HandshakeError, match="is busy"):
        EmulatorConnection.connect(PID, timeout=TIMEOUT)
    for peer in waiting:
        peer.close()


def test_without_an_emulator_the_error_says_what_is_missing(listener: socket.socket, dead_pid: int) -> None:
    with pytest.raises(SegmentError, match="No such file"):
        EmulatorConnection.connect(dead_pid, TIMEOUT)
    listener.close()
    with pytest.raises(HandshakeError, match="refused"):
        EmulatorConnection.connect(PID, TIMEOUT)


def test_a_socket_of_another_user_is_not_used(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "is_same_user", lambda peer: False)
    with pytest.raises(HandshakeError, match="another user"):
        EmulatorConnection.connect(PID, TIMEOUT)


def test_an_unusable_audio_ring_refuses_the_connection(emulator: EmulatorEnd) -> None:
    emulator.segment.write("audio_frame_write_idx", 3)
    with pytest.raises(SegmentError, match="audio write index"):
        EmulatorConnection.connect(PID, TIMEOUT)


def test_end_of_an_emulator_is_detected(emulator: EmulatorEnd) -> None:
    with EmulatorConnection.connect(PID, TIMEOUT) as connection:
        assert connection.is_alive()
        emulator.close()
        assert not connection.is_alive()
        with pytest.raises(ConnectionLost, match="has disconnected"):
            connection.send(Key(1, True))


def test_an_emulator_whose_process_died_is_not_alive(
    emulator: EmulatorEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmulatorConnection.connect(PID, TIMEOUT) as connection:
        monkeypatch.setattr(server_module, "is_process_alive", lambda pid: False)
        assert not connection.is_alive()


def test_bytes_from_an_emulator_are_discarded(listener: socket.socket) -> None:
    accepted: queue.Queue[socket.socket] = queue.Queue()

    def serve() -> None:
        connection, _ = listener.accept()
        fd = events.create()
        socket.send_fds(connection, [b"E"], [fd])
        # Later descriptors, too, must be closed: the kernel does that for a receiver who takes bytes only.
        socket.send_fds(connection, [b"chatter"], [fd])
        os.close(fd)
        accepted.put(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    with EmulatorConnection.connect(PID, TIMEOUT) as connection, accepted.get(timeout=TIMEOUT):
        assert connection.is_alive()
        assert connection.is_alive()
    thread.join()


def test_messages_to_a_blocked_emulator_are_queued_in_order(
    emulator: EmulatorEnd, received: Received, answers: list[Callable[[Message], None]]
) -> None:
    stuck, go_on = threading.Event(), threading.Event()

    def hold_up(message: Message) -> None:
        stuck.set()
        assert go_on.wait(TIMEOUT)

    answers.append(hold_up)
    with EmulatorConnection.connect(PID, TIMEOUT) as connection:
        assert connection.unread == 0
        connection.send(AudioRequest(0))
        assert stuck.wait(TIMEOUT)
        sent = 1
        while not connection._unsent:
            connection.send(AudioRequest(sent))
            sent += 1
        for _ in range(10):
            connection.send(AudioRequest(sent))
            sent += 1
        assert connection.unread > 0
        go_on.set()
        assert received.get(timeout=TIMEOUT) == "connected"
        for expected in range(sent):
            while received.empty():
                assert connection.is_alive(), "looking at the connection also sends what waits"
            assert received.get(timeout=TIMEOUT) == AudioRequest(expected)
        assert connection.unread == 0


def test_connection_remembers_whether_the_mac_is_paused(emulator: EmulatorEnd, received: Received) -> None:
    with EmulatorConnection.connect(PID, TIMEOUT) as connection:
        assert not connection.paused
        connection.send(MachineCommand(CommandCode.PAUSE))
        assert connection.paused
        connection.send(AudioRequest(0))
        assert connection.paused
        connection.send(MachineCommand(CommandCode.RESUME))
        assert not connection.paused
    assert connection.unread == 0


def test_emulator_that_never_reads_is_given_up(odd_emulator: Callable[[Handshake], None]) -> None:
    leave = threading.Event()

    def do_handshake_only(connection: socket.socket) -> None:
        hand_over(b"E", events.create())(connection)
        assert leave.wait(TIMEOUT)

    odd_emulator(do_handshake_only)
    with EmulatorConnection.connect(PID, TIMEOUT) as connection:
        with pytest.raises(ConnectionLost, match="does not read"):
            send_without_end(connection)
        assert len(connection._unsent) <= server_module.BACKLOG_LIMIT + 24
        leave.set()


def test_a_message_that_does_not_fit_leaves_the_connection_usable(
    emulator: EmulatorEnd, received: Received
) -> None:
    with EmulatorConnection.connect(PID, TIMEOUT) as connection:
        with pytest.raises(ProtocolError):
            connection.send(Key(500, True))
        connection.send(Key(5, True))
        assert [received.get(timeout=TIMEOUT) for _ in range(2)] == ["connected", Key(5, True)]


def test_closed_connection_is_an_error_and_its_last_frame_stays_readable(emulator: EmulatorEnd) -> None:
    connection = EmulatorConnection.connect(PID, TIMEOUT)
    emulator.frames.begin()[0, 0] = 7
    emulator.frames.publish(640, 480, EMPTY, (0, 0, False), 1)
    frame = connection.frames.latest()
    assert frame is not None
    connection.close()
    connection.close()
    assert frame.pixels[0, 0].tolist() == [7, 7, 7, 7]
    assert not connection.is_alive()
    with pytest.raises(ConnectionLost, match="closed"):
        connection.send(Key(1, True))
    with pytest.raises(SegmentError, match="closed"):
        connection.frames.latest()
