"""Recipes: the shipped ones are valid, and errors say what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from moof.bridge.errors import BridgeError
from moof.bridge.hot_keys import HotKey
from moof.bridge.keycodes import EVDEV_KEYS, CapsLock, x_keycodes
from moof.bridge.recipe import Recipe, all_recipes, find_recipe

SETTINGS = """
about = "A Mac"
install = "Take it from somewhere."
programs = ["no-such-program", "sh"]
swallow = ["ctrl+alt+2", "f12"]
arguments = ["--quiet"]
[keys]
command = "leftalt"
[[files]]
what = "settings"
paths = ["{folder}/prefs"]
missing = "Make some."
option = "--config"
names = "rom"
names_missing = "It needs a ROM of your own."
"""


def test_shipped_recipes_are_valid() -> None:
    assert {"basilisk2", "sheepshaver", "minivmac", "qemu-q800", "hatari"} <= {r.name for r in all_recipes()}


def test_basilisk_ii_has_f13_to_f15_at_print_scroll_lock_and_pause() -> None:
    keycodes = x_keycodes(find_recipe("basilisk2").keys)
    names = ("sysrq", "scrolllock", "pause")
    assert [keycodes[adb] for adb in (0x69, 0x6B, 0x71)] == [EVDEV_KEYS[name] + 8 for name in names]


def test_caps_lock_is_held_for_a_quadras_keyboard() -> None:
    assert find_recipe("qemu-q800").caps_lock is CapsLock.HOLD
    assert find_recipe("hatari").caps_lock is CapsLock.TAP


def test_errors_say_what_is_missing(tmp_path: Path) -> None:
    recipe = Recipe.parse("mac", SETTINGS.format(folder=tmp_path))
    with pytest.raises(BridgeError, match="settings not found"):
        recipe.options()
    (tmp_path / "prefs").write_text(f"disk a.img\n\nrom\nrom\t{tmp_path}/mac.rom\n")
    with pytest.raises(BridgeError, match="It needs a ROM of your own"):
        recipe.options()
    (tmp_path / "mac.rom").write_bytes(b"rom")
    options = recipe.options(["--more"])
    assert Path(options.command[0]).name == "sh"
    assert options.command[1:] == ["--quiet", "--config", str(tmp_path / "prefs"), "--more"]
    assert options.swallow == (HotKey.parse("ctrl+alt+2"), HotKey.parse("f12"))
    with pytest.raises(BridgeError, match="there is no file"):
        recipe.options(chosen=tmp_path / "other")


def test_missing_program_is_an_error_that_says_how_to_install_it() -> None:
    recipe = Recipe.parse("x", 'about = ""\ninstall = "Take it."\nprograms = ["no-such-program"]')
    with pytest.raises(BridgeError, match="no-such-program is not installed"):
        recipe.options()


def test_users_recipe_replaces_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "moof" / "recipes"
    folder.mkdir(parents=True)
    (folder / "hatari.toml").write_text('about = "mine"\ninstall = ""\nprograms = ["sh"]')
    assert find_recipe("hatari").about == "mine"


@pytest.mark.parametrize(
    "text",
    [
        "=",
        "colour = 1",
        'about = ""\ninstall = ""\nprograms = []\nmouse = "x"',
        'about = ""\ninstall = ""\nprograms = []\nswallow = ["ctrl+nothing"]',
        'about = ""\ninstall = ""\nprograms = []\nswallow = "f12"',
    ],
)
def test_invalid_recipe_is_an_error_with_its_name(text: str) -> None:
    with pytest.raises(BridgeError, match="recipe odd"):
        Recipe.parse("odd", text)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(BridgeError, match="basilisk2"):
        find_recipe("amiga")
