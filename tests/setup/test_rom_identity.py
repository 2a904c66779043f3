"""Files that are ROMs, parts of ROMs, and neither."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.setup.rom_identity import RomKind, checksum_agrees, identify_rom, join_halves, word_sum
from moof.setup.rom_models import ROM_MODELS, RomModel
from support.rom_files import CLASSIC, PLUS, POWER, QUADRA, make_rom

ROM = make_rom(PLUS)


@pytest.mark.parametrize("model", ROM_MODELS.values(), ids=lambda model: model.macs)
def test_each_known_rom_is_recognised(model: RomModel) -> None:
    report = identify_rom(make_rom(model))
    assert (report.kind, report.model, report.version) == (RomKind.GOOD, model, model.version)
    assert report.is_usable
    assert report.name == model.macs


def test_checksum_may_cover_a_part() -> None:
    assert identify_rom(make_rom(CLASSIC, 256 << 10)).kind is RomKind.GOOD
    assert identify_rom(make_rom(POWER, 3 << 20, b"Boot TNT")).kind is RomKind.GOOD


def test_unknown_rom_with_an_agreeing_checksum_is_one() -> None:
    report = identify_rom(make_rom(RomModel(0x12345678, QUADRA.version, QUADRA.size, "")))
    assert (report.kind, report.model, report.checksum) == (RomKind.GOOD, None, 0x12345678)
    assert report.name == "a Mac that is not in the list"


@pytest.mark.parametrize("width", [2, 4])
def test_swapped_bytes_are_corrected(width: int) -> None:
    swapped = b"".join(ROM[at : at + width][::-1] for at in range(0, len(ROM), width))
    report = identify_rom(swapped)
    assert (report.kind, report.model, report.data) == (RomKind.SWAPPED, PLUS, ROM)


@pytest.mark.parametrize("lane", [0, 1])
def test_half_of_a_rom_is_named(lane: int) -> None:
    report = identify_rom(ROM[lane::2])
    assert (report.kind, report.model, report.is_usable) == (RomKind.HALF, PLUS, False)


def test_halves_make_the_rom() -> None:
    assert join_halves(ROM[::2], ROM[1::2]) == ROM
    with pytest.raises(ValueError, match="same length"):
        join_halves(b"ab", b"a")


def test_repeated_and_long_files_are_shortened() -> None:
    repeated, long = identify_rom(ROM * 2), identify_rom(ROM + b"\xff" * 512)
    assert (repeated.kind, repeated.data) == (RomKind.REPEATED, ROM)
    assert (long.kind, long.data) == (RomKind.LONG, ROM)


def test_file_of_mac_os_is_one() -> None:
    report = identify_rom(b"<CHRP-BOOT>\r<COMPATIBLE>" + bytes(1000))
    assert report.kind is RomKind.MAC_OS
    assert report.is_usable


@given(st.integers(16, len(ROM) - 1))
def test_cut_file_is_named(length: int) -> None:
    report = identify_rom(ROM[:length])
    assert (report.kind, report.model) == (RomKind.CUT, PLUS)
    assert report.data is None


@given(st.integers(10, len(ROM) - 1), st.integers(1, 255))
def test_one_other_byte_is_damage(place: int, change: int) -> None:
    data = bytearray(ROM)
    data[place] ^= change
    report = identify_rom(bytes(data))
    assert (report.kind, report.model) == (RomKind.DAMAGED, PLUS)


@given(st.binary(max_size=5000))
def test_other_bytes_are_named(data: bytes) -> None:
    report = identify_rom(data)
    assert report.is_usable or report.found or report.kind in (RomKind.CUT, RomKind.DAMAGED, RomKind.HALF)


@given(st.binary(max_size=100))
def test_sum_is_of_words(data: bytes) -> None:
    even = data[: len(data) // 2 * 2]
    words = [int.from_bytes(even[at : at + 2], "big") for at in range(0, len(even), 2)]
    assert word_sum(even) == sum(words)


def test_short_or_odd_data_has_no_checksum() -> None:
    assert not checksum_agrees(b"")
    assert not checksum_agrees(bytes(17))
