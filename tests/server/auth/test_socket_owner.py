"""Real connections of this process and of another user's; both ways to ask the kernel must agree."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from moof.server.auth import socket_owner
from moof.server.auth.socket_owner import LocalConnection, peer_uid
from support.waiting import wait_until

WAYS = [peer_uid, socket_owner._by_netlink, socket_owner._by_proc]
CLIENT = """
import encodings.idna, os, socket, sys  # before: the other user may not read the library
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
with socket.create_connection((sys.argv[1], int(sys.argv[2]))):
    print(os.getuid(), flush=True)
    sys.stdin.read()
"""


@contextmanager
def listening(host: str) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as server:
        server.settimeout(30)
        yield server


def of(accepted: socket.socket) -> LocalConnection:
    return LocalConnection(accepted.getpeername()[:2], accepted.getsockname()[:2])


@pytest.mark.parametrize("ask", WAYS)
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_connection_of_this_process(host: str, ask: Callable[[LocalConnection], int | None]) -> None:
    with listening(host) as server, socket.create_connection(server.getsockname()[:2]):
        accepted, _ = server.accept()
        with accepted:
            assert ask(of(accepted)) == os.geteuid()


@pytest.mark.parametrize("ask", WAYS)
def test_connection_of_another_user(ask: Callable[[LocalConnection], int | None]) -> None:
    with listening("127.0.0.1") as server:
        port = str(server.getsockname()[1])
        command = [sys.executable, "-c", CLIENT, "127.0.0.1", port]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
            accepted, _ = server.accept()
            assert client.stdout is not None
            uid = int(client.stdout.readline())
            with accepted:
                assert ask(of(accepted)) == uid
            client.communicate()


def test_a_socket_that_its_process_has_closed_is_nobodys() -> None:
    with listening("127.0.0.1") as server:
        client = socket.create_connection(server.getsockname())
        accepted, _ = server.accept()
        with accepted:
            client.send(b"GET / HTTP/1.1")
            client.close()
            wait_until(lambda: peer_uid(of(accepted)) is None, "the kernel to know that it is closed")


def test_a_connection_that_does_not_exist_is_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_owner, "_by_proc", lambda connection: 0)
    assert peer_uid(LocalConnection(("127.0.0.1", 1), ("127.0.0.1", 2))) is None


def test_without_netlink_the_list_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(connection: LocalConnection) -> int | None:
        raise PermissionError

    monkeypatch.setattr(socket_owner, "_by_netlink", refuse)
    with listening("127.0.0.1") as server, socket.create_connection(server.getsockname()):
        accepted, _ = server.accept()
        with accepted:
            assert peer_uid(of(accepted)) == os.geteuid()
    monkeypatch.setattr(socket_owner, "_PROC", {})
    monkeypatch.setattr(socket_owner, "_by_proc", refuse)
    assert peer_uid(LocalConnection(("127.0.0.1", 1), ("127.0.0.1", 2))) is None
