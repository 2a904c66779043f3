"""Which emulator's command comes next when moof.toml names another one."""

from pathlib import Path

import pytest

from moof.cli.bridge import BridgeCommand
from moof.cli.emulator_command import EmulatorCommand
from moof.cli.mac_command import MacCommand
from moof.cli.macflags import MacFlags
from moof.cli.serverflags import ServerFlags
from support.own_programs import install_only


@pytest.fixture(autouse=True)
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ScummVM is here, and Basilisk II, which lacks its settings."""
    install_only(("BasiliskII", "scummvm"), tmp_path, monkeypatch)


def command(
    file: Path, flags: ServerFlags | None = None, first: BridgeCommand | None = None
) -> EmulatorCommand:
    return EmulatorCommand(flags or ServerFlags(), MacCommand(MacFlags(), False, file), False, file, first)


def emulator_of(words: list[str]) -> str:
    return words[words.index("--emulator") + 1] if "--emulator" in words else words[2]


def test_the_file_may_name_another_emulator_and_the_built_in_mac_again(tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    following = command(file)
    assert emulator_of(following.words(anew=False)) == "moof.mac_process"
    assert following.offline
    file.write_text('emulator = "scummvm"\n')
    assert emulator_of(following.words(anew=True)) == "scummvm"
    assert emulator_of(following.words(anew=False)) == "scummvm"
    assert not following.is_first
    file.write_text('emulator = "mac"\nram = 16\n')
    words = following.words(anew=True)
    assert (emulator_of(words), "--fresh" in words, words[words.index("--ram") + 1]) == (
        "moof.mac_process",
        True,
        "16",
    )
    assert following.offline
    assert following.is_first


def test_a_guest_that_has_the_network_is_known(tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    following = command(file, ServerFlags(no_sandbox=True))
    file.write_text('emulator = "scummvm"\n')
    following.words(anew=True)
    assert not following.offline


@pytest.mark.parametrize(
    "text", ['emulator = "basilisk2"', 'emulator = "nothing"', "=", '[emulators.own]\ncommand = ["true"]\n']
)
def test_the_last_emulator_starts_again_if_the_files_cannot(tmp_path: Path, text: str) -> None:
    file = tmp_path / "moof.toml"
    following = command(file)
    file.write_text(text if text.startswith("emulator") or text == "=" else f'emulator = "own"\n{text}')
    assert emulator_of(following.words(anew=True)) == "moof.mac_process"
    file.write_text('emulator = "scummvm"')
    following.words(anew=True)
    file.write_text(text if text.startswith("emulator") or text == "=" else f'emulator = "own"\n{text}')
    assert emulator_of(following.words(anew=True)) == "scummvm"


def test_the_command_line_comes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    first = BridgeCommand(["moof", "bridge", "--emulator", "scummvm", "--", "game"], offline=True)
    fixed = command(file, ServerFlags(emulator="scummvm"), first)
    file.write_text('emulator = "mac"\n')
    assert fixed.words(anew=True) == first.words
    assert fixed.offline


def test_the_file_says_which_settings_and_arguments_an_emulator_gets(tmp_path: Path) -> None:
    file, prefs = tmp_path / "moof.toml", tmp_path / "prefs"
    (tmp_path / "rom").touch()
    prefs.write_text(f"rom {tmp_path}/rom\n")
    following = command(file)
    file.write_text(f'emulator = "basilisk2"\nemulator_file = "{prefs}"\nemulator_argument = ["disk"]\n')
    words = following.words(anew=True)
    assert words[words.index("--emulator-file") + 1] == str(prefs)
    assert words[-2:] == ["--", "disk"]


def test_the_command_lines_own_arguments_and_folder_stay_with_their_emulator(tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    file.write_text('emulator = "scummvm"\n')
    flags, mac = ServerFlags(emulator="scummvm"), MacCommand(MacFlags(), False, file)
    first = BridgeCommand(["moof", "bridge", "--emulator", "scummvm"], offline=True)
    following = EmulatorCommand(flags, mac, False, file, first, None, tmp_path / "documents", ["game"])
    file.write_text('emulator = "scummvm"\nemulator_argument = ["-x"]\n')
    words = following.words(anew=True)
    assert words[-5:] == ["--documents", str(tmp_path / "documents"), "--", "-x", "game"]
    file.write_text('emulator = "mac"\n')
    assert "game" not in following.words(anew=True)
