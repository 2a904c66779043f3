import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from moof.server.config.options import ListenOptions
from moof.server.http.uvicorn_server import UvicornServer

PROXIES = ("127.0.0.1", "10.1.0.0/16")


async def sender(request: Request) -> PlainTextResponse:
    host = request.client.host if request.client else ""
    return PlainTextResponse(f"{request.url.scheme} {host}")


@pytest.mark.parametrize(
    ("addresses", "schemes", "seen"),
    [
        ("10.2.0.1", ["https"], "https 10.2.0.1"),
        ("10.2.0.1", ["HTTPS"], "https 10.2.0.1"),
        ("10.2.0.1", ["https,http"], "http 10.2.0.1"),  # the first one is the client's word
        ("10.2.0.1", ["http, https"], "https 10.2.0.1"),
        ("10.2.0.1", ["http", "https"], "https 10.2.0.1"),
        ("10.2.0.1, 10.1.0.9", ["https,http"], "https 10.2.0.1"),  # by two proxies, of which both are trusted
        ("10.2.0.1, 10.1.0.9", ["http"], "http 10.2.0.1"),
        ("10.9.9.9, 10.2.0.1, 10.1.0.9", ["http,https,http"], "https 10.2.0.1"),
        ("10.1.0.8, 10.1.0.9", ["https,http"], "https 10.1.0.8"),
        ("10.2.0.1", ["gopher"], "http 10.2.0.1"),
        ("10.2.0.1", [""], "http 10.2.0.1"),
        ("", ["https"], "https 127.0.0.1"),
        (",".join(["x"] * 500), [",".join(["http"] * 500)], "http x"),
    ],
)
async def test_scheme_is_the_one_by_which_the_client_came(
    addresses: str, schemes: list[str], seen: str
) -> None:
    server = UvicornServer.bind("127.0.0.1", 0)
    server.open(Starlette(routes=[Route("/", sender)]), ListenOptions(trusted_proxies=PROXIES))
    headers = [("x-forwarded-for", addresses), *(("x-forwarded-proto", each) for each in schemes)]
    async with httpx.AsyncClient() as client:
        response = await client.get(f"http://127.0.0.1:{server.port}/", headers=headers)
    await server.close()
    assert response.text == seen
