"""The images of the present Mac through the API, without the middleware."""

from __future__ import annotations

import json
import tomllib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from moof.bridge.recipe_folder import find_recipe
from moof.preference_rules import parse_rules
from moof.server.config.installed_emulators import EmulatorPrefs, NoInstalledEmulators
from moof.server.config.settings import read_settings
from moof.server.http.images_api import images_api
from moof.setup.blank_disk import write_blank_disk
from moof.setup.image_rules import ImageRules
from moof.setup.mac_paths import OTHERS_DISK
from support.api_client import api_client
from support.quiet_backend import QuietBackend


class Basilisk(NoInstalledEmulators):
    """The emulator that is started next has these preferences, or takes images by these rules."""

    def __init__(self, prefs: EmulatorPrefs | None) -> None:
        self.prefs = prefs
        self.images: ImageRules | None = None

    def next_prefs(self, first: EmulatorPrefs | None) -> EmulatorPrefs | None:
        return self.prefs

    def next_images(self) -> ImageRules | None:
        return self.images


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
    async with api_client(images_api(backend)) as client:
        yield client


def text_of(file: Path) -> str:
    return file.read_text()


def entry(images: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in images["images"] if each["name"] == name)


async def test_images_are_listed_with_what_they_are(client: httpx.AsyncClient) -> None:
    images = (await client.get("/api/images")).json()
    assert (images["takes"], images["locks"]) == (["disk", "cd"], True)
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


@pytest.fixture
def arguments(backend: QuietBackend, tmp_path: Path) -> Path:
    """moof.toml of a Mac of QEMU in place of Basilisk II, with a disk and another argument."""
    assert isinstance(backend.installed, Basilisk)
    backend.installed.prefs = None
    backend.installed.images = find_recipe("qemu-q800").images
    file = tmp_path / "moof.toml"
    file.write_text(
        'emulator = "qemu-q800"\nemulator_argument = [\n  "-drive", "file=/own.img", # mine\n  "-s",\n]\n'
    )
    return file


async def test_an_image_is_attached_by_arguments(
    client: httpx.AsyncClient, arguments: Path, tmp_path: Path
) -> None:
    before, path = text_of(arguments), tmp_path / "disks" / "games.img"
    for body, words in (
        ({"attached": "disk"}, f"file={path},format=raw,media=disk"),
        ({"attached": "disk", "read_only": True}, f"file={path},format=raw,media=disk,readonly=on"),
        ({"attached": "cd"}, f"file={path},format=raw,media=cdrom"),
    ):
        answer = await client.put("/api/images/games.img", json=body)
        assert answer.status_code == 200
        written = read_settings(arguments).values["emulator_argument"]
        assert written == ["-drive", "file=/own.img", "-s", "-drive", words]
        assert "# mine" in text_of(arguments)
        images = answer.json()
        assert (entry(images, "games.img")["attached"], images["locks"]) == (body["attached"], True)
        assert [each["path"] for each in images["elsewhere"]] == ["/own.img"]
    await client.put("/api/images/games.img", json={"attached": None})
    assert read_settings(arguments).values == tomllib.loads(before)


async def test_moof_toml_that_is_wrong_is_said(
    client: httpx.AsyncClient, arguments: Path, tmp_path: Path
) -> None:
    for text, reason in (("emulator_argument = 5\n", "a list of texts"), ("=", "Invalid")):
        (tmp_path / "moof.toml").write_text(text)
        for answer in (
            await client.get("/api/images"),
            await client.put("/api/images/games.img", json={"attached": "disk"}),
        ):
            assert answer.status_code == 409
            assert reason in answer.json()["detail"]
        assert text_of(arguments) == text


async def test_what_arguments_cannot_name_is_refused(
    client: httpx.AsyncClient, backend: QuietBackend, arguments: Path, tmp_path: Path
) -> None:
    before = text_of(arguments)
    answer = await client.put("/api/images/archive.zip", json={"attached": "disk"})
    assert (answer.status_code, answer.json()["detail"][:21]) == (422, "archive.zip: This is ")
    assert isinstance(backend.installed, Basilisk)
    backend.installed.images = find_recipe("qemu-mac99").images
    answer = await client.put("/api/images/games.img", json={"attached": "disk", "read_only": True})
    assert answer.status_code == 409
    assert (await client.get("/api/images")).json()["locks"] is False
    backend.installed.images = find_recipe("minivmac").images
    assert entry((await client.get("/api/images")).json(), "games.img")["uses"] == ["disk"]
    answer = await client.put("/api/images/games.img", json={"attached": "cd"})
    assert answer.status_code == 409
    assert text_of(arguments) == before


@pytest.mark.parametrize("by_arguments", [False, True])
async def test_an_image_whose_file_is_gone_is_detached(
    client: httpx.AsyncClient,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    *,
    by_arguments: bool,
) -> None:
    if by_arguments:
        request.getfixturevalue("arguments")
    file = tmp_path / ("moof.toml" if by_arguments else "mac-prefs")
    before = tomllib.loads(text_of(file)) if by_arguments else text_of(file)
    await client.put("/api/images/games.img", json={"attached": "disk"})
    (tmp_path / "disks" / "games.img").unlink()
    images = (await client.get("/api/images")).json()
    games = entry(images, "games.img")
    assert (games["missing"], games["attached"], games["uses"]) == (True, "disk", [])
    assert len(images["elsewhere"]) == 1
    for body in ({"attached": "cd"}, {"attached": "disk", "read_only": True}):
        assert (await client.put("/api/images/games.img", json=body)).status_code == 404
    answer = await client.put("/api/images/games.img", json={"attached": None})
    assert [each["name"] for each in answer.json()["images"]] == ["archive.zip"]
    assert (tomllib.loads(text_of(file)) if by_arguments else text_of(file)) == before
    assert (await client.put("/api/images/games.img", json={"attached": None})).status_code == 404
