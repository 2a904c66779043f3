"""The server's end: finds the socket, connects without blocking, refuses other users."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from moof.extension import Capability, ExtensionEnd, ExtensionError, WheelTurn, connect_extension
from moof.extension import server as server_module
from moof.ipc.names import extension_path
from support.extension_receiver import QueueReceiver


def test_an_emulator_without_the_socket_has_no_extension(own_pid: int) -> None:
    assert connect_extension(own_pid, ()) is None


def test_connected_server_sends_to_the_emulator(
    emulator: ExtensionEnd, received: QueueReceiver, own_pid: int
) -> None:
    connection = connect_extension(own_pid, Capability)
    assert connection is not None
    connection.flush()
    assert not connection.shares(Capability.WHEEL)
    while not connection.greeted:
        connection.receive()
    connection.put(WheelTurn(1, -5))
    connection.flush()
    assert received.messages.get(timeout=30) == WheelTurn(1, -5)
    connection.close()


@pytest.fixture
def deaf_listener(own_pid: int) -> Iterator[socket.socket]:
    """A socket at the emulator's path that accepts nobody."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(extension_path(own_pid)))
        listener.listen(0)
        yield listener
    extension_path(own_pid).unlink()


def test_busy_emulator_is_an_error_at_once(deaf_listener: socket.socket, own_pid: int) -> None:
    first = connect_extension(own_pid, ())
    assert first is not None
    with pytest.raises(ExtensionError, match="cannot connect"):
        connect_extension(own_pid, ())
    first.close()


def test_another_users_socket_is_refused(
    deaf_listener: socket.socket, own_pid: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "is_same_user", lambda peer: False)
    with pytest.raises(ExtensionError, match="another user"):
        connect_extension(own_pid, ())


def test_file_that_is_no_socket_is_an_error(own_pid: int) -> None:
    path = Path(extension_path(own_pid))
    path.touch()
    with pytest.raises(ExtensionError, match="cannot connect"):
        connect_extension(own_pid, ())
    path.unlink()
