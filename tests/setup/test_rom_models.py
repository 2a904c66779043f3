"""The table of known ROMs."""

from __future__ import annotations

from moof.setup.rom_models import ROM_MODELS, ROM_SIZES, VERSION_64K, VERSION_PLUS


def test_sizes_are_powers_of_two() -> None:
    assert all(size & (size - 1) == 0 for size in ROM_SIZES)


def test_models_are_found_by_checksum() -> None:
    plus = ROM_MODELS[0x4D1EEAE1]
    assert (plus.version, plus.size) == (VERSION_PLUS, 128 * 1024)
    assert ROM_MODELS[0x28BA61CE].version == VERSION_64K
