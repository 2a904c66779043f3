"""`POST /api/text`, over a real server."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from moof.server.auth.audit import AuditLog
from moof.server.auth.roles import Role
from moof.server.config.floor_rules import FloorMode, FloorRules
from moof.server.http import problems
from moof.server.http.access_middleware import AccessMiddleware
from moof.server.http.body_limits import BodyLimits
from moof.server.http.route_permissions import RoutePermissions
from moof.server.http.text_api import text_api
from moof.server.http.uvicorn_server import UvicornServer
from moof.server.protocol.keyboard_messages import MAX_TEXT
from moof.server.session.presence import NOT_THE_HOLDER
from moof.server.session.typist import RESTARTED
from support.access import local_rules, new_tokens
from support.quiet_backend import QuietBackend


class Served:
    """A server with this route alone."""

    def __init__(self, client: httpx.AsyncClient, backend: QuietBackend, player: str) -> None:
        self.client = client
        self.emulator = backend.emulator
        self.typist = backend.typist
        self.floor = backend.presence.floor
        self.player = {"authorization": f"Bearer {player}"}

    async def post(self, text: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return await self.client.post("/api/text", json={"text": text}, headers=headers, timeout=60)

    async def typing(self) -> None:
        """Wait until a key has been typed."""
        async with asyncio.timeout(30):
            while not self.emulator.messages:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    backend, player = QuietBackend(tmp_path), new_tokens(tmp_path)[Role.PLAYER]
    server = UvicornServer.bind("127.0.0.1", 0)
    app, router = FastAPI(), text_api(backend)
    rules = local_rules(tmp_path, server.port)
    app.add_middleware(
        AccessMiddleware,
        rules=rules,
        limits=BodyLimits(),
        audit=AuditLog(),
        permissions=RoutePermissions(router.routes),
    )
    problems.install(app)
    app.include_router(router)
    server.open(app)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        yield Served(client, backend, player)
    backend.typist.close()
    await server.close()


async def test_the_answer_comes_when_the_text_is_typed(served: Served) -> None:
    answer = await served.post("Grüße я\n")
    assert answer.json() == {"typed": 7, "total": 7, "missing": "я", "state": "done"}
    assert len(served.emulator.messages) > 14


async def test_the_longest_text_is_accepted_however_json_writes_it(served: Served) -> None:
    body = '{"text": "%s"}' % ("\\ud83d\\ude00" * MAX_TEXT)
    headers = {"content-type": "application/json"}
    answer = await served.client.post("/api/text", content=body, headers=headers, timeout=60)
    assert answer.json() == {"typed": 0, "total": 0, "missing": "😀", "state": "done"}
    assert (await served.post("x" * (MAX_TEXT + 1))).status_code == 422


async def test_a_text_that_fails_says_how_much_was_typed(served: Served) -> None:
    request = asyncio.create_task(served.post("x" * MAX_TEXT))
    await served.typing()
    served.typist.machine_restarted()
    answer = await request
    assert answer.status_code == 409
    assert RESTARTED in answer.json()["detail"]
    assert f"of {MAX_TEXT} characters have been typed." in answer.json()["detail"]


async def test_without_an_emulator_nothing_is_typed(served: Served) -> None:
    served.emulator.connected = False
    answer = await served.post("x")
    assert answer.status_code == 409
    assert "no Mac" in answer.json()["detail"]


async def test_a_text_stops_when_its_client_disconnects(served: Served) -> None:
    request = asyncio.create_task(served.post("x" * MAX_TEXT))
    await served.typing()
    request.cancel()  # which closes its connection
    await asyncio.wait([request])
    answer = await served.post("y")
    assert answer.json()["state"] == "done"
    assert len(served.emulator.messages) < MAX_TEXT


async def test_a_player_types_no_text_while_mouse_and_keyboard_are_passed_on(served: Served) -> None:
    assert (await served.post("x", served.player)).status_code == 200
    served.floor.set_rules(FloorRules(FloorMode.REQUEST), 0.0)
    refused = await served.post("x", served.player)
    assert (refused.status_code, refused.json()["detail"]) == (409, NOT_THE_HOLDER)
    assert (await served.post("x")).status_code == 200  # the owner's


async def test_a_players_text_ends_when_mouse_and_keyboard_are_passed_on(served: Served) -> None:
    request = asyncio.create_task(served.post("x" * MAX_TEXT, served.player))
    await served.typing()
    served.floor.set_rules(FloorRules(FloorMode.REQUEST), 0.0)
    answer = await request
    assert (answer.status_code, answer.json()["detail"]) == (409, NOT_THE_HOLDER)
    assert len(served.emulator.messages) < MAX_TEXT
