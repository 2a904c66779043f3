"""Moof's recipes and the user's."""

from __future__ import annotations

from pathlib import Path

import pytest

from moof.bridge.errors import BridgeError
from moof.bridge.keycodes import EVDEV_KEYS, CapsLock, x_keycodes
from moof.bridge.recipe_folder import all_recipes, find_recipe
from moof.preference_rules import RuleKind


def test_shipped_recipes_are_valid() -> None:
    assert {"basilisk2", "sheepshaver", "minivmac", "qemu-q800", "hatari"} <= {r.name for r in all_recipes()}


def test_users_recipe_replaces_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "moof" / "recipes"
    folder.mkdir(parents=True)
    (folder / "hatari.toml").write_text('about = "mine"\ninstall = ""\nprograms = ["sh"]')
    assert find_recipe("hatari").about == "mine"


MINE = b'about = "mine"\ninstall = ""\nprograms = ["sh"]'


@pytest.mark.parametrize("content", [b'about = "', b"\xff\xfe", None])
def test_a_recipe_that_cannot_be_used_hides_no_other(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "moof" / "recipes"
    folder.mkdir(parents=True)
    (folder / "folder.toml").mkdir()
    (folder / "mine.toml").write_bytes(MINE)
    broken = folder / "broken.toml"
    if content is None:
        broken.symlink_to("nowhere")
    else:
        broken.write_bytes(content)
    names = {recipe.name for recipe in all_recipes()}
    assert {"hatari", "mine"} <= names
    assert not {"broken", "folder"} & names
    assert find_recipe("hatari").name == "hatari"
    with pytest.raises(BridgeError, match="recipe broken"):
        find_recipe("broken")
    assert ("the recipe broken" in caplog.text) == (content is not None)


def test_a_folder_of_recipes_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "moof").mkdir()
    (tmp_path / "moof" / "recipes").touch()
    assert find_recipe("hatari").name == "hatari"
    assert f"Recipes in {tmp_path}/moof/recipes are left out" in caplog.text


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(BridgeError, match="basilisk2"):
        find_recipe("amiga")


def test_basilisk_ii_has_f13_to_f15_at_print_scroll_lock_and_pause() -> None:
    keycodes = x_keycodes(find_recipe("basilisk2").keys)
    names = ("sysrq", "scrolllock", "pause")
    assert [keycodes[adb] for adb in (0x69, 0x6B, 0x71)] == [EVDEV_KEYS[name] + 8 for name in names]


def test_caps_lock_is_held_for_a_quadras_keyboard() -> None:
    assert find_recipe("qemu-q800").caps_lock is CapsLock.HOLD
    assert find_recipe("hatari").caps_lock is CapsLock.TAP


FROM_THE_FILE_ONLY = {
    *("extfs", "seriala", "serialb", "ether", "etherconfig", "redir", "host_domain", "udptunnel", "udpport"),
    *("scsi0", "scsi6", "xpram", "keycodefile", "fbdevicefile", "dsp", "mixer", "nonet", "nogui", "hotkey"),
    *("init_grab", "swap_opt_cmd", "keycodes", "sdlrender", "jitdebug", "jitblacklist", "title"),
}
"""Preferences of Basilisk II and SheepShaver: commands, devices, networks, folders, and the bridge's."""


def test_shipped_recipes_that_draw_without_opengl_say_so() -> None:
    drawing_with = {recipe.name for recipe in all_recipes() if recipe.opengl}
    assert drawing_with == {"fs-uae", "scummvm"}


def test_shipped_recipes_leave_commands_devices_and_networks_to_the_file() -> None:
    listed = {recipe.name: recipe.prefs for recipe in all_recipes() if recipe.prefs}
    assert {"basilisk2", "sheepshaver"} <= listed.keys()
    for rules in listed.values():
        assert not FROM_THE_FILE_ONLY & rules.keys()
        assert not [rule for rule in rules.values() if rule.kind is RuleKind.TEXT]
