"""What a recipe's emulator sees: needed files to read, the user's own and its state to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from moof.bridge.recipe import Recipe
from moof.bridge.recipe_sandbox import command_sandbox, recipe_sandbox
from moof.process.sandbox import HOMES
from moof.process.visible_files import with_settings

RECIPE = """
about = "A Mac"
install = ""
programs = ["sh"]
state = ["~/.xpram", "~/.none"]
network = true
[[files]]
what = "settings"
paths = ["{folder}/prefs"]
missing = ""
option = "--config"
names = "rom"
names_missing = ""
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("quadra.rom", "disk.img", "read-only.img", "cd.iso", "home/.xpram", "data/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prefs").write_text(
        f"rom {tmp_path}/quadra.rom\ndisk {tmp_path}/disk.img\ndisk *{tmp_path}/read-only.img\n"
        f"extfs /\nfloppy /dev/fd0\ncdrom /dev/cdrom\ndisk {tmp_path}/prefs\n"
    )
    return tmp_path


def test_what_an_emulator_with_settings_sees(folder: Path) -> None:
    recipe = Recipe.parse("mac", RECIPE.format(folder=folder))
    extra = ["--cdrom", str(folder / "cd.iso")]
    sandbox = recipe_sandbox(recipe, recipe.options(extra).command, extra)
    assert sandbox.settings == (folder / "prefs",)
    sandbox = with_settings(sandbox, folder, folder / "home")
    assert set(sandbox.read_only) == {folder / "prefs", folder / "quadra.rom", folder / "read-only.img"}
    assert set(sandbox.writable) == {folder / "cd.iso", folder / "disk.img", folder / "home/.xpram"}
    assert sandbox.home == folder / "data/moof" / HOMES / "mac"
    (folder / ".xpram").touch()
    chosen = recipe_sandbox(recipe, recipe.options((), folder / "prefs").command, (), folder / "prefs")
    assert folder / ".xpram" in chosen.writable, "beside the settings that the user has chosen"
    assert sandbox.network


def test_what_a_command_sees(folder: Path) -> None:
    sandbox = command_sandbox(["sh", "-c", "x", "disk.img"])
    assert (sandbox.read_only, sandbox.writable) == ((), (folder / "disk.img",))
    assert sandbox.home is None
    assert not sandbox.network
    assert folder / "data/moof" in sandbox.hidden
