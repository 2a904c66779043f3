from pathlib import Path

from moof.cli.mac_command import MacCommand
from moof.cli.macflags import MacFlags


def arguments(command: MacCommand) -> list[str]:
    words = command.words(anew=False)
    return words[words.index("--ram") :]


def test_a_start_has_the_settings_that_the_file_has_then(tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    command = MacCommand(MacFlags(), False, file)
    assert arguments(command) == ["--ram", "8"]
    file.write_text('size = "640x480"\ndepth = 8\nram = 16\n')
    assert arguments(command) == ["--ram", "16", "--size", "640x480", "--depth", "8"]
    file.write_text("")
    assert arguments(command) == ["--ram", "8"]


def test_the_command_line_comes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    file.write_text("ram = 16\n")
    command = MacCommand(MacFlags(ram=16, size="512x342"), False, file)
    file.write_text('ram = 32\nsize = "640x480"\n')
    assert arguments(command) == ["--ram", "32", "--size", "512x342"]


def test_a_broken_file_leaves_the_last_settings(tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    file.write_text("ram = 16\n")
    command = MacCommand(MacFlags(ram=16), False, file)
    file.write_text("ram = ?")
    assert arguments(command) == ["--ram", "16"]


def test_a_start_that_somebody_asked_for_begins_anew(tmp_path: Path) -> None:
    command = MacCommand(MacFlags(fresh=True), False, tmp_path / "moof.toml")
    assert "--fresh" in command.words(anew=True)
    assert "--fresh" not in command.words(anew=False)
