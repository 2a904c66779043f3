"""The questions that are asked, without a terminal; with one see test_setup.py."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from moof.cli.setup_dialog import SetupDialog
from moof.setup.emulator_kinds import EMULATOR_KINDS
from support.rom_files import QUADRA, make_rom

BASILISK = EMULATOR_KINDS["basilisk2"]


def test_nothing_is_asked_if_nothing_is_to_be(tmp_path: Path) -> None:
    rom = make_rom(QUADRA)
    (tmp_path / "rom").write_bytes(rom)
    data, given = SetupDialog(BASILISK, [tmp_path / "rom"], {"memory": "8"}, ask=False).run()
    assert (data, given) == (rom, {"memory": "8"})


def test_rom_cannot_be_left_out() -> None:
    with pytest.raises(typer.Exit):
        SetupDialog(BASILISK, [], {}, ask=False).run()
