"""The sentence about a file that was given as a ROM."""

from __future__ import annotations

import pytest

from moof.setup.emulator_kinds import EMULATOR_KINDS
from moof.setup.rom_advice import advise
from moof.setup.rom_identity import RomKind, RomReport, identify_rom
from support.rom_files import PLUS, POWER, QUADRA, make_rom

BASILISK = EMULATOR_KINDS["basilisk2"]


@pytest.mark.parametrize(
    ("data", "accepted", "words"),
    [
        (make_rom(QUADRA), True, "Quadra 610, 650 and 800"),
        (make_rom(PLUS), False, "Basilisk II does not take it; Mini vMac does"),
        (make_rom(POWER, 3 << 20), False, "Basilisk II does not take it."),
        (b"<CHRP-BOOT>", False, "SheepShaver does"),
        (make_rom(QUADRA)[:-100], False, "cut off"),
        (make_rom(QUADRA)[:-100] + b"\1" * 100, False, "damaged"),
        (make_rom(QUADRA)[::2], False, "join both"),
        (b"PK\x03\x04", False, "it is a ZIP archive"),
    ],
)
def test_advice(data: bytes, accepted: bool, words: str) -> None:
    advice = advise(identify_rom(data), BASILISK)
    assert advice.accepted is accepted
    assert words in advice.text


@pytest.mark.parametrize("kind", RomKind)
def test_each_kind_has_a_sentence(kind: RomKind) -> None:
    assert advise(RomReport(kind, found="a picture"), BASILISK).text
