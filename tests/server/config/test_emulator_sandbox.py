"""What an emulator of moof.toml sees in its sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from moof.server.config.emulator_sandbox import configured_sandbox
from moof.server.config.emulator_settings import EmulatorSettings


def test_its_installation_its_table_and_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("b2/BasiliskII", "mac/cd.iso", "mac/prefs", "home/x", "data/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    settings = EmulatorSettings(
        (str(tmp_path / "b2/BasiliskII"), "--cdrom", "cd.iso"),
        folder=tmp_path / "mac",
        prefs=tmp_path / "mac/prefs",
        files=(Path("/roms"),),
        shared=(Path("/shared"),),
        network=True,
    )
    sandbox = configured_sandbox("b2", settings)
    assert sandbox.read_only == (tmp_path / "b2", Path("/roms"))
    assert sandbox.writable == (tmp_path / "mac/cd.iso", Path("/shared"), tmp_path / "mac")
    assert sandbox.settings == (tmp_path / "mac/prefs",)
    assert (sandbox.network, sandbox.own_pids) == (True, False)
    homes = tmp_path / "data/moof/homes"
    assert (sandbox.home, sandbox.tmp) == (homes / "b2", homes / "b2.tmp")


def test_a_folder_that_holds_more_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert configured_sandbox("b2", EmulatorSettings(("sh",), folder=tmp_path)).writable == ()
    assert configured_sandbox("b2", EmulatorSettings(("sh",))).settings == ()
