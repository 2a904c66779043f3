"""The rules of mouse and keyboard over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from unittest.mock import Mock

import httpx
import pytest

from moof.server.auth.audit import AuditEvent, AuditLog
from moof.server.auth.principal import Principal
from moof.server.auth.roles import Role
from moof.server.config.floor_rules import FloorMode
from moof.server.http.floor_api import floor_api
from moof.server.session.presence import Presence
from support.api_client import api_client


@pytest.fixture
def audit() -> AuditLog:
    return AuditLog()


@pytest.fixture
def presence() -> Presence:
    return Presence()


@pytest.fixture
async def client(presence: Presence, audit: AuditLog) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(floor_api(presence, audit)) as client:
        yield client
    presence.close()


async def test_the_rules_are_changed_and_recorded(
    client: httpx.AsyncClient, presence: Presence, audit: AuditLog
) -> None:
    answer = await client.put("/api/floor", json={"mode": "queue", "minutes": 3})
    assert answer.status_code == 200
    assert (presence.floor.rules.mode, presence.floor.rules.turn_minutes) == (FloorMode.QUEUE, 3)
    assert answer.json() == (await client.get("/api/floor")).json()
    assert [entry.event for entry in audit.entries] == [AuditEvent.FLOOR]


async def test_who_is_here_is_reported(client: httpx.AsyncClient, presence: Presence) -> None:
    await client.put("/api/floor", json={"mode": "request"})
    presence.join(
        Mock(viewer="a", principal=Principal(Role.OWNER, "Ann"), latency=None, awaits_resumption=False)
    )
    presence.check_floor("a")
    assert (await client.get("/api/floor")).json() == {
        "mode": "request",
        "minutes": 5.0,
        "holder": "a",
        "waiting": [],
        "people": [
            {"viewer": "a", "name": "Ann", "role": "owner", "plays": True, "present": True, "line": ""}
        ],
    }


@pytest.mark.parametrize(
    "body", [{}, {"mode": "mine"}, {"mode": "queue", "minutes": 0}, {"mode": "queue", "minutes": "NaN"}]
)
async def test_other_rules_are_refused(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    assert (await client.put("/api/floor", json=body)).status_code == 422
