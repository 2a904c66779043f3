"""docs/roles.md is what the routes declare, and each route keeps to it for each role and credential."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from moof.server.auth import wrong_tokens
from moof.server.auth.access import AccessRules
from moof.server.auth.roles import Role, RolePolicy
from moof.server.http.body_limits import BodyLimits
from moof.server.http.roles_table import roles_page
from moof.server.http.route_permissions import DeclaredRoute
from moof.server.http.routes import create_app, page_permissions
from support.access import open_rules
from support.quiet_backend import QuietBackend
from support.role_credentials import role_credentials

DOCUMENT = Path(__file__).parents[3] / "docs/roles.md"


@pytest.fixture
def rules(tmp_path: Path) -> AccessRules:
    return open_rules(tmp_path)


@pytest.fixture(autouse=True)
def no_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrong_tokens, "LONGEST_DELAY", 0.0)


def test_the_document_is_what_the_routes_declare(rules: AccessRules, tmp_path: Path) -> None:
    page = roles_page(page_permissions(QuietBackend(tmp_path), rules))
    assert DOCUMENT.read_text("utf-8") == page, "run scripts/roles"


async def status(app: Any, route: DeclaredRoute, headers: dict[str, str]) -> int:
    """Send a request without a body to a route; return the status, 200 for an accepted WebSocket."""
    path = route.path.replace("{", "").replace("}", "").replace("…", "main.js")
    if route.method == "WebSocket":
        return await websocket_status(app, path, headers)
    transport = httpx.ASGITransport(app, client=("10.0.0.1", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return (await client.request(route.method, path, headers=headers)).status_code


async def websocket_status(app: Any, path: str, headers: dict[str, str]) -> int:
    sent: list[dict[str, Any]] = []
    messages: list[dict[str, Any]] = [
        {"type": "websocket.connect"},
        {"type": "websocket.disconnect", "code": 1000},
    ]

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    raw = [(b"host", b"localhost"), *((name.encode(), value.encode()) for name, value in headers.items())]
    scope = {"type": "websocket", "scheme": "ws", "path": path, "query_string": b"", "headers": raw}
    await app({**scope, "client": ("10.0.0.1", 4711), "subprotocols": []}, receive, send)
    return 200 if sent[0]["type"] == "websocket.accept" else 403


def expected(route: DeclaredRoute, role: Role | None, policy: RolePolicy) -> set[int]:
    """Return the statuses of a refusal, empty if the route may be used."""
    if route.permission is None or (role is not None and policy.allows(role, route.permission)):
        return set()
    return {403} if role is not None or route.method == "WebSocket" else {401}


@pytest.mark.parametrize("player_power", [True, False])
async def test_each_route_by_role_and_credential(
    rules: AccessRules, tmp_path: Path, player_power: bool
) -> None:
    policy = RolePolicy(player_power)
    rules = replace(rules, policy=policy)
    backend = QuietBackend(tmp_path)
    app = create_app(backend, rules, BodyLimits())
    routes = sorted(page_permissions(backend, rules).declared(), key=lambda each: each.path == "/sign-out")
    credentials = await role_credentials(rules)
    wrong = []
    for route in routes:
        for each in credentials:
            found = await status(app, route, each.headers)
            refusals = expected(route, each.role, policy)
            if found not in refusals if refusals else found in (401, 403) and route.path != "/sign-in":
                wrong.append((route.method, route.path, each.name, found))
    assert wrong == []
    assert len(routes) > 40
    assert len(credentials) == 25
    await backend.session_manager.close("end")
    await asyncio.sleep(0)
