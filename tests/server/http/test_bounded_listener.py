import resource
import socket
import subprocess
import sys

import pytest

from moof.server.http import connection_limiter
from moof.server.http.bounded_listener import BoundedListener
from moof.server.http.connection_limiter import ConnectionLimiter

WITHOUT_DESCRIPTORS = """
import os, resource, socket
from moof.server.http.bounded_listener import BoundedListener
from moof.server.http.connection_limiter import ConnectionLimiter

listener = BoundedListener(socket.create_server(("127.0.0.1", 0)), ConnectionLimiter())
listener.setblocking(False)
clients = [socket.create_connection(listener.getsockname()) for _ in range(3)]
taken = []
try:
    while True:
        taken.append(os.open("/dev/null", os.O_RDONLY))
except OSError:
    pass
try:
    listener.accept()
except BlockingIOError:
    print("empty")
for client in clients:
    print(client.recv(1))
os.close(taken.pop())
os.close(taken.pop())
client = socket.create_connection(listener.getsockname())
print(listener.accept()[1] == client.getsockname())
"""


def test_connections_without_a_place_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limiter, "MAX_CONNECTIONS", 1)
    monkeypatch.setattr(connection_limiter, "RESERVED", 0)
    limiter = ConnectionLimiter()
    with BoundedListener(socket.create_server(("127.0.0.1", 0)), limiter) as listener:
        listener.setblocking(False)
        with (
            socket.create_connection(listener.getsockname()) as first,
            socket.create_connection(listener.getsockname()) as second,
        ):
            accepted, address = listener.accept()
            connection = limiter.find(address)
            assert connection is not None
            connection.authenticated, connection.requests = True, 1
            with pytest.raises(BlockingIOError):
                listener.accept()
            assert second.recv(1) == b""
            first.sendall(b"x")
            assert accepted.recv(1) == b"x"
            accepted.close()


@pytest.mark.parametrize(("burst", "first"), [(100.0, 8), (3.0, 3)])
def test_refused_connections_are_closed_in_the_same_turn(
    burst: float, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_limiter, "NEW_BURST", burst)
    monkeypatch.setattr(connection_limiter, "NEW_PER_SECOND", 0.0)
    with BoundedListener(socket.create_server(("127.0.0.1", 0), backlog=50), ConnectionLimiter()) as listener:
        listener.setblocking(False)
        clients = [socket.create_connection(listener.getsockname()) for _ in range(40)]
        accepted = [listener.accept()[0] for _ in range(first)]
        with pytest.raises(BlockingIOError):
            listener.accept()
        if burst < 40:
            assert [client.recv(1) for client in clients[first:]] == [b""] * (40 - first)
        for each in [*clients, *accepted]:
            each.close()


def test_without_free_descriptors_connections_are_closed_and_logged_once() -> None:
    soft = min(60, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    script = f"import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {soft}))\n"
    run = subprocess.run(
        [sys.executable, "-c", script + WITHOUT_DESCRIPTORS],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.split() == ["empty", "b''", "b''", "b''", "True"], run.stderr
    assert run.stderr.count("A connection is dropped: Too many open files.") == 1
