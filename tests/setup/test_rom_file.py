"""Files are read, one or two."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from moof.setup.rom_file import RomFileError, identify_files
from moof.setup.rom_identity import MAX_ROM_BYTES, RomKind
from support.rom_files import PLUS, make_rom

ROM = make_rom(PLUS)


def written(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def test_two_chips_in_any_order(tmp_path: Path) -> None:
    high, low = written(tmp_path, "high", ROM[::2]), written(tmp_path, "low", ROM[1::2])
    for pair in ([high, low], [low, high]):
        report = identify_files(pair)
        assert (report.kind, report.data) == (RomKind.GOOD, ROM)
    assert identify_files([high]).kind is RomKind.HALF
    assert not identify_files([high, high]).is_usable


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    one, other = written(tmp_path, "one", b"a"), written(tmp_path, "other", b"ab")
    large, pipe = tmp_path / "large", tmp_path / "pipe"
    os.mkfifo(pipe)  # nobody writes into it
    with large.open("wb") as file:
        file.truncate(MAX_ROM_BYTES + 1)
    for paths, words in (
        ([tmp_path / "none"], "cannot be read"),
        ([tmp_path], "no file"),
        ([pipe], "no file"),
        ([Path("~nobody-of-this-name/rom")], "cannot be read"),
        ([Path("a\0b")], "null byte"),
        ([large], "too large"),
        ([one, other], "same length"),
        ([], "one file"),
    ):
        with pytest.raises(RomFileError, match=words):
            identify_files(paths)
