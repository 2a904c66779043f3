"""The built-in Mac's options."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import typer

from moof.cli.macflags import MacFlags
from moof.server.config.settings import BUILT_IN


def test_options_of_the_mac_are_in_its_command_line() -> None:
    flags = MacFlags(
        rom=None,
        ram=16,
        size="640x480",
        depth=4,
        xpram="none",
        documents="/tmp/mine",
        memory_file=Path("/tmp/memory"),
    )
    command = flags.command(verbose=True)
    assert command[:3] == [sys.executable, "-m", "moof.mac_process"]
    assert " ".join(command[3:]) == (
        "--ram 16 --size 640x480 --depth 4 --xpram none --documents /tmp/mine "
        "--memory-file /tmp/memory --verbose"
    )
    assert flags.width_height == (640, 480)


def test_unknown_size_exits() -> None:
    with pytest.raises(typer.Exit):
        MacFlags(size="1x1")


def test_each_emulator_has_its_own_folder_of_states(tmp_path: Path) -> None:
    flags = MacFlags(states=str(tmp_path))
    assert flags.states_of(BUILT_IN) == tmp_path
    assert flags.states_of("qemu-q800") == tmp_path / "emulators" / "qemu-q800"
    assert MacFlags(states="none").states_of("qemu-q800") is None
