"""A real server and connection: a download stops when the token that it was asked for with is withdrawn."""

import asyncio
from pathlib import Path

import pytest
from starlette.responses import FileResponse
from starlette.types import Message, Receive, Scope, Send

from moof.server.auth.audit import AuditLog
from moof.server.auth.credential_store import KnownSender
from moof.server.auth.principal import Principal
from moof.server.auth.roles import Role
from moof.server.http.access_middleware import AccessMiddleware
from moof.server.http.body_limits import BodyLimits
from moof.server.http.response_body import BodySender, SenderUnknownError, abort_response
from moof.server.http.route_permissions import RoutePermissions
from moof.server.http.uvicorn_server import UvicornServer
from support.access import new_tokens, open_rules

SIZE = 64 << 20


async def test_a_download_ends_with_its_token(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    secret = new_tokens(tmp_path)[Role.OWNER]
    file = tmp_path / "big.img"
    with file.open("wb") as image:
        image.truncate(SIZE)

    async def download(scope: Scope, receive: Receive, send: Send) -> None:
        await FileResponse(file)(scope, receive, send)

    rules = open_rules(tmp_path)
    app = AccessMiddleware(download, rules, BodyLimits(), AuditLog(), RoutePermissions([]))
    server = UvicornServer.bind("127.0.0.1", 0)
    server.open(app)
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(f"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {secret}\r\n\r\n".encode())
        received = len(await reader.readuntil(b"\r\n\r\n"))
        (owner,) = (each for each in rules.credentials.tokens if each.role is Role.OWNER)
        await rules.credentials.remove_token(owner.id)
        received += await length_of_rest(reader)
        writer.close()
    finally:
        await server.close()
    assert received < SIZE
    assert "without completing" not in caplog.text


async def length_of_rest(reader: asyncio.StreamReader) -> int:
    """Return the number of bytes that still come until the connection has ended."""
    length = 0
    try:
        while data := await reader.read(1 << 20):
            length += len(data)
    except ConnectionResetError:
        pass
    return length


class Sent(list[Message]):
    """The messages that were sent."""

    async def send(self, message: Message) -> None:
        self.append(message)


async def test_an_answer_of_one_part_reaches_those_who_have_just_signed_out(tmp_path: Path) -> None:
    unknown = KnownSender(open_rules(tmp_path).credentials, Principal(Role.OWNER, token="withdrawn"))
    sent = Sent()
    send = BodySender(sent.send, unknown)
    await send({"type": "http.response.start", "status": 204})
    await send({"type": "http.response.body", "body": b""})
    assert len(sent) == 2
    with pytest.raises(SenderUnknownError):
        await send({"type": "http.response.body", "body": b"x", "more_body": True})
    with pytest.raises(SenderUnknownError):
        await send({"type": "http.response.body", "body": b"x"})
    assert len(sent) == 2


async def test_a_request_without_a_connection_has_nothing_to_end() -> None:
    async def receive() -> Message:
        raise AssertionError

    await abort_response({"type": "http"}, receive)
