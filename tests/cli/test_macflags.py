"""The built-in Mac's options."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import typer

from moof.cli.macflags import MacFlags


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
