"""The built-in Mac's options."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import typer

from moof.cli.macflags import MacFlags


def test_the_macs_flags_travel_to_its_process() -> None:
    flags = MacFlags(rom=None, ram=16, size="640x480", depth=4, xpram="none", memory_file=Path("/tmp/memory"))
    command = flags.command(verbose=True)
    assert command[:4] == [sys.executable, "-m", "moof", "emulator"]
    assert " ".join(command[4:]) == (
        "--ram 16 --size 640x480 --depth 4 --xpram none --memory-file /tmp/memory --verbose"
    )
    assert flags.width_height == (640, 480)


def test_a_size_that_no_mac_has_ends_the_command() -> None:
    with pytest.raises(typer.Exit):
        MacFlags(size="1x1")
