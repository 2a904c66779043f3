"""Disk images over the API: what they are, and new ones."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from moof.server.auth.audit import AuditLog
from moof.server.http.disks_api import disks_api
from moof.server.storage.folder import Folder
from moof.setup.disk_identity import DiskKind, identify_disk
from support.api_client import api_client


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(
        disks_api(Folder(tmp_path / "disks", 50 << 20, max_total=60 << 20), AuditLog())
    ) as client:
        yield client


async def test_a_new_disk_is_an_empty_volume(client: httpx.AsyncClient, tmp_path: Path) -> None:
    made = await client.post("/api/disks", json={"name": "games.img", "size_mb": 20, "volume": "Games"})
    assert (made.status_code, made.json()["size"]) == (201, 20 << 20)
    disk = tmp_path / "disks" / "games.img"
    assert (identify_disk(disk).kind, identify_disk(disk).volume) == (DiskKind.HFS, "Games")
    assert disk.stat().st_blocks * 512 < 1 << 20
    assert [each.name for each in disk.parent.iterdir()] == ["games.img"]
    report = (await client.get("/api/disks/games.img/kind")).json()
    assert report == {
        "kind": "HFS",
        "sentence": "This is the disk “Games” (HFS).",
        "volume": "Games",
        "disk": True,
        "cd": True,
    }


@pytest.mark.parametrize(
    ("disk", "status"),
    [
        ({"name": "a.img", "size_mb": 0}, 422),
        ({"name": "a.img", "size_mb": 2001}, 422),
        ({"name": "../a.img", "size_mb": 1}, 422),
        ({"name": "a.img", "size_mb": 1, "volume": "a:b"}, 422),
        ({"name": "there.img", "size_mb": 1}, 409),
        ({"name": "a.img", "size_mb": 51}, 413),
        ({"name": "a.img", "size_mb": 45}, 507),
    ],
)
async def test_disks_that_cannot_be_made_are_refused(
    client: httpx.AsyncClient, tmp_path: Path, disk: dict[str, Any], status: int
) -> None:
    await client.post("/api/disks", json={"name": "there.img", "size_mb": 20})
    assert (await client.post("/api/disks", json=disk)).status_code == status
    assert [each.name for each in (tmp_path / "disks").iterdir()] == ["there.img"]


async def test_what_is_no_image_is_said(client: httpx.AsyncClient, tmp_path: Path) -> None:
    (tmp_path / "disks").mkdir()
    (tmp_path / "disks" / "a").write_bytes(b"PK\x03\x04" + bytes(500_000))
    report = (await client.get("/api/disks/a/kind")).json()
    assert (report["kind"], report["disk"], report["cd"]) == ("wrong", False, False)
    assert "ZIP" in report["sentence"]
    assert (await client.get("/api/disks/b/kind")).status_code == 404
