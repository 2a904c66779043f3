"""Recipes: what they are made of, and the command that they give."""

from __future__ import annotations

import logging
import stat
from pathlib import Path

import pytest

from moof.bridge.errors import BridgeError
from moof.bridge.hot_keys import HotKey
from moof.bridge.recipe import Recipe
from moof.bridge.recipe_folder import find_recipe

SETTINGS = """
about = "A Mac"
install = "Take it from somewhere."
programs = ["no-such-program", "sh"]
swallow = ["ctrl+alt+2", "f12"]
arguments = ["--quiet", "{{directory}}/conf"]
[keys]
command = "leftalt"
[texts]
conf = "fullscreen=false"
[[files]]
what = "settings"
paths = ["{folder}/prefs"]
missing = "Make some."
option = "--config"
[[overrides]]
arguments = ["--grab", "no"]
[[messages]]
pattern = "wrong"
says = "Another one."
"""
STAND_IN = Path(__file__).parents[1] / "support" / "macemu_stand_in.py"
ALWAYS = ["--frameskip", "1", "--init_grab", "false", "--swap_opt_cmd", "true", "--keycodes", "false"]
ALWAYS += ["--sound_buffer", "2", "--hotkey", "7"]


def test_command_has_arguments_files_overrides_and_extra_ones(tmp_path: Path) -> None:
    recipe = Recipe.parse("mac", SETTINGS.format(folder=tmp_path))
    with pytest.raises(BridgeError, match="settings not found"):
        recipe.options()
    (tmp_path / "prefs").touch()
    options = recipe.options(["--more"]).in_directory(tmp_path)
    assert (tmp_path / "conf").read_text() == "fullscreen=false"
    assert Path(options.command[0]).name == "sh"
    assert options.command[1:] == [
        "--quiet",
        f"{tmp_path}/conf",
        "--config",
        f"{tmp_path}/prefs",
        "--grab",
        "no",
        "--more",
    ]
    assert [message.says for message in options.messages] == ["Another one."]
    assert options.swallow == (HotKey.parse("ctrl+alt+2"), HotKey.parse("f12"))
    with pytest.raises(BridgeError, match="there is no file"):
        recipe.check(tmp_path / "other")


def test_missing_program_is_an_error_that_says_how_to_install_it() -> None:
    recipe = Recipe.parse("x", 'about = ""\ninstall = "Take it."\nprograms = ["no-such-program"]')
    with pytest.raises(BridgeError, match=r"no-such-program is not installed\. Take it\."):
        recipe.check()


@pytest.mark.parametrize(
    "text", ["=", "colour = 1", 'mouse = "x"', "files = [{}]", 'swallow = "f12"', "images = {}"]
)
def test_invalid_recipe_is_an_error_with_its_name(text: str) -> None:
    with pytest.raises(BridgeError, match="recipe odd"):
        Recipe.parse("odd", f'about = ""\ninstall = ""\nprograms = []\n{text}')


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a ROM and a stand-in of Basilisk II on its PATH."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "etc"))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    program = tmp_path / "BasiliskII"
    program.write_text(f'#!/bin/sh\nexec python3 {STAND_IN} "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "rom").write_text("right")
    return tmp_path


def test_settings_that_do_not_fit_are_overridden_and_named(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    prefs = home / ".basilisk_ii_prefs"
    prefs.write_text(f"rom {home}/rom\ninit_grab true\nscreen dga/800/600\nframeskip 6\nswap_opt_cmd true\n")
    command = find_recipe("basilisk2").options(["--ramsize", "8"]).command
    assert command[1:] == ["--nogui", "true", "--screen", "win/800/600", *ALWAYS, "--ramsize", "8"]
    named = [record.getMessage() for record in caplog.records]
    assert len(named) == 3
    assert f"`init_grab true` in {prefs} does not fit the bridge, --init_grab false is used." in named[2]


def test_option_that_this_version_lacks_is_not_passed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / ".basilisk_ii_prefs").write_text(f"rom {home}/rom\nswap_opt_cmd false\n")
    monkeypatch.setenv("STAND_IN_OPTIONS", "frameskip nogui")
    assert find_recipe("basilisk2").options().command[3:] == ["--frameskip", "1"]


def test_settings_are_those_that_the_program_finds_so_that_its_xpram_is_too(home: Path) -> None:
    recipe = find_recipe("basilisk2")
    settings = home / "etc" / "BasiliskII" / "prefs"
    settings.parent.mkdir(parents=True)
    settings.write_text(f"rom {home}/rom\nscreen dga/640/480\n")
    assert "--config" not in recipe.options().command
    assert "win/640/480" in recipe.options().command
    (home / ".basilisk_ii_prefs").write_text(f"rom {home}/rom\n")  # it takes this one first
    assert "win/640/480" not in recipe.options().command
    assert ["--config", str(settings)] == recipe.options(chosen=settings).command[3:5]


def test_program_that_lists_no_options_gets_none(home: Path) -> None:
    (home / ".basilisk_ii_prefs").write_text(f"rom {home}/rom\n")
    (home / "BasiliskII").write_text("no interpreter\n")
    assert find_recipe("basilisk2").options().command[1:] == ["--nogui", "true"]


SHARING = 'about = ""\ninstall = ""\nprograms = ["sh"]\nshared = ["-d", "file={shared},x"]\n'


@pytest.mark.parametrize(
    ("layout", "shared", "is_made"),
    [
        ("extfs", "/documents", False),
        ("plain", "/documents", False),
        ("image", "{directory}/documents.img", True),
    ],
)
def test_a_folder_or_its_image_is_among_the_arguments(layout: str, shared: str, is_made: bool) -> None:
    recipe = Recipe.parse("x", SHARING + f'shared_layout = "{layout}"')
    folder = Path("/documents")
    assert recipe.sharing(folder) == ["-d", f"file={shared},x"]
    assert recipe.options(recipe.sharing(folder), documents=folder).documents == (folder if is_made else None)


def test_an_emulator_without_such_arguments_shares_nothing() -> None:
    recipe = Recipe.parse("x", 'about = ""\ninstall = ""\nprograms = ["sh"]')
    with pytest.raises(BridgeError, match="x has no folder"):
        recipe.sharing(Path("/documents"))
