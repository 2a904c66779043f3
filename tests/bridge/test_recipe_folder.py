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


def test_shipped_recipes_leave_commands_devices_and_networks_to_the_file() -> None:
    listed = {recipe.name: recipe.prefs for recipe in all_recipes() if recipe.prefs}
    assert {"basilisk2", "sheepshaver"} <= listed.keys()
    for rules in listed.values():
        assert not FROM_THE_FILE_ONLY & rules.keys()
        assert not [rule for rule in rules.values() if rule.kind is RuleKind.TEXT]
