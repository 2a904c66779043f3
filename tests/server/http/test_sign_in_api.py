"""Signing in and out over HTTP: the whole application, without a network."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from moof.server.auth import wrong_tokens
from moof.server.auth.audit import AuditEvent
from moof.server.auth.roles import Role
from moof.server.http.body_limits import BodyLimits
from moof.server.http.routes import create_app
from moof.server.http.sign_in_api import token_of
from support.access import local_rules, new_tokens, open_rules
from support.quiet_backend import QuietBackend

BASE = "http://mac.local:8080"


@pytest.fixture
def tokens(tmp_path: Path) -> dict[Role, str]:
    return new_tokens(tmp_path)


@pytest.fixture
def backend(tmp_path: Path) -> QuietBackend:
    return QuietBackend(tmp_path)


@pytest.fixture
async def client(
    tokens: dict[Role, str], tmp_path: Path, backend: QuietBackend
) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(backend, open_rules(tmp_path), BodyLimits())
    transport = httpx.ASGITransport(app, client=("10.0.0.1", 4711))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield client


async def test_a_form_signs_in_and_leads_to_the_page(
    client: httpx.AsyncClient, tokens: dict[Role, str]
) -> None:
    answer = await client.post("/sign-in", data={"token": f" {tokens[Role.PLAYER]} "})
    assert (answer.status_code, answer.headers["location"]) == (303, "./")
    assert answer.headers["cache-control"] == "no-store"
    assert (await client.get("/")).status_code == 200
    assert (await client.get("/api/me")).json() == {
        "role": "player",
        "name": "player",
        "login": True,
        "permissions": ["watch", "play", "power"],
        "embedders": [],
    }


@pytest.mark.parametrize(
    ("text", "token"),
    [
        (" abc ", "abc"),
        ("http://mac.local:8080/?token=a-_b", "a-_b"),
        ("https://mac.local/?x=1&token=a%2Bb#top ", "a+b"),
        ("", ""),
    ],
)
def test_a_person_may_paste_the_link_in_place_of_its_token(text: str, token: str) -> None:
    assert token_of(text) == token


async def test_json_signs_in_without_a_redirection(
    client: httpx.AsyncClient, tokens: dict[Role, str]
) -> None:
    answer = await client.post("/sign-in", json={"token": tokens[Role.VIEWER]})
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await client.get("/api/me")).json()["permissions"] == ["watch"]


async def test_signing_out_ends_the_login_session_and_removes_the_cookie(
    client: httpx.AsyncClient, tokens: dict[Role, str], backend: QuietBackend
) -> None:
    await client.post("/sign-in", json={"token": tokens[Role.VIEWER]})
    cookies = dict(client.cookies)
    answer = await client.post("/sign-out")
    assert (answer.status_code, "Max-Age=0" in answer.headers["set-cookie"]) == (204, True)
    client.cookies.update(cookies)
    assert (await client.get("/api/me")).status_code == 401
    form = await client.post("/sign-out", data={"x": "y"})
    assert (form.status_code, form.headers["location"]) == (303, "./")
    events = [each.event for each in backend.audit.entries if each.event is not AuditEvent.REFUSED]
    assert events == [AuditEvent.SIGNED_OUT, AuditEvent.SIGNED_IN]


async def test_signing_out_needs_no_file(
    client: httpx.AsyncClient, tokens: dict[Role, str], tmp_path: Path
) -> None:
    await client.post("/sign-in", json={"token": tokens[Role.VIEWER]})
    cookies = dict(client.cookies)
    await asyncio.to_thread((tmp_path / "sessions.json").chmod, 0o644)
    answer = await client.post("/sign-out")
    assert (answer.status_code, "Max-Age=0" in answer.headers["set-cookie"]) == (204, True)
    client.cookies.update(cookies)
    assert (await client.get("/api/me")).status_code == 401


async def test_a_wrong_token_is_refused_and_recorded(
    client: httpx.AsyncClient, backend: QuietBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wrong_tokens, "FIRST_DELAY", 0.01)
    bodies: list[dict[str, Any]] = [
        {"data": {"token": "wrong"}},
        {"json": {"token": "wrong"}},
        {"data": {"x": "y"}},
    ]
    for body in bodies:
        answer = await client.post("/sign-in", **body)
        assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)
    assert [each.detail for each in backend.audit.entries] == ["a wrong token"] * 3


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b'{"token": 5}', b'{"token": "%s"}' % (b"x" * 2_000)]
)
async def test_another_body_is_not_understood(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/sign-in", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422


async def test_a_page_of_another_site_can_neither_sign_in_nor_out(
    client: httpx.AsyncClient, tokens: dict[Role, str]
) -> None:
    for path in ("/sign-in", "/sign-out"):
        headers = {"origin": "http://evil.example"}
        answer = await client.post(path, data={"token": tokens[Role.VIEWER]}, headers=headers)
        assert answer.status_code == 403


async def test_whoever_needs_no_token_is_the_owner_without_a_login_session(
    tmp_path: Path, backend: QuietBackend
) -> None:
    transport = httpx.ASGITransport(create_app(backend, local_rules(tmp_path), BodyLimits()))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        assert (await client.get("/api/me")).json() == {
            "role": "owner",
            "name": "owner",
            "login": False,
            "permissions": ["watch", "play", "power", "manage"],
            "embedders": [],
        }
