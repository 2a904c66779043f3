import asyncio
import contextlib
import resource
import socket
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest

from moof.server.http import connection_acceptor, connection_limiter
from moof.server.http.connection_acceptor import ConnectionAcceptor
from moof.server.http.connection_limiter import ConnectionLimiter

WITHOUT_DESCRIPTORS = """
import asyncio, os, socket
from moof.server.http.connection_acceptor import ConnectionAcceptor
from moof.server.http.connection_limiter import ConnectionLimiter

async def main():
    listening = socket.create_server(("127.0.0.1", 0))
    acceptor = ConnectionAcceptor(listening, ConnectionLimiter())
    clients = [socket.create_connection(listening.getsockname()) for _ in range(3)]
    last = socket.socket()
    taken = []
    try:
        while True:
            taken.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        pass
    accepted = asyncio.Event()

    class Protocol(asyncio.Protocol):
        def connection_made(self, transport):
            print(transport.get_extra_info("peername") == last.getsockname())
            accepted.set()

    acceptor.start(Protocol, None)
    for client in clients:
        client.setblocking(False)
        print(await asyncio.get_running_loop().sock_recv(client, 1))
    for each in taken[:5]:
        os.close(each)
    last.connect(listening.getsockname())
    last.send(b"x")
    await accepted.wait()

asyncio.run(main())
"""


class Echo(asyncio.Protocol):
    """Answers each piece of data with the port of its client; keeps the ports in the order they began."""

    def __init__(self, begun: list[int]) -> None:
        self.begun = begun

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.begun.append(transport.get_extra_info("peername")[1])

    def data_received(self, data: bytes) -> None:
        self.transport.write(data)


class Server:
    """An acceptor that has started, and clients of it."""

    def __init__(self, limiter: ConnectionLimiter, stack: contextlib.ExitStack) -> None:
        self.limiter = limiter
        self.begun: list[int] = []
        self._stack = stack
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.acceptor = ConnectionAcceptor(self.listening, limiter)
        self.acceptor.start(lambda: Echo(self.begun), None)
        with contextlib.suppress(AttributeError):  # silent connections are accepted at once, too
            self.listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 0)
        stack.callback(self.acceptor.close)
        stack.callback(self.acceptor.stop)

    def connect(self, address: str = "127.0.0.1", sent: bytes = b"x") -> socket.socket:
        client = self._stack.enter_context(socket.socket())
        client.bind((address, 0))
        client.connect(self.listening.getsockname())
        client.sendall(sent)
        return client


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    with contextlib.ExitStack() as stack:
        yield Server(ConnectionLimiter(), stack)


async def read(client: socket.socket) -> bytes:
    """Return a byte, or nothing at the end, which is a reset if the server has not read what was sent."""
    async with asyncio.timeout(30):
        client.setblocking(False)
        try:
            return await asyncio.get_running_loop().sock_recv(client, 1)
        except ConnectionResetError:
            return b""


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first two connections begin at once, and no others until their turn."""
    monkeypatch.setattr(connection_limiter, "AT_ONCE_PER_SECOND", 1e-9)
    monkeypatch.setattr(connection_limiter, "AT_ONCE_BURST", 2.0)


async def test_connections_without_a_place_are_closed(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_limiter, "MAX_CONNECTIONS", 1)
    monkeypatch.setattr(connection_limiter, "RESERVED", 0)
    first = server.connect()
    assert await read(first) == b"x"
    connection = server.limiter.find(first.getsockname())
    assert connection is not None
    connection.authenticated, connection.requests = True, 1
    assert await read(server.connect()) == b""
    first.sendall(b"y")
    assert await read(first) == b"y"


@pytest.mark.usefixtures("no_time")
async def test_strangers_begin_in_turn_behind_those_with_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_acceptor, "WAITING_PER_SECOND", 20.0)
    with contextlib.ExitStack() as stack:
        server = Server(ConnectionLimiter(), stack)
        known = server.connect("127.0.0.2")
        assert await read(known) == b"x"
        connection = server.limiter.find(known.getsockname())
        assert connection is not None
        connection.authenticated = True
        strangers = [server.connect(f"127.0.1.{number}") for number in range(1, 6)]
        last = server.connect("127.0.0.2")
        assert [await read(client) for client in strangers] == [b"x"] * 5
        ports = [client.getsockname()[1] for client in (known, strangers[0], last, *strangers[1:])]
        assert server.begun == ports


@pytest.mark.usefixtures("no_time")
async def test_strangers_for_whom_there_is_no_place_to_wait_are_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection_acceptor, "MAX_WAITING", 3)
    with contextlib.ExitStack() as stack:
        server = Server(ConnectionLimiter(), stack)
        clients = [server.connect(f"127.0.1.{number}") for number in range(1, 9)]
        assert [await read(client) for client in clients] == [b"x"] * 5 + [b""] * 3


@pytest.mark.usefixtures("no_time")
async def test_silent_connections_delay_nobody_and_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_acceptor, "MAX_WAITING", 3)
    with contextlib.ExitStack() as stack:
        server = Server(ConnectionLimiter(), stack)
        first = [server.connect() for _ in range(2)]
        assert [await read(client) for client in first] == [b"x"] * 2
        silent = [server.connect(f"127.0.1.{number}", b"") for number in range(1, 4)]
        later = server.connect("127.0.1.9")
        assert await read(later) == b"x"
        assert server.begun == [client.getsockname()[1] for client in (*first, later)]
        assert await read(silent[0]) == b""  # it waited for longest
        silent[2].sendall(b"y")
        assert await read(silent[2]) == b"y"


@pytest.mark.usefixtures("no_time")
async def test_what_waits_and_has_been_ended_does_not_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limiter, "MAX_PER_NETWORK", 3)
    with contextlib.ExitStack() as stack:
        server = Server(ConnectionLimiter(), stack)
        clients = [server.connect() for _ in range(6)]
        assert [await read(client) for client in clients[3:]] == [b"x"] * 3
        ports = [client.getsockname()[1] for client in clients]
        assert set(server.begun) == {*ports[:2], *ports[3:]}
        assert await read(clients[2]) == b""


@pytest.mark.usefixtures("no_time")
async def test_stop_closes_what_waits_and_accepts_no_more(server: Server) -> None:
    clients = [server.connect(f"127.0.1.{number}") for number in range(1, 5)]
    assert await read(clients[0]) == b"x"
    server.acceptor.stop()
    assert await read(clients[-1]) == b""
    server.connect()
    for _ in range(5):
        await asyncio.sleep(0)
    assert len(server.begun) == 2


def test_without_free_descriptors_connections_are_closed_and_logged_once() -> None:
    soft = min(60, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    script = f"import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {soft}))\n"
    run = subprocess.run(
        [sys.executable, "-c", script + WITHOUT_DESCRIPTORS],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.stdout.split() == ["b''", "b''", "b''", "True"], run.stderr
    assert run.stderr.count("A connection is dropped: Too many open files.") == 1
