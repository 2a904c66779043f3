import asyncio
import contextlib
import ssl

import h11
import pytest
from starlette import routing
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from moof.server.config.options import ListenOptions
from moof.server.http import uvicorn_protocols
from moof.server.http.uvicorn_protocols import BoundedHttpProtocol
from moof.server.http.uvicorn_server import UvicornServer
from support.certificates import client_context, write_certificate
from support.raw_websocket import Route

Way = tuple[Route, ListenOptions]

APP = Starlette(routes=[routing.Route("/", lambda request: PlainTextResponse("here"))])


@pytest.mark.parametrize("beginning", [b"", b"GET / HTTP/1.1\r\nhost: a\r\n"])
async def test_header_timeout_closes_the_connection(
    beginning: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BoundedHttpProtocol, "header_seconds", 0.05)
    server = UvicornServer.bind("127.0.0.1", 0)
    server.open(APP)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(beginning)
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    await server.close()


async def test_complete_headers_are_served_on_one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    server = UvicornServer.bind("127.0.0.1", 0)
    server.open(APP)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    for _ in range(3):
        for piece in (b"GET / HT", b"TP/1.1\r\nhost: a\r", b"\n\r\n"):
            writer.write(piece)
            await writer.drain()
        assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")
    writer.close()
    await writer.wait_closed()
    await server.close()


@pytest.mark.parametrize("line", [b"GET / HTTP/1.1\r\nx: ", b"no request\r\n"], ids=["too long", "invalid"])
async def test_nothing_is_parsed_after_an_invalid_request(
    line: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    server = UvicornServer.bind("127.0.0.1", 0)
    server.open(APP)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(line + b"x" * 100_000)
    with contextlib.suppress(ConnectionResetError):  # what came after the error is not read
        await reader.read()
    writer.close()
    await server.close()
    assert "Invalid HTTP request" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.fixture(scope="module", params=["IPv4", "IPv6", "TLS"])
def way(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Way:
    """How a client reaches the server, and what the server listens on."""
    if request.param != "TLS":
        route = Route("::1" if request.param == "IPv6" else "127.0.0.1")
        return route, ListenOptions(route.host)
    certificate = write_certificate(tmp_path_factory.mktemp("tls"))
    return Route(tls=client_context(certificate)), ListenOptions(certificate=certificate)


async def received_behind(way: Way, header: bytes, body: bytes, times: int) -> tuple[list[bytes], bytes]:
    """Return what the application was handed of a request's body, and what the client received."""
    parts: list[bytes] = []

    async def answer_at_once(request: Request) -> PlainTextResponse:
        stream = request.stream()
        parts.append(await anext(stream))
        return PlainTextResponse("enough")

    route, listen = way
    server = UvicornServer.bind(listen.host, 0)
    server.open(Starlette(routes=[routing.Route("/", answer_at_once, methods=["POST"])]), listen)
    reader, writer = await route.connect(server.port)
    writer.write(b"POST / HTTP/1.1\r\nhost: a\r\n" + header + b"\r\n\r\n")
    for _ in range(times):
        writer.write(body)
    received = await reader.read()
    writer.close()
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        await writer.wait_closed()
    await server.close()
    return parts, received


async def test_chunked_body_is_not_parsed(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uvicorn_protocols, "_LINGER_SECONDS", 0.2)
    fed = count_parsed_bytes(monkeypatch)
    header = b"content-length: 2\r\ntransfer-encoding: chunked"
    _, received = await received_behind(way, header, b"1\r\nx\r\n" * 10_000, 10)
    assert received.startswith(b"HTTP/1.1 200")
    assert sum(fed) <= 2 * uvicorn_protocols._PIECE


async def test_body_behind_the_answer_is_not_parsed_for_ever(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uvicorn_protocols, "_LINGER_SECONDS", 0.2)
    fed = count_parsed_bytes(monkeypatch)
    _, received = await received_behind(way, b"content-length: 100000000", bytes(1 << 16), 40)
    assert received.startswith(b"HTTP/1.1 200")
    assert sum(fed) < 40 << 16


def count_parsed_bytes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list to which the length of all that h11 is handed will be added."""
    fed: list[int] = []
    receive_data = h11.Connection.receive_data

    def count(connection: h11.Connection, data: bytes) -> None:
        if connection.our_role is h11.SERVER:
            fed.append(len(data))
        receive_data(connection, data)

    monkeypatch.setattr(h11.Connection, "receive_data", count)
    return fed
