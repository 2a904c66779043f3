"""Sessions with a WHIP endpoint over HTTP; with media they are in test_publisher.py."""

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from moof.server.config.publish_options import PublishOptions
from moof.server.http.uvicorn_server import UvicornServer
from moof.server.publish import whip
from moof.server.publish.sfu import SfuError
from moof.server.publish.whip import WhipEndpoint
from moof.server.publish.whip_client import MAX_BODY_BYTES

OFFER = "v=0\r\na=group:BUNDLE 0\r\nm=video 9 x 1\r\na=mid:0\r\n"


async def answer(request: Request) -> Response:
    length = MAX_BODY_BYTES + 1 if request.url.path == "/long" else 10
    return Response("v" * length, 201, {"location": "/session"}, "application/sdp")


async def compress(request: Request) -> Response:
    assert request.headers["accept-encoding"] == "identity"
    headers = {"location": "/session", "content-encoding": "gzip"}
    return Response(gzip.compress(b"v" * 10), 201, headers, "application/sdp")


async def drip(request: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        while True:
            yield b"v"
            await asyncio.sleep(0.05)

    return StreamingResponse(parts(), 201, {"location": "/session"}, "application/sdp")


async def wait(request: Request) -> Response:
    await asyncio.sleep(60)
    return Response()


@pytest.fixture
async def origin() -> AsyncIterator[str]:
    app = Starlette(
        routes=[
            Route("/session", wait, methods=["DELETE"]),
            Route("/compressed", compress, methods=["POST"]),
            Route("/slow", drip, methods=["POST"]),
            Route("/{path}", answer, methods=["POST"]),
        ]
    )
    server = UvicornServer.bind("127.0.0.1", 0)
    server.open(app)
    yield f"http://127.0.0.1:{server.port}"
    await server.close()


async def test_an_answer_without_end_is_not_read(origin: str) -> None:
    session = WhipEndpoint(PublishOptions(f"{origin}/long")).session()
    with pytest.raises(SfuError, match="longer than any"):
        await session.open(OFFER)
    await session.close()


async def test_a_compressed_answer_is_not_decompressed(origin: str) -> None:
    session = WhipEndpoint(PublishOptions(f"{origin}/compressed")).session()
    with pytest.raises(SfuError, match="compressed"):
        await session.open(OFFER)
    await session.close()


async def test_an_answer_that_comes_byte_by_byte_is_given_up(
    origin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whip, "_SECONDS", 0.5)
    session = WhipEndpoint(PublishOptions(f"{origin}/slow")).session()
    async with asyncio.timeout(30):
        with pytest.raises(SfuError, match="does not answer"):
            await session.open(OFFER)
    await session.close()


async def test_an_endpoint_that_does_not_answer_delays_the_end_by_a_second(origin: str) -> None:
    session = WhipEndpoint(PublishOptions(f"{origin}/whip")).session()
    assert (await session.open(OFFER)).sdp == "v" * 10
    async with asyncio.timeout(30):
        await session.close()


async def test_no_endpoint() -> None:
    session = WhipEndpoint(PublishOptions("http://127.0.0.1:9/whip")).session()
    with pytest.raises(SfuError, match="does not answer"):
        await session.open(OFFER)
    await session.close()
    assert session.host == "127.0.0.1:9"
