"""The route, and which requests the dependency records."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from moof.server.auth.audit import AuditEvent, AuditLog
from moof.server.auth.principal import PRINCIPAL, Principal
from moof.server.auth.roles import Role
from moof.server.http.audit_api import audit_api, audited


@pytest.fixture
def log() -> AuditLog:
    return AuditLog()


@pytest.fixture
def client(log: AuditLog) -> httpx.AsyncClient:
    """Return a client of two routes, one of which fails."""
    app = FastAPI()
    app.include_router(audit_api(log))

    @app.put("/files/{name}", dependencies=[audited(log, AuditEvent.FILES)])
    async def file(name: str) -> str:
        if name == "wrong":
            raise HTTPException(422, "a wrong name")
        return name

    async def as_player(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, PRINCIPAL: Principal(Role.PLAYER, address="10.1.2.3")}, receive, send)

    transport = httpx.ASGITransport(as_player, client=("10.1.2.3", 5))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


async def entries(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    answer: list[dict[str, Any]] = (await client.get("/api/audit")).json()
    return answer


async def test_request_that_was_carried_out_is_an_entry(client: httpx.AsyncClient) -> None:
    async with client:
        assert (await client.put("/files/a b")).status_code == 200
        (entry,) = await entries(client)
    assert entry.pop("time") > 1e9
    assert entry == {
        "event": "files",
        "role": "player",
        "name": "",
        "address": "10.1.2.3",
        "detail": "PUT /files/a b",
        "suppressed": 0,
    }


async def test_request_that_failed_is_none(client: httpx.AsyncClient) -> None:
    async with client:
        assert (await client.put("/files/wrong")).status_code == 422
        assert await entries(client) == []
