"""`GET /api/emulator-choices`, and what `PUT /api/config` accepts of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from moof.server.config.installed_emulators import InstalledEmulator, NoInstalledEmulators
from moof.server.http.control_api import api
from moof.server.http.emulator_choices_api import emulator_choices_api
from support.api_client import api_client
from support.quiet_backend import QuietBackend


class Installed(NoInstalledEmulators):
    """Two emulators, one of which lacks something."""

    @property
    def follows_file(self) -> bool:
        return True

    def all(self) -> list[InstalledEmulator]:
        return [
            InstalledEmulator("mac", "Built-in Mac", at_restart=True),
            InstalledEmulator("hatari", "Hatari: the Atari ST", at_restart=True),
            InstalledEmulator("basilisk2", "Basilisk II: 68k Macs", "It needs a ROM."),
        ]

    def install_advice(self, name: str) -> str:
        return ""


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    backend = QuietBackend(tmp_path)
    backend.installed = Installed()
    async with api_client(api(backend), emulator_choices_api(backend.installed)) as client:
        yield client


async def test_the_installed_emulators_are_listed(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/api/emulator-choices")).json()
    assert answer["follows_file"] is True
    hatari, basilisk = answer["emulators"][1:]
    assert hatari == {"name": "hatari", "about": "Hatari: the Atari ST", "missing": "", "at_restart": True}
    assert (basilisk["missing"], basilisk["at_restart"]) == ("It needs a ROM.", False)


async def test_an_installed_emulator_can_be_chosen_unless_it_lacks_something(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    assert (await client.put("/api/config", json={"emulator": "hatari"})).status_code == 200
    assert 'emulator = "hatari"' in (tmp_path / "moof.toml").read_text()
    reasons = {"basilisk2": "basilisk2 cannot be started: It needs a ROM.", "other": "no emulator 'other'"}
    for name, reason in reasons.items():
        answer = await client.put("/api/config", json={"emulator": name})
        assert (answer.status_code, reason in answer.json()["detail"]) == (422, True)
    for kept in ({"emulator": "hatari", "ram": 16}, {}):
        assert (await client.put("/api/config", json=kept)).status_code == 200
