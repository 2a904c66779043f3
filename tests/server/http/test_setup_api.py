"""Macs through the API, without the middleware, which test_routes.py tests."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpx
import pytest

from moof.server.config.installed_emulators import InstalledEmulator, NoInstalledEmulators
from moof.server.http.setup_api import setup_api
from support.api_client import api_client
from support.quiet_backend import QuietBackend
from support.rom_files import PLUS, QUADRA, make_rom

ROM = make_rom(QUADRA)


class Installed(NoInstalledEmulators):
    """The built-in Mac, which runs, and Basilisk II."""

    @property
    def follows_file(self) -> bool:
        return True

    def all(self) -> Sequence[InstalledEmulator]:
        own = InstalledEmulator("own", "own")
        return [*(InstalledEmulator(name, name, at_restart=True) for name in ("mac", "basilisk2")), own]

    def install_advice(self, name: str) -> str:
        return f"Get {name}."


@pytest.fixture
def backend(tmp_path: Path) -> QuietBackend:
    backend = QuietBackend(tmp_path)
    backend.installed = Installed()
    for folder, name, data in (
        ("roms", "quadra.rom", ROM),
        ("roms", "high", ROM[::2]),
        ("roms", "low", ROM[1::2]),
        ("roms", "plus.rom", make_rom(PLUS)),
        ("disks", "system.img", bytes(400 << 10)),
    ):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_bytes(data)
    return backend


@pytest.fixture
async def client(backend: QuietBackend) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(setup_api(backend)) as client:
        yield client


async def test_emulators_and_their_questions_are_listed(client: httpx.AsyncClient) -> None:
    macs = (await client.get("/api/macs")).json()
    assert {each["name"]: each["installed"] for each in macs["emulators"]} == {
        "basilisk2": True,
        "sheepshaver": False,
        "minivmac": False,
    }
    assert [each["install"] for each in macs["emulators"]] == ["", "Get sheepshaver.", "Get minivmac."]
    names = [each["name"] for each in macs["emulators"][0]["questions"]]
    assert names == ["rom", "disk", "disk-size", "cd", "memory", "screen", "depth", "sound"]
    assert (macs["macs"], macs["current"], macs["switches"]) == ([], None, True)
    assert macs["current_emulator"] == "mac"


async def test_an_emulator_without_a_folder_has_its_arguments_again(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    text = 'emulator = "basilisk2"\nemulator_file = "/prefs"\nemulator_argument = ["--ramsize", "8"]\n'
    (tmp_path / "moof.toml").write_text(text)
    for chosen in ({"emulator": "basilisk2"}, {"emulator": "mac"}, {"emulator": "basilisk2"}):
        assert (await client.put("/api/macs/current", json=chosen)).status_code == 200
    assert tomllib.loads((tmp_path / "moof.toml").read_text()) == tomllib.loads(text)
    (tmp_path / "moof.toml").write_text("=")
    assert (await client.put("/api/macs/current", json={"emulator": "mac"})).status_code == 409


@pytest.mark.parametrize(
    ("files", "accepted", "half", "words"),
    [
        (["quadra.rom"], True, False, "Quadra 610"),
        (["low", "high"], True, False, "Quadra 610"),
        (["low"], False, True, "Quadra 610"),
        (["plus.rom"], False, False, "Plus"),
    ],
)
async def test_a_rom_is_recognised(
    client: httpx.AsyncClient, files: list[str], accepted: bool, half: bool, words: str
) -> None:
    body = {"emulator": "basilisk2", "files": files}
    answer = (await client.post("/api/macs/rom", json=body)).json()
    assert (answer["accepted"], answer["half"]) == (accepted, half)
    assert words in answer["sentence"].format(**answer["values"])


async def test_a_mac_is_set_up_and_another_one_used(
    client: httpx.AsyncClient, backend: QuietBackend, tmp_path: Path
) -> None:
    backend.emulator.connected = True
    answers = {"disk": "system.img", "memory": "32", "sound": "no", "cd": ""}
    body = {"emulator": "basilisk2", "rom": ["quadra.rom"], "answers": answers}
    added = await client.post("/api/macs", json=body)
    assert (added.status_code, added.json()) == (200, {"name": "basilisk2", "started": True})
    prefs = (tmp_path / "macs" / "basilisk2" / "prefs").read_text().splitlines()
    assert f"disk {tmp_path}/disks/system.img" in prefs
    assert {"ramsize 33554432", "nosound true"} <= set(prefs)
    macs = (await client.get("/api/macs")).json()
    assert macs["macs"] == [{"name": "basilisk2", "emulator": "Basilisk II", "pictured": 0.0}]
    assert (macs["removed"], macs["running"]) == ([], True)
    assert macs["current"] == "basilisk2"
    assert (await client.put("/api/macs/current", json={"name": None})).json()["name"] is None
    assert tomllib.loads((tmp_path / "moof.toml").read_text()) == {}
    assert (await client.put("/api/macs/current", json={"name": "basilisk2"})).status_code == 200
    assert tomllib.loads((tmp_path / "moof.toml").read_text())["emulator"] == "basilisk2"


async def test_a_mac_has_the_name_that_it_is_given(client: httpx.AsyncClient, tmp_path: Path) -> None:
    body = {"name": "mine", "emulator": "basilisk2", "rom": ["quadra.rom"]}
    assert (await client.post("/api/macs", json=body)).json()["name"] == "mine"
    assert (await client.post("/api/macs", json=body)).status_code == 409
    assert [each.name for each in (tmp_path / "macs").iterdir()] == ["mine"]


async def test_macs_that_are_set_up_at_once_all_get_a_name(client: httpx.AsyncClient) -> None:
    body = {"emulator": "basilisk2", "rom": ["quadra.rom"]}
    answers = await asyncio.gather(*(client.post("/api/macs", json=body) for _ in range(4)))
    assert {each.status_code for each in answers} == {200}
    assert len({each.json()["name"] for each in answers}) == 4


async def test_two_macs_do_not_get_one_disk(client: httpx.AsyncClient) -> None:
    body = {"emulator": "basilisk2", "rom": ["quadra.rom"], "answers": {"disk": "system.img"}}
    assert (await client.post("/api/macs", json=body)).status_code == 200
    refused = await client.post("/api/macs", json=body)
    assert (refused.status_code, refused.json()["detail"][:26]) == (422, "Another Mac has this disk:")


async def test_an_emulator_with_settings_of_its_own_is_used(
    client: httpx.AsyncClient, backend: QuietBackend, tmp_path: Path
) -> None:
    backend.emulator.connected = True
    (tmp_path / "moof.toml").write_text('emulator = "x"\nemulator_file = "f"\n')
    for emulator, started in (("basilisk2", True), ("own", False)):
        answer = await client.put("/api/macs/current", json={"emulator": emulator})
        assert answer.json() == {"name": None, "started": started}
        assert tomllib.loads((tmp_path / "moof.toml").read_text()) == {"emulator": emulator}
    assert (await client.get("/api/macs")).json()["current_emulator"] == "own"
    assert (await client.put("/api/macs/current", json={"emulator": "gone"})).status_code == 422
    assert (await client.put("/api/macs/current", json={"emulator": "mac"})).json()["started"]
    assert tomllib.loads((tmp_path / "moof.toml").read_text()) == {}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"rom": ["plus.rom"]}, 422),
        ({"rom": ["none"]}, 404),
        ({"rom": ["../moof.toml"]}, 404),
        ({"emulator": "hatari"}, 422),
        ({"answers": {"memory": "7"}}, 422),
        ({"answers": {"disk": "../roms/plus.rom"}}, 404),
        ({"answers": {"network": "yes"}}, 422),
        ({"answers": {"extfs": "/"}}, 422),
        ({"name": "A b"}, 422),
        ({"name": "../x"}, 422),
    ],
)
async def test_what_is_refused_leaves_nothing(
    client: httpx.AsyncClient, tmp_path: Path, change: dict[str, object], status: int
) -> None:
    body = {"emulator": "basilisk2", "rom": ["quadra.rom"], "answers": {}, **change}
    assert (await client.post("/api/macs", json=body)).status_code == status
    assert not (tmp_path / "macs").exists()
    assert not (tmp_path / "moof.toml").exists()


async def test_unknown_macs_and_unreadable_settings(client: httpx.AsyncClient, tmp_path: Path) -> None:
    assert (await client.put("/api/macs/current", json={"name": "none"})).status_code == 404
    (tmp_path / "moof.toml").write_text("=")
    assert (await client.get("/api/macs")).status_code == 409
    body = {"emulator": "basilisk2", "rom": ["quadra.rom"]}
    assert (await client.post("/api/macs", json=body)).status_code == 409
    assert list((tmp_path / "macs").iterdir()) == []
