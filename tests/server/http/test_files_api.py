"""Files through the API, without the middleware, which test_routes.py tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from moof.preference_rules import parse_rules
from moof.server.auth.audit import AuditLog
from moof.server.config.options import LibraryPaths
from moof.server.http.files_api import files_api
from moof.server.storage.library import FileLibrary
from support.api_client import api_client


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    rules = parse_rules({"ramsize": "int 1 64", "disk": "paths disks"})
    paths = LibraryPaths(
        *(tmp_path / "disks", tmp_path / "roms", tmp_path / "prefs", tmp_path / "moof.toml"),
        max_upload=1_000,
        prefs_rules=rules,
        documents=tmp_path / "documents",
    )
    async with api_client(files_api(FileLibrary.at(paths), AuditLog())) as client:
        yield client


@pytest.mark.parametrize("kind", ["disks", "roms", "documents"])
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


@pytest.mark.parametrize("kind", ["disks", "roms", "documents"])
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
    (tmp_path / "disks").mkdir()
    (tmp_path / "disks" / "System 7.img").write_bytes(bytes(400 << 10))
    before = (await client.get("/api/prefs")).json()
    assert (before["text"], before["writable"], [*before["settable"]]) == ("", True, ["ramsize", "disk"])
    assert before["settable"]["ramsize"]["most"] == 64
    (tmp_path / "prefs").write_text("ramsize 8\nodd line\n")
    changed = (await client.post("/api/prefs", json={"set": {"ramsize": ["16"]}})).json()
    assert changed["text"] == "ramsize 16\nodd line\n"
    named = (await client.post("/api/prefs", json={"set": {"disk": ["System 7.img"]}})).json()
    assert named["text"] == f"ramsize 16\nodd line\ndisk {tmp_path}/disks/System 7.img\n"
    await client.post("/api/prefs", json={"text": "ramsize 16\nodd line\n"})
    assert (tmp_path / "prefs.bak").read_text() == named["text"]
    (tmp_path / "prefs").unlink()
    (tmp_path / "prefs").mkdir()
    assert (await client.get("/api/prefs")).status_code == 409


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"set": {"seriala": ["|touch /tmp/x"]}}, 403),
        ({"set": {"extfs": ["/"]}}, 403),
        ({"set": {"a b": []}}, 403),
        ({"set": {"Disk": ["a"]}}, 403),
        ({"text": "ramsize 8\nextfs /\n"}, 403),
        ({"text": ""}, 403),
        ({"set": {"disk": ["/dev/zero"]}}, 422),
        ({"set": {"disk": ["../prefs"]}}, 422),
        ({"set": {"ramsize": ["8\nextfs /"]}}, 422),
        ({"set": {"ramsize": ["65"]}}, 422),
    ],
)
async def test_what_is_not_listed_is_left_to_the_file(
    client: httpx.AsyncClient, tmp_path: Path, change: dict[str, object], status: int
) -> None:
    (tmp_path / "prefs").write_text("ramsize 8\nodd line\n")
    refused = await client.post("/api/prefs", json=change)
    assert refused.status_code == status
    assert status == 422 or str(tmp_path / "prefs") in refused.json()["detail"]
    assert (tmp_path / "prefs").read_text() == "ramsize 8\nodd line\n"


async def test_emulator_without_preferences_file(tmp_path: Path) -> None:
    library = FileLibrary.at(LibraryPaths(config_file=tmp_path / "moof.toml"))
    async with api_client(files_api(library, AuditLog())) as client:
        assert (await client.get("/api/prefs")).json() == {"text": "", "writable": False, "settable": {}}
        assert (await client.post("/api/prefs", json={"text": ""})).status_code == 409


async def test_folders_are_those_that_there_are(client: httpx.AsyncClient, tmp_path: Path) -> None:
    assert (await client.get("/api/folders")).json() == ["disks", "roms", "documents"]
    paths = LibraryPaths(tmp_path, tmp_path, config_file=tmp_path / "moof.toml", states=tmp_path / "states")
    async with api_client(files_api(FileLibrary.at(paths), AuditLog())) as client:
        assert (await client.get("/api/folders")).json() == ["disks", "roms", "states"]


async def test_a_document_is_saved_under_a_name_with_an_extension(client: httpx.AsyncClient) -> None:
    await client.put("/api/documents/My%20letter", content=b"Dear")
    loaded = await client.get("/api/documents/My%20letter")
    assert "My%20letter.txt" in loaded.headers["content-disposition"]


async def test_without_a_disk_there_are_no_documents(tmp_path: Path) -> None:
    paths = LibraryPaths(tmp_path, tmp_path, config_file=tmp_path / "moof.toml")
    async with api_client(files_api(FileLibrary.at(paths), AuditLog())) as client:
        assert (await client.get("/api/folders")).json() == ["disks", "roms"]
        assert (await client.get("/api/documents")).status_code == 404
        assert (await client.put("/api/documents/a", content=b"")).status_code == 404
        assert (await client.get("/api/documents/a")).status_code == 404
        assert (await client.delete("/api/documents/a")).status_code == 404
