import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from moof.server.http.head_middleware import HeadMiddleware
from moof.server.http.uvicorn_server import UvicornServer


async def answer(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.method)


@pytest.mark.parametrize(("path", "status", "length"), [("/get", 200, "3"), ("/post", 405, "18")])
async def test_head_has_the_headers_of_get_and_no_body(path: str, status: int, length: str) -> None:
    get = Route("/get", answer, methods=["GET"])
    get.methods = {"GET"}  # as FastAPI's routes
    app = Starlette(routes=[get, Route("/post", answer, methods=["POST"])])
    server = UvicornServer.bind("127.0.0.1", 0)
    server.open(HeadMiddleware(app))
    async with httpx.AsyncClient() as client:
        url = f"http://127.0.0.1:{server.port}{path}"
        response = await client.head(url)
        again = await client.get(url)  # the connection is in order
    await server.close()
    assert (response.status_code, response.headers["content-length"], response.content) == (
        status,
        length,
        b"",
    )
    assert again.headers["content-length"] == length
