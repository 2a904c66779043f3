"""The picture of the Mac that is used is kept in its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from moof.server.http.mac_pictures import MacPictures, time_of_picture
from moof.setup.answers import SetupAnswers
from moof.setup.emulator_kinds import EMULATOR_KINDS
from moof.setup.mac_folders import write_mac
from moof.setup.plan import plan_mac
from support.quiet_backend import QuietBackend

NOW = 800_000_000.0  # seconds since 1970: when its disk was made


async def test_a_picture_is_kept_while_the_mac_runs(tmp_path: Path) -> None:
    backend = QuietBackend(tmp_path)
    plan = plan_mac(EMULATOR_KINDS["basilisk2"], SetupAnswers("one", disk_mb=0), b"ROM", tmp_path / "macs")
    write_mac(plan, NOW)
    pictures = MacPictures(backend)
    backend.emulator.connected = True
    await pictures.take()  # moof.toml names no Mac that was set up
    (tmp_path / "moof.toml").write_text(f'emulator = "basilisk2"\nemulator_file = "{plan.folder}/prefs"\n')
    backend.emulator.connected = False
    await pictures.take()
    assert time_of_picture(plan.folder) == 0
    backend.emulator.connected = True
    await pictures.take()
    assert (plan.folder / "picture.png").read_bytes() == b"PNG"
    assert time_of_picture(plan.folder) > 0


async def test_what_cannot_be_kept_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    backend = QuietBackend(tmp_path)
    plan = plan_mac(EMULATOR_KINDS["basilisk2"], SetupAnswers("one", disk_mb=0), b"ROM", tmp_path / "macs")
    write_mac(plan, NOW)
    (tmp_path / "moof.toml").write_text(f'emulator_file = "{plan.folder}/prefs"\n')
    (plan.folder / "picture.png").mkdir()
    backend.emulator.connected = True
    await MacPictures(backend).take()
    assert "picture of the Mac one is not kept" in caplog.text
    (tmp_path / "moof.toml").write_text("=")
    await MacPictures(backend).take()
