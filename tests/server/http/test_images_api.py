"""The images of the present Mac through the API, without the middleware."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from moof.preference_rules import parse_rules
from moof.server.config.installed_emulators import EmulatorPrefs, NoInstalledEmulators
from moof.server.http import problems
from moof.server.http.images_api import images_api
from moof.setup.blank_disk import write_blank_disk
from moof.setup.mac_paths import OTHERS_DISK
from support.quiet_backend import QuietBackend


class Basilisk(NoInstalledEmulators):
    """The emulator that is started next has these preferences."""

    def __init__(self, prefs: EmulatorPrefs | None) -> None:
        self.prefs = prefs

    def next_prefs(self, first: EmulatorPrefs | None) -> EmulatorPrefs | None:
        return self.prefs


@pytest.fixture
def backend(tmp_path: Path) -> QuietBackend:
    backend = QuietBackend(tmp_path)
    (tmp_path / "disks").mkdir()
    with (tmp_path / "disks" / "games.img").open("wb") as file:
        write_blank_disk(file, 1 << 20, "Games", 0.0)
    (tmp_path / "disks" / "archive.zip").write_bytes(b"PK\x03\x04" + bytes(500_000))
    rules = parse_rules({"disk": "paths disks", "cdrom": "paths disks"})
    (tmp_path / "mac-prefs").write_text("disk /own/disk.img\n")
    backend.installed = Basilisk(EmulatorPrefs(tmp_path / "mac-prefs", rules))
    return backend


@pytest.fixture
async def client(backend: QuietBackend) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    problems.install(app)
    app.include_router(images_api(backend))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        yield client


def entry(images: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in images["images"] if each["name"] == name)


async def test_images_are_listed_with_what_they_are(client: httpx.AsyncClient) -> None:
    images = (await client.get("/api/images")).json()
    assert images["takes"] == ["disk", "cd"]
    assert images["elsewhere"] == [{"path": "/own/disk.img", "attached": "disk", "read_only": False}]
    games = entry(images, "games.img")
    assert (games["sentence"], games["values"]) == ("This is the disk “{volume}” (HFS).", {"volume": "Games"})
    assert (games["uses"], games["attached"], games["size"]) == (["disk", "cd"], None, 1 << 20)
    archive = entry(images, "archive.zip")
    assert (archive["uses"], archive["values"]) == ([], {"found": "a ZIP archive: unpack it first"})


async def test_an_image_is_attached_changed_and_detached(client: httpx.AsyncClient, tmp_path: Path) -> None:
    path = tmp_path / "disks" / "games.img"
    for body, line in (
        ({"attached": "disk"}, f"disk {path}"),
        ({"attached": "disk", "read_only": True}, f"disk *{path}"),
        ({"attached": "cd"}, f"cdrom {path}"),
    ):
        answer = await client.put("/api/images/games.img", json=body)
        assert answer.status_code == 200
        assert (tmp_path / "mac-prefs").read_text().splitlines() == ["disk /own/disk.img", line]
        assert entry(answer.json(), "games.img")["attached"] == body["attached"]
    answer = await client.put("/api/images/games.img", json={"attached": None})
    assert entry(answer.json(), "games.img")["attached"] is None
    assert (tmp_path / "mac-prefs").read_text() == "disk /own/disk.img\n"


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("archive.zip", {"attached": "disk"}, 422),
        ("gone.img", {"attached": "disk"}, 404),
        ("..%2Fmac-prefs", {"attached": "disk"}, 404),
        ("games.img", {"attached": "floppy"}, 422),
        ("games.img", {}, 422),
    ],
)
async def test_what_cannot_be_attached_is_refused(
    client: httpx.AsyncClient, tmp_path: Path, name: str, body: dict[str, Any], status: int
) -> None:
    assert (await client.put(f"/api/images/{name}", json=body)).status_code == status
    assert (tmp_path / "mac-prefs").read_text() == "disk /own/disk.img\n"


async def test_the_disk_of_another_mac_is_attached_to_be_read_alone(
    client: httpx.AsyncClient, backend: QuietBackend, tmp_path: Path
) -> None:
    prefs = Path(f"{tmp_path}/macs/one/prefs"), Path(f"{tmp_path}/macs/two/prefs")
    for each in prefs:
        each.parent.mkdir(parents=True)
        start = {"emulator": "basilisk2", "emulator_file": str(each)}
        (each.parent / "start.json").write_text(json.dumps(start))
    assert isinstance(backend.installed, Basilisk)
    assert backend.installed.prefs is not None
    backend.installed.prefs = replace(backend.installed.prefs, path=prefs[0])
    for use in ("disk", "cd", "disk"):  # its own one is no other Mac's
        assert (await client.put("/api/images/games.img", json={"attached": use})).status_code == 200
    backend.installed.prefs = replace(backend.installed.prefs, path=prefs[1])
    answer = await client.put("/api/images/games.img", json={"attached": "disk"})
    assert (answer.status_code, answer.json()["detail"]) == (422, OTHERS_DISK)
    for body in ({"attached": "disk", "read_only": True}, {"attached": "cd"}):
        assert (await client.put("/api/images/games.img", json=body)).status_code == 200


async def test_a_mac_without_such_settings_takes_no_images(
    client: httpx.AsyncClient, backend: QuietBackend
) -> None:
    assert isinstance(backend.installed, Basilisk)
    backend.installed.prefs = None
    images = (await client.get("/api/images")).json()
    assert (images["takes"], len(images["images"]), images["elsewhere"]) == ([], 2, [])
    answer = await client.put("/api/images/games.img", json={"attached": "disk"})
    assert answer.status_code == 409
