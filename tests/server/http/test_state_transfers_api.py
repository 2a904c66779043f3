"""Uploads and downloads of states through the API, without the middleware, which test_routes.py tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from moof.server.auth.audit import AuditLog
from moof.server.http.state_transfers_api import state_transfers_api
from moof.server.storage.state_transfers import StateTransfers
from support.api_client import api_client
from support.state_files import hostile_files, names_in, state_file


def client_of(transfers: StateTransfers | None) -> httpx.AsyncClient:
    return api_client(state_transfers_api(transfers, AuditLog()))


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(StateTransfers(tmp_path)) as client:
        yield client


async def test_upload_is_downloaded_as_it_was(client: httpx.AsyncClient) -> None:
    assert (await client.put("/api/states/Zwei%20ü", content=state_file())).status_code == 204
    answer = await client.get("/api/states/Zwei%20ü")
    assert answer.content == state_file()
    assert "Zwei%20%C3%BC.moofstate" in answer.headers["content-disposition"]
    taken = await client.put("/api/states/Zwei%20ü", content=state_file("B"))
    assert (taken.status_code, taken.json()["detail"]) == (409, "There is already a state with this name.")
    assert (await client.get("/api/states/Zwei%20ü")).content == state_file()


@pytest.mark.parametrize(("kind", "data"), hostile_files().items(), ids=hostile_files())
async def test_hostile_uploads_change_nothing(
    client: httpx.AsyncClient, tmp_path: Path, kind: str, data: bytes
) -> None:
    assert (await client.put("/api/states/A", content=data)).status_code == 422
    assert names_in(tmp_path) == []


async def test_states_that_are_not_there(client: httpx.AsyncClient) -> None:
    missing = await client.get("/api/states/A")
    assert (missing.status_code, missing.json()["detail"]) == (404, "There is no such state.")
    assert (await client.put("/api/states/.A", content=state_file())).status_code == 422


async def test_full_shelf_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moof.server.storage.state_transfers.MAX_SHELF_BYTES", 100)
    async with client_of(StateTransfers(tmp_path)) as client:
        answer = await client.put("/api/states/A", content=state_file())
    assert (answer.status_code, "no room" in answer.text) == (507, True)


async def test_mac_without_states() -> None:
    async with client_of(None) as client:
        assert (await client.get("/api/states/A")).status_code == 404
        assert (await client.put("/api/states/A", content=b"")).status_code == 404
