"""Uploads that are cut and go on, through the API, without the middleware, which test_routes.py tests."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from moof.server.auth.audit import AuditLog
from moof.server.config.options import LibraryPaths
from moof.server.http.uploads_api import MEDIA_TYPE, uploads_api
from moof.server.storage.library import FileLibrary
from support.api_client import api_client

AUDIT = AuditLog()


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    paths = LibraryPaths(
        tmp_path / "disks",
        tmp_path / "roms",
        config_file=tmp_path / "moof.toml",
        max_upload=1_000,
        documents=tmp_path / "documents",
    )
    async with api_client(uploads_api(FileLibrary.at(paths).uploads, AUDIT)) as client:
        yield client


async def begin(
    client: httpx.AsyncClient, name: str, length: int, folder: str = "documents", query: str = ""
) -> httpx.Response:
    metadata = f"filetype eA==,filename {base64.b64encode(name.encode()).decode()}"
    headers = {"Upload-Length": str(length), "Upload-Metadata": metadata, "Tus-Resumable": "1.0.0"}
    return await client.post(f"/api/uploads?folder={folder}{query}", headers=headers)


async def append(client: httpx.AsyncClient, url: str, offset: int, data: bytes) -> httpx.Response:
    headers = {"Upload-Offset": str(offset), "Content-Type": MEDIA_TYPE}
    return await client.patch(url, content=data, headers=headers)


@pytest.mark.parametrize("folder", ["disks", "roms", "documents"])
async def test_a_file_comes_in_pieces(client: httpx.AsyncClient, tmp_path: Path, folder: str) -> None:
    begun = await begin(client, "Grüße 1.img", 6, folder)
    assert (begun.status_code, begun.headers["upload-offset"]) == (201, "0")
    assert begun.headers["tus-resumable"] == "1.0.0"
    url = str(begun.request.url.join(begun.headers["location"]))
    first = await append(client, url, 0, b"abc")
    assert (first.status_code, first.headers["upload-offset"]) == (204, "3")
    asked = await client.get(url)
    assert (asked.status_code, asked.headers["upload-offset"], asked.headers["upload-length"]) == (
        204,
        "3",
        "6",
    )
    assert asked.headers["cache-control"] == "no-store"
    assert (await append(client, url, 3, b"def")).status_code == 204
    assert (tmp_path / folder / "Grüße 1.img").read_bytes() == b"abcdef"
    assert AUDIT.entries[0].detail == f"PATCH {httpx.URL(url).path}: Grüße 1.img"


async def test_a_removed_upload_is_gone(client: httpx.AsyncClient) -> None:
    begun = await begin(client, "a", 6)
    url = str(begun.request.url.join(begun.headers["location"]))
    assert (await client.delete(url)).status_code == 204
    assert (await client.get(url)).status_code == 404
    assert (await client.delete(url)).status_code == 404
    assert (await append(client, url, 0, b"")).status_code == 404


async def test_what_is_refused(client: httpx.AsyncClient) -> None:
    assert (await begin(client, "a", 1_001)).status_code == 413
    assert (await begin(client, "../a", 1)).status_code == 422
    assert (await begin(client, "a", 1, "nowhere")).status_code == 404
    assert (await begin(client, "a", 0)).status_code == 201
    assert (await begin(client, "a", 0)).status_code == 409
    assert (await begin(client, "a", 0, query="&replace=true")).status_code == 201
    url = str((await begin(client, "b", 2)).headers["location"])
    assert (await append(client, f"/api/{url}", 1, b"x")).status_code == 409
    assert (await append(client, f"/api/{url}", 0, b"xyz")).status_code == 409
    assert (await client.patch(f"/api/{url}", headers={"Upload-Offset": "0"})).status_code == 415


@pytest.mark.parametrize("metadata", ["", "filename", "filename !", "name YQ==", "filename /w==", ","])
async def test_a_name_is_needed(client: httpx.AsyncClient, metadata: str) -> None:
    headers = {"Upload-Length": "1", "Upload-Metadata": metadata}
    assert (await client.post("/api/uploads?folder=documents", headers=headers)).status_code == 422
