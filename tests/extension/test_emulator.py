"""The emulator's end: its life, and servers that are slow, hostile or silent."""

from __future__ import annotations

import logging
import queue
import socket
import stat
import struct
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from moof.extension import (
    Capability,
    ExtensionChannel,
    ExtensionEnd,
    ExtensionError,
    ExtensionMessage,
    ExtensionReceiver,
    KeysRead,
    LayoutName,
    WheelTurn,
)
from moof.extension import emulator as emulator_module
from moof.ipc.names import extension_path
from support.extension_receiver import QueueReceiver
from support.waiting import wait_until

ALL = frozenset(Capability)
HELLO = ExtensionChannel(ALL).hello()
TURN = b"\4\0\0\0\2\0\0\0\1\0\2\0"

Knock = Callable[[], socket.socket]


def receive(peer: socket.socket, channel: ExtensionChannel, count: int) -> list[ExtensionMessage]:
    """Return the next messages of an emulator, at least `count`."""
    messages: list[ExtensionMessage] = []
    while len(messages) < count:
        data = peer.recv(4096)
        assert data, "the emulator's end has disconnected"
        messages += channel.receive(data)
    return messages


def test_socket_is_private_and_removed(own_pid: int) -> None:
    with ExtensionEnd.create(ALL) as end:
        assert end.path == extension_path(own_pid)
        assert stat.S_IMODE(end.path.stat().st_mode) == 0o600
    assert not end.path.exists()
    end.close()
    end.stop()
    end.report(KeysRead(1))


def test_a_file_that_is_left_is_replaced(own_pid: int) -> None:
    extension_path(own_pid).touch()
    with ExtensionEnd.create(ALL) as end:
        assert stat.S_ISSOCK(end.path.stat().st_mode)


def test_a_path_that_cannot_be_used_is_an_error(own_pid: int) -> None:
    extension_path(own_pid).mkdir()
    with pytest.raises(ExtensionError, match="cannot listen"):
        ExtensionEnd.create(ALL)
    extension_path(own_pid).rmdir()


def test_messages_arrive_and_states_are_reported(
    emulator: ExtensionEnd, received: QueueReceiver, knock: Knock
) -> None:
    emulator.report(LayoutName("us"))
    emulator.report(LayoutName("german"))
    peer, channel = knock(), ExtensionChannel(ALL)
    peer.sendall(HELLO + TURN)
    assert received.messages.get(timeout=30) == WheelTurn(1, 2)
    assert receive(peer, channel, 1) == [LayoutName("german")]
    emulator.report(LayoutName("french"))
    assert receive(peer, channel, 1) == [LayoutName("french")]


def test_reports_are_merged_and_the_last_one_arrives(emulator: ExtensionEnd, knock: Knock) -> None:
    peer, channel, messages = knock(), ExtensionChannel(ALL), list[ExtensionMessage]()
    peer.sendall(HELLO)
    for count in range(1, 5001):
        emulator.report(KeysRead(count))
    while not messages or messages[-1] != KeysRead(5000):
        messages += receive(peer, channel, 1)
    counts = [message.count for message in messages if isinstance(message, KeysRead)]
    assert counts == sorted(set(counts))
    assert len(counts) < 500


def test_a_value_that_does_not_fit_is_refused(emulator: ExtensionEnd) -> None:
    with pytest.raises(ExtensionError):
        emulator.report(KeysRead(-1))


