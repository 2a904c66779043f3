"""Macs that were set up through the API: pictures, copies, removing one and bringing it back."""

from __future__ import annotations

import asyncio
import sys
import tomllib
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from moof.server.config.remote_config import write_values
from moof.server.http.mac_shelf_api import mac_shelf_api
from moof.server.http.setup_api import setup_api
from moof.setup.answers import SetupAnswers
from moof.setup.emulator_kinds import EMULATOR_KINDS
from moof.setup.mac_folders import write_mac
from moof.setup.mac_shelf import find_mac
from moof.setup.plan import plan_mac
from support.api_client import api_client
from support.quiet_backend import QuietBackend

NOW = 800_000_000.0  # seconds since 1970: when its disk was made


@pytest.fixture
def backend(tmp_path: Path) -> QuietBackend:
    """Two Macs, of which moof.toml names the first."""
    backend = QuietBackend(tmp_path)
    macs = tmp_path / "macs"
    for name, emulator in (("one", "basilisk2"), ("two", "minivmac")):
        write_mac(plan_mac(EMULATOR_KINDS[emulator], SetupAnswers(name, disk_mb=1), b"ROM", macs), NOW)
    write_values(tmp_path / "moof.toml", find_mac(macs, "one").settings)
    return backend


@pytest.fixture
async def client(backend: QuietBackend) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(mac_shelf_api(backend), setup_api(backend)) as client:
        yield client


async def names(client: httpx.AsyncClient, which: str = "macs") -> list[str]:
    return [each["name"] for each in (await client.get("/api/macs")).json()[which]]


async def test_a_mac_is_copied_under_its_name_with_a_number_or_another_one(client: httpx.AsyncClient) -> None:
    for body, name in (({"name": "one"}, "one-2"), ({"name": "two", "copy_name": "other"}, "other")):
        answer = await client.post("/api/macs/duplicate", json=body)
        assert (answer.status_code, answer.json()) == (200, {"name": name})
    assert await names(client) == ["one", "one-2", "other", "two"]
    for body, status in (
        ({"name": "none"}, 404),
        ({"name": "é" * 200}, 404),
        ({"name": "one", "copy_name": "A b"}, 422),
        ({"name": "one", "copy_name": "two"}, 409),
    ):
        assert (await client.post("/api/macs/duplicate", json=body)).status_code == status


async def test_a_removed_mac_is_brought_back(client: httpx.AsyncClient, tmp_path: Path) -> None:
    assert (await client.delete("/api/macs/two")).status_code == 204
    assert (await names(client), await names(client, "removed")) == (["one"], ["two"])
    assert tomllib.loads((tmp_path / "moof.toml").read_text())["emulator"] == "basilisk2"
    assert (await client.post("/api/macs/restore", json={"name": "two"})).json() == {"name": "two"}
    assert (await names(client), await names(client, "removed")) == (["one", "two"], [])
    for request in (client.post("/api/macs/restore", json={"name": "two"}), client.delete("/api/macs/none")):
        assert (await request).status_code == 404


async def test_moofs_own_takes_the_place_of_the_one_that_is_removed(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    assert (await client.delete("/api/macs/one")).status_code == 204
    assert tomllib.loads((tmp_path / "moof.toml").read_text()) == {}


async def test_one_that_runs_is_neither_copied_nor_removed(client: httpx.AsyncClient, tmp_path: Path) -> None:
    prefs = str(tmp_path / "macs" / "one" / "prefs")
    command = (sys.executable, "-c", "print(flush=True); input()", prefs)
    emulator = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    assert emulator.stdout is not None
    await emulator.stdout.readline()
    for request in (client.post("/api/macs/duplicate", json={"name": "one"}), client.delete("/api/macs/one")):
        answer = await request
        assert (answer.status_code, "one runs" in answer.json()["detail"]) == (409, True)
    await emulator.communicate(b"\n")
    assert (await client.delete("/api/macs/one")).status_code == 204


async def test_pictures_are_of_the_moment_at_which_a_mac_is_left(
    client: httpx.AsyncClient, backend: QuietBackend, tmp_path: Path
) -> None:
    backend.emulator.connected = False
    assert (await client.get("/api/macs/one/picture")).status_code == 404
    backend.emulator.connected = True
    await client.put("/api/macs/current", json={"name": "two"})
    listed = (await client.get("/api/macs")).json()["macs"]
    assert [each["pictured"] > 0 for each in listed] == [True, False]
    picture = await client.get("/api/macs/one/picture")
    assert (picture.content, picture.headers["content-type"]) == (b"PNG", "image/png")
    assert (await client.get("/api/macs/two/picture")).content == b"PNG"
    assert (tmp_path / "macs" / "two" / "picture.png").exists()
    assert (await client.get("/api/macs/none/picture")).status_code == 404
