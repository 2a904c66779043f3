"""Which emulator takes which ROM."""

from __future__ import annotations

import pytest

from moof.bridge.recipe_folder import find_recipe
from moof.setup.emulator_kinds import EMULATOR_KINDS, emulators_for
from moof.setup.rom_identity import RomReport, identify_rom
from support.rom_files import PLUS, POWER, QUADRA, make_rom


@pytest.mark.parametrize(
    ("rom", "names"),
    [
        (make_rom(QUADRA), ["basilisk2"]),
        (make_rom(POWER, 3 << 20, b"Boot TNT"), ["sheepshaver"]),
        (make_rom(POWER, 3 << 20, b"Boot PDM"), []),
        (b"<CHRP-BOOT>" + bytes(100), ["sheepshaver"]),
        (make_rom(PLUS), ["minivmac"]),
        (make_rom(QUADRA)[:-2], []),
    ],
)
def test_emulators_for_a_rom(rom: bytes, names: list[str]) -> None:
    assert [each.name for each in emulators_for(identify_rom(rom))] == names


def test_each_kind_has_a_recipe() -> None:
    for name, kind in EMULATOR_KINDS.items():
        recipe = find_recipe(name)
        assert kind.state is None or any(path.endswith(kind.state[0]) for path in recipe.state)


def test_nothing_takes_no_rom() -> None:
    from moof.setup.rom_identity import RomKind

    assert emulators_for(RomReport(RomKind.WRONG)) == []