def test_each_server_gets_the_present_state(emulator: ExtensionEnd, knock: Knock) -> None:
    emulator.report(KeysRead(3))
    for _ in range(3):
        peer = knock()
        peer.sendall(HELLO)
        assert receive(peer, ExtensionChannel(ALL), 1) == [KeysRead(3)]
        peer.close()


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        struct.pack("<IHH", 0xFFFFFFFF, 1, 0),
        HELLO.replace(b"MOOF", b"FOOM"),
        HELLO + HELLO,
        HELLO + struct.pack("<IHH", 65_537, 2, 0),
        HELLO + struct.pack("<IHH", 3, 2, 0) + b"abc",
        TURN,
    ],
    ids=["another protocol", "huge", "magic", "two hellos", "too long", "wrong size", "no hello"],
)
def test_violation_ends_that_connection_only(
    emulator: ExtensionEnd,
    received: QueueReceiver,
    knock: Knock,
    data: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    bad = knock()
    bad.sendall(data)
    while bad.recv(4096):
        pass
    good = knock()
    good.sendall(HELLO + TURN)
    assert received.messages.get(timeout=30) == WheelTurn(1, 2)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_half_a_message_waits_for_the_rest_and_the_next_server_comes_after_its_end(
    emulator: ExtensionEnd, received: QueueReceiver, knock: Knock
) -> None:
    slow, next_one = knock(), None
    for byte in HELLO + TURN[:-1]:
        slow.sendall(bytes([byte]))
    next_one = knock()
    next_one.sendall(HELLO + TURN)
    with pytest.raises(queue.Empty):
        received.messages.get_nowait()
    slow.sendall(TURN[-1:])
    assert received.messages.get(timeout=30) == WheelTurn(1, 2)
    slow.sendall(TURN[:5])
    slow.close()
    assert received.messages.get(timeout=30) == WheelTurn(1, 2)


def test_server_without_a_hello_is_disconnected(
    emulator: ExtensionEnd, received: QueueReceiver, knock: Knock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emulator_module, "HELLO_SECONDS", 0.1)
    silent = knock()
    while silent.recv(4096):
        pass
    good = knock()
    good.sendall(HELLO + TURN)
    assert received.messages.get(timeout=30) == WheelTurn(1, 2)


def test_a_server_that_never_reads_blocks_nobody(
    emulator: ExtensionEnd, received: QueueReceiver, knock: Knock
) -> None:
    peer = knock()
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    peer.sendall(HELLO)
    for count in range(20_000):
        emulator.report(KeysRead(count))
    peer.sendall(TURN)
    assert received.messages.get(timeout=30) == WheelTurn(1, 2)


def test_a_flood_does_not_stop_the_others(
    emulator: ExtensionEnd, received: QueueReceiver, knock: Knock
) -> None:
    peer = knock()
    peer.sendall(HELLO + 5000 * TURN)
    for _ in range(5000):
        assert received.messages.get(timeout=30) == WheelTurn(1, 2)


def test_another_user_is_refused(
    emulator: ExtensionEnd, knock: Knock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(emulator_module, "is_same_user", lambda peer: False)
    assert knock().recv(1) == b""
    assert "another user" in caplog.text


@pytest.mark.parametrize("connected", [False, True], ids=["waiting", "serving"])
def test_stop_ends_serving(connected: bool, received: QueueReceiver) -> None:
    with ExtensionEnd.create(ALL) as end:
        thread = threading.Thread(target=end.serve, args=(received,))
        thread.start()
        with socket.socket(socket.AF_UNIX) as peer:
            if connected:
                peer.connect(str(end.path))
                peer.sendall(HELLO + TURN)
                received.messages.get(timeout=30)
            end.stop()
            thread.join(30)
        assert not thread.is_alive()


def test_exception_of_the_receiver_is_raised_by_serve(own_pid: int) -> None:
    class Failing(ExtensionReceiver):
        def extension_message(self, message: ExtensionMessage) -> None:
            raise RuntimeError("the machine is on fire")

    with ExtensionEnd.create(ALL) as end, socket.socket(socket.AF_UNIX) as peer:
        peer.connect(str(end.path))
        peer.sendall(HELLO + TURN)
        with pytest.raises(RuntimeError, match="on fire"):
            end.serve(Failing())


def test_no_descriptor_stays_open(received: QueueReceiver) -> None:
    def descriptors() -> int:
        return len([*Path("/proc/self/fd").iterdir()])

    before = descriptors()
    with ExtensionEnd.create(ALL) as end:
        thread = threading.Thread(target=end.serve, args=(received,))
        thread.start()
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(str(end.path))
            peer.sendall(HELLO + TURN)
            received.messages.get(timeout=30)
        end.close()
        thread.join()
    wait_until(lambda: descriptors() <= before, "the descriptors to be closed")
