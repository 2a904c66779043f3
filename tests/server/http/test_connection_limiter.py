import asyncio
import socket
from collections.abc import Iterator

import pytest
from starlette.types import Receive, Scope, Send

from moof.server.http import connection_limiter
from moof.server.http.connection_limiter import (
    AT_ONCE_BURST,
    AT_ONCE_PER_SECOND,
    CONNECTION,
    FIRST_REQUEST_SECONDS,
    NEW_BURST,
    NEW_PER_SECOND,
    Admission,
    ConnectionLimiter,
    ConnectionMiddleware,
    HttpConnection,
)


class Clients:
    """Connections of some addresses; the far ends are kept to see which of them are ended."""

    def __init__(self, limiter: ConnectionLimiter) -> None:
        self.limiter = limiter
        self.sockets: list[tuple[socket.socket, socket.socket]] = []

    def admit(self, address: str, port: int, now: float = 0.0) -> Admission:
        ours, theirs = socket.socketpair()
        self.sockets.append((ours, theirs))
        return self.limiter.admit(ours, (address, port), now)

    def connect(self, address: str, port: int, now: float = 0.0, *, role: bool = False) -> bool:
        accepted = self.admit(address, port, now) is not Admission.REFUSED
        if accepted and role:
            self[address, port].authenticated = True
        return accepted

    def __getitem__(self, peer: tuple[str, int]) -> HttpConnection:
        connection = self.limiter.find(peer)
        assert connection is not None
        return connection

    def ended(self, index: int) -> bool:
        theirs = self.sockets[index][1]
        theirs.setblocking(False)
        try:
            return theirs.recv(1) == b""
        except BlockingIOError:
            return False


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clients]:
    monkeypatch.setattr(connection_limiter, "MAX_CONNECTIONS", 6)
    monkeypatch.setattr(connection_limiter, "RESERVED", 2)
    monkeypatch.setattr(connection_limiter, "MAX_PER_NETWORK", 3)
    clients = Clients(ConnectionLimiter(proxies=("10.9.0.0/16", "::1")))
    yield clients
    for pair in clients.sockets:
        for each in pair:
            each.close()


def test_oldest_idle_connection_of_the_network_ends_for_a_new_one(clients: Clients) -> None:
    for port in range(3):
        assert clients.connect("10.0.0.1", port, now=float(port))
    clients["10.0.0.1", 0].requests = 1
    assert clients.connect("10.0.0.1", 3, now=3.0)
    assert [clients.ended(index) for index in range(4)] == [False, True, False, False]
    assert len(clients.limiter) == 3


def test_proxy_may_have_more_connections(clients: Clients) -> None:
    for port in range(4):
        clients.connect("10.9.8.7", port)
    assert len(clients.limiter) == 4
    assert not clients.ended(0)


def test_addresses_of_one_ipv6_network_count_together(clients: Clients) -> None:
    for port in range(4):
        clients.connect(f"2001:db8::{port}", port, now=float(port))
    assert len(clients.limiter) == 3
    assert clients.ended(0)


def test_strangers_leave_room_for_those_with_a_token(clients: Clients) -> None:
    for number in range(4):
        assert clients.connect(f"10.0.0.{number}", 1, now=float(number))
    assert clients.connect("10.0.1.0", 1, now=4.0)
    assert clients.ended(0)
    clients["10.0.1.0", 1].authenticated = True
    assert clients.connect("10.0.1.1", 1, now=5.0, role=True)
    assert not clients.ended(1)
    assert clients.connect("10.0.1.2", 1, now=6.0)
    assert not clients.ended(1)
    assert clients.connect("10.0.1.3", 1, now=7.0)
    assert [clients.ended(index) for index in (1, 4, 5)] == [True, False, False]
    assert len(clients.limiter) == 6


def test_connection_with_a_token_and_a_request_never_ends_for_another(clients: Clients) -> None:
    for number in range(6):
        clients.connect(f"10.0.0.{number}", 1, role=True)
        clients[f"10.0.0.{number}", 1].requests = 1
    assert not clients.connect("10.0.1.1", 1)
    assert not any(clients.ended(index) for index in range(6))
    clients["10.0.0.3", 1].requests = 0
    assert clients.connect("10.0.1.1", 1)
    assert clients.ended(3)


def test_new_connections_of_a_network_are_limited_in_rate(clients: Clients) -> None:
    for port in range(int(NEW_BURST)):
        assert clients.connect("10.0.0.1", port)
    assert not clients.connect("10.0.0.1", 1000)
    assert clients.connect("10.0.0.2", 1)
    assert clients.connect("10.0.0.1", 1001, now=1 / NEW_PER_SECOND)
    assert not clients.connect("10.0.0.1", 1002, now=1 / NEW_PER_SECOND)
    for port in range(int(NEW_BURST) + 1):
        assert clients.connect("10.9.0.1", port, now=1.0), "a proxy's connections are those of many"


def test_strangers_wait_together(clients: Clients) -> None:
    clients.connect("10.2.0.0", 1, role=True)
    for number in range(int(AT_ONCE_BURST) - 1):
        assert clients.admit(f"10.1.0.{number}", 1) is Admission.AT_ONCE
    assert clients.admit("10.3.0.0", 1) is Admission.IN_TURN
    assert clients.admit("10.2.0.0", 2) is Admission.AT_ONCE, "this network has a connection with a token"
    assert clients.admit("10.3.0.0", 2, now=1 / AT_ONCE_PER_SECOND) is Admission.AT_ONCE


def test_network_with_a_token_waits_for_itself_alone(clients: Clients) -> None:
    for network in ("10.2.0.0", "10.4.0.0"):
        clients.connect(network, 1, role=True)
        clients[network, 1].requests = 1
    for port in range(int(AT_ONCE_BURST)):
        assert clients.admit("10.2.0.0", 2 + port) is Admission.AT_ONCE
    assert clients.admit("10.2.0.0", 100) is Admission.IN_TURN
    assert clients.admit("10.4.0.0", 2) is Admission.AT_ONCE
    assert clients.admit("10.9.0.1", 1) is Admission.AT_ONCE, "a proxy's connections are those of many"


def test_connection_whose_first_request_does_not_come_ends(clients: Clients) -> None:
    clients.connect("10.0.0.1", 1)
    clients.connect("10.0.0.2", 1)
    clients["10.0.0.2", 1].requested = True
    clients.limiter.review(FIRST_REQUEST_SECONDS + 0.1)
    assert [clients.ended(index) for index in range(2)] == [True, False]


def test_closed_connections_are_forgotten(clients: Clients) -> None:
    for port in range(3):
        clients.connect("10.0.0.1", port)
    clients.sockets[1][0].close()
    clients.connect("10.0.0.1", 4)
    assert len(clients.limiter) == 3
    assert clients.limiter.find(("10.0.0.1", 1)) is None


async def test_middleware_counts_the_requests_in_progress(clients: Clients) -> None:
    clients.connect("10.0.0.1", 1)
    connection = clients["10.0.0.1", 1]
    running = asyncio.Event()
    seen: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)
        await running.wait()

    async def nothing() -> None:
        raise AssertionError

    middleware = ConnectionMiddleware(app, clients.limiter)
    scope = {"type": "http", "client": ("10.0.0.1", 1)}
    request = asyncio.create_task(middleware(scope, nothing, nothing))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    assert (connection.requests, connection.requested, seen[0][CONNECTION]) == (1, True, connection)
    running.set()
    await request
    assert connection.requests == 0
    await middleware({"type": "http", "client": ("10.0.0.9", 9)}, nothing, nothing)  # type: ignore[arg-type]
    assert CONNECTION not in seen[1]
