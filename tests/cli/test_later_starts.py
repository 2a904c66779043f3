"""What later starts are made of: the first one's folder and arguments, and moof.toml's."""

from pathlib import Path

import pytest

from moof.cli.bridge import BridgeCommand
from moof.cli.later_starts import starting_later
from moof.cli.macflags import MacFlags
from moof.cli.serverflags import ServerFlags
from support.own_programs import install_only


def test_an_argument_of_moof_toml_comes_before_those_of_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_only(("scummvm",), tmp_path, monkeypatch)
    file = tmp_path / "moof.toml"
    monkeypatch.setenv("MOOF_CONFIG", str(file))
    file.write_text('emulator = "scummvm"\n')
    first = BridgeCommand(["first"], offline=True)
    options = starting_later(ServerFlags(emulator="scummvm"), MacFlags(), False, first, ["game"])
    command = options["emulator_next_command"]
    assert command.words(anew=False) == ["first"]
    file.write_text('emulator = "scummvm"\nemulator_argument = ["-x"]\n')
    assert command.words(anew=False)[-3:] == ["--", "-x", "game"]
    assert options["installed_emulators"].follows_file
