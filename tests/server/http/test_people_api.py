"""The owner's API of login sessions and tokens: the whole application, without a network."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from moof.server.auth.audit import AuditEvent
from moof.server.auth.roles import Role
from moof.server.http.body_limits import BodyLimits
from moof.server.http.routes import create_app
from support.access import new_tokens, open_rules
from support.quiet_backend import QuietBackend

BASE = "http://mac.local:8080"


@pytest.fixture
def backend(tmp_path: Path) -> QuietBackend:
    return QuietBackend(tmp_path)


@pytest.fixture
async def clients(tmp_path: Path, backend: QuietBackend) -> AsyncIterator[dict[Role, httpx.AsyncClient]]:
    """A client of each role that has signed in."""
    tokens = new_tokens(tmp_path)
    app = create_app(backend, open_rules(tmp_path), BodyLimits())
    transport = httpx.ASGITransport(app, client=("10.0.0.1", 4711))
    clients = {role: httpx.AsyncClient(transport=transport, base_url=BASE) for role in Role}
    for role, client in clients.items():
        assert (await client.post("/sign-in", json={"token": tokens[role]})).status_code == 204
    yield clients
    for client in clients.values():
        await client.aclose()


@pytest.fixture
def owner(clients: dict[Role, httpx.AsyncClient]) -> httpx.AsyncClient:
    return clients[Role.OWNER]


async def list_of(client: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(path)).json()
    return found


async def test_login_sessions_are_listed_and_ended(
    clients: dict[Role, httpx.AsyncClient], owner: httpx.AsyncClient
) -> None:
    logins = await list_of(owner, "/api/sessions")
    assert [(each["role"], each["current"], each["connected"]) for each in logins] == [
        ("owner", True, False),
        ("player", False, False),
        ("viewer", False, False),
    ]
    assert logins[1]["address"] == "10.0.0.1"
    assert logins[1]["made"] <= logins[1]["last_seen"] < logins[1]["expires"]
    player = f"/api/sessions/{logins[1]['id']}"
    assert (await owner.delete(player)).status_code == 204
    assert (await owner.delete(player)).status_code == 404
    assert (await clients[Role.PLAYER].get("/api/me")).status_code == 401
    assert (await clients[Role.VIEWER].get("/api/me")).status_code == 200


async def test_a_login_session_with_a_page_is_connected(
    owner: httpx.AsyncClient, backend: QuietBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = (await list_of(owner, "/api/sessions"))[2]
    monkeypatch.setattr(backend, "connected_logins", lambda: {login["id"]})
    assert [each["connected"] for each in await list_of(owner, "/api/sessions")] == [False, False, True]


async def test_a_token_is_made_used_and_withdrawn(owner: httpx.AsyncClient, backend: QuietBackend) -> None:
    made = await owner.post("/api/tokens", json={"role": "viewer", "name": "Room 3", "expires": 3600})
    assert made.status_code == 201
    token = made.json()
    assert token["address"] == f"{BASE}/?token={token['token']}"
    entry = (await list_of(owner, "/api/tokens"))[-1]
    assert (entry["id"], entry["role"], entry["name"]) == (token["id"], "viewer", "Room 3")
    assert entry["expires"] - entry["made"] == 3600
    assert token["token"] not in str(await list_of(owner, "/api/tokens"))
    bearer = {"authorization": f"Bearer {token['token']}", "cookie": ""}
    assert (await owner.get("/api/me", headers=bearer)).json()["name"] == "Room 3"
    assert (await owner.delete(f"/api/tokens/{token['id']}")).status_code == 204
    assert (await owner.delete(f"/api/tokens/{token['id']}")).status_code == 404
    assert (await owner.get("/api/me", headers=bearer)).status_code == 401
    events = [each.event for each in backend.audit.entries]
    assert events.count(AuditEvent.TOKENS) == 2


@pytest.mark.parametrize(
    "wish",
    [
        {"role": "admin", "name": "x"},
        {"role": "viewer", "name": ""},
        {"role": "viewer", "name": " "},
        {"role": "viewer", "name": "x" * 61},
        {"role": "viewer", "name": "x", "expires": 0},
        {"role": "viewer", "name": "x", "expires": 1e18},
        {"role": "viewer", "name": "x", "uses": 0},
        {"role": "viewer", "name": "x", "uses": 1e9},
        {"role": "viewer", "name": "x", "uses": 1.5},
        {"role": "viewer"},
    ],
)
async def test_an_impossible_token_is_refused(owner: httpx.AsyncClient, wish: dict[str, Any]) -> None:
    assert (await owner.post("/api/tokens", json=wish)).status_code == 422


async def test_files_that_cannot_be_written_are_a_conflict(owner: httpx.AsyncClient, tmp_path: Path) -> None:
    for name in ("tokens.json", "sessions.json"):
        await asyncio.to_thread((tmp_path / name).write_text, "{")
    made = await owner.post("/api/tokens", json={"role": "viewer", "name": "x"})
    assert (made.status_code, "tokens.json" in made.json()["detail"]) == (409, True)
    assert (await owner.delete("/api/tokens/x")).status_code == 409
    viewer = (await list_of(owner, "/api/tokens"))[-1]["id"]
    withdrawn = await owner.delete(f"/api/tokens/{viewer}")
    assert (withdrawn.status_code, "stays removed" in withdrawn.json()["detail"]) == (409, True)
    assert viewer not in [each["id"] for each in await list_of(owner, "/api/tokens")]
    assert (await owner.delete("/api/sessions/x")).status_code == 409


async def test_a_link_with_one_use_asks_for_a_click_signs_one_in_and_says_that_it_is_used_up(
    owner: httpx.AsyncClient, clients: dict[Role, httpx.AsyncClient]
) -> None:
    made = (await owner.post("/api/tokens", json={"role": "viewer", "name": "Room 3", "uses": 1})).json()
    transport = owner._transport
    html = {"accept": "text/html"}
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=html) as person:
        for _ in range(2):  # previews use none up
            asked = await person.get(made["address"])
            assert (asked.status_code, "set-cookie" in asked.headers) == (200, False)
            assert "limited number of times" in asked.text
            assert f'value="{made["token"]}"' in asked.text
        assert (await person.post("/sign-in", data={"token": made["token"]})).status_code == 303
        assert (await person.get("/api/me")).json()["name"] == "Room 3"
        assert (await person.get(made["address"])).status_code == 303  # already signed in with it
    entry = (await list_of(owner, "/api/tokens"))[-1]
    assert (entry["uses"], entry["used"]) == (1, 1)
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=html) as late:
        refused = await late.get(made["address"])
        assert (refused.status_code, "used as often as it may be" in refused.text) == (403, True)
        bearer = {"authorization": f"Bearer {made['token']}"}
        assert (await late.get("/api/me", headers=bearer)).status_code == 401
