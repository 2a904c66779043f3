"""The page on which many watch; with a browser it is in tests/e2e/test_watch.py."""

from collections.abc import AsyncIterator

import httpx
import pytest

from moof.server.http.watch_page import watch_page
from moof.server.publish.watch_room import WatchRoom
from support.api_client import api_client


@pytest.fixture
def room() -> WatchRoom:
    return WatchRoom("wss://sfu.example:8989/janus")


@pytest.fixture
async def client(room: WatchRoom) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(watch_page(room), url="http://mac") as client:
        yield client


async def test_the_page_may_connect_to_janus(client: httpx.AsyncClient, room: WatchRoom) -> None:
    answer = await client.get("/watch")
    assert "watch-picture" in answer.text
    assert "connect-src 'self' wss://sfu.example:8989;" in answer.headers["content-security-policy"]
    room.url = ""
    assert "connect-src 'self';" in (await client.get("/watch")).headers["content-security-policy"]


async def test_the_place_is_known_during_an_upload(client: httpx.AsyncClient, room: WatchRoom) -> None:
    assert (await client.get("/watch.json")).status_code == 404
    room.open(7, "a pin")
    answer = await client.get("/watch.json")
    assert answer.json() == {"url": "wss://sfu.example:8989/janus", "room": 7, "pin": "a pin", "feed": 1}
    assert answer.headers["cache-control"] == "no-store"
