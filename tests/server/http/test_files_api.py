"""Files through the API, without the middleware, which test_routes.py tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from moof.server.auth.audit import AuditLog
from moof.server.config.options import LibraryPaths
from moof.server.http import problems
from moof.server.http.files_api import files_api
from moof.server.storage.library import FileLibrary


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    paths = LibraryPaths(
        tmp_path / "disks", tmp_path / "roms", tmp_path / "prefs", tmp_path / "moof.toml", 1_000
    )
    app = FastAPI()
    problems.install(app)
    app.include_router(files_api(FileLibrary.at(paths), AuditLog()))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        yield client


@pytest.mark.parametrize("kind", ["disks", "roms"])
async def test_upload_and_download(client: httpx.AsyncClient, kind: str) -> None:
    assert (await client.get(f"/api/{kind}")).json() == []
    stored = await client.put(f"/api/{kind}/System%207.img", content=b"disk")
    assert (stored.status_code, stored.json()["size"]) == (200, 4)
    assert [each["name"] for each in (await client.get(f"/api/{kind}")).json()] == ["System 7.img"]
    loaded = await client.get(f"/api/{kind}/System%207.img")
    assert (loaded.content, loaded.headers["content-type"]) == (b"disk", "application/octet-stream")
    assert loaded.headers["content-disposition"].startswith("attachment")
    assert (await client.put(f"/api/{kind}/System%207.img", content=b"x")).status_code == 409
    again = await client.put(f"/api/{kind}/System%207.img?replace=true", content=b"x")
    assert again.json()["size"] == 1


@pytest.mark.parametrize("kind", ["disks", "roms"])
async def test_deleted_file_is_gone(client: httpx.AsyncClient, kind: str) -> None:
    await client.put(f"/api/{kind}/a", content=b"disk")
    assert (await client.delete(f"/api/{kind}/a")).status_code == 204
    assert (await client.get(f"/api/{kind}")).json() == []
    assert (await client.delete(f"/api/{kind}/a")).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("%2e%2e%2fprefs", 404),
        ("..%00", 422),
        (".hidden", 422),
        ("a%0ab", 422),
        ("x" * 300, 422),
    ],
)
async def test_names_outside_of_the_folder_are_refused(
    client: httpx.AsyncClient, name: str, status: int
) -> None:
    assert (await client.put(f"/api/disks/{name}", content=b"x")).status_code == status
    assert (await client.get(f"/api/disks/{name}")).status_code == 404


async def test_upload_above_the_limit_is_refused(client: httpx.AsyncClient) -> None:
    refused = await client.put("/api/disks/a", content=b"x" * 1_001)
    assert refused.status_code == 413
    assert refused.headers["content-type"] == "application/problem+json"
    assert (await client.get("/api/disks")).json() == []


async def test_preferences_are_read_and_changed(client: httpx.AsyncClient, tmp_path: Path) -> None:
    assert (await client.get("/api/prefs")).json() == {"text": "", "writable": True}
    await client.post("/api/prefs", json={"text": "ramsize 8\nodd line\n"})
    changed = (await client.post("/api/prefs", json={"set": {"ramsize": ["16"]}})).json()
    assert changed["text"] == "ramsize 16\nodd line\n"
    assert (await client.post("/api/prefs", json={"set": {"a b": []}})).status_code == 422
    assert (tmp_path / "prefs.bak").read_text() == "ramsize 8\nodd line\n"
    (tmp_path / "prefs").unlink()
    (tmp_path / "prefs").mkdir()
    assert (await client.get("/api/prefs")).status_code == 409


async def test_emulator_without_preferences_file(tmp_path: Path) -> None:
    app = FastAPI()
    problems.install(app)
    app.include_router(
        files_api(FileLibrary.at(LibraryPaths(config_file=tmp_path / "moof.toml")), AuditLog())
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        assert (await client.get("/api/prefs")).json() == {"text": "", "writable": False}
        assert (await client.post("/api/prefs", json={"text": ""})).status_code == 409
